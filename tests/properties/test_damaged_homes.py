"""Homes that are damaged at random: whoever reads one gets an answer, or one sentence.

`python -m tests.benchmarks damage` does the same with thousands.
"""

import json
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benchmarks import damage

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="FIFOs and alarms are POSIX"),
    pytest.mark.timeout(60),
]

FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A small real home: a sweep with trials that failed and were stopped, a pipeline, assets."""
    return damage.make_home(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def quick(monkeypatch, home):
    """Wait for locks that nobody holds only shortly."""
    monkeypatch.setattr("hyperlocal.history.database._BUSY_TIMEOUT_S", 1.0)


@FEW
@given(seed=st.integers(0, 2**32))
def test_no_damage_ends_in_a_traceback(quick, whole, tmp_path, seed):
    done, wrong = damage.check(whole, tmp_path, damage.ids_of(whole), seed, n_readers=4)

    assert wrong == {}, done


def test_a_home_that_is_whole_is_read_in_every_way(quick, whole):
    one, *_ = damage.ids_of(whole)

    assert damage.read(whole, [one, one]) == {}
    assert damage.said(["doctor"]) == (0, f"Nothing is wrong with {whole}.\n", "")


@FEW
@given(cells=st.lists(st.integers(0, 2**32), min_size=1, max_size=4))
def test_damaged_cells_hide_no_other_run(quick, whole, tmp_path, cells):
    home = damage.copied(whole, tmp_path)
    done = [damage.damage_run(home, seed) for seed in cells]

    code, out, _ = damage.said(["list", "--all", "--json"], home)

    assert code == 0, done
    shown = {run["run_id"] for run in json.loads(out)}
    hit = {run_id for run_id, _ in done}
    assert shown >= set(damage.ids_of(whole)) - hit, done
    assert len(json.loads(out)) == len(damage.ids_of(whole))
    _, doctor, _ = damage.said(["doctor"], home)
    for run_id, column in done:
        if column == "plan":
            assert f"{run_id}: Its column 'plan'" in doctor

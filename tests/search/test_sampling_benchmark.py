"""The harness that compares samplers, run for real on a few trials."""

import contextlib
import io
import json
import math

import numpy as np
import pytest

from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.search import make_sampler
from tests.benchmarks.sampling.__main__ import main
from tests.benchmarks.sampling.problems import PROBLEMS
from tests.benchmarks.sampling.results import read
from tests.benchmarks.sampling.simulation import simulate
from tests.benchmarks.sampling.statistics import Comparison, beats

pytestmark = [
    pytest.mark.slow,
    # Old versions of scikit-learn read their data with what new versions of Python deprecate.
    pytest.mark.filterwarnings("ignore:.*is deprecated. Use files:DeprecationWarning"),
]


def a_run(results, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        main([*arguments, "--results", str(results)])
    return said.getvalue()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("sampling") / "results.jsonl"
    a_run(
        path,
        *("run", "--only", "hyperlocal,random", "--problems", "branin,sgd_cancer"),
        *("--seeds", "2", "--workers", "1,4", "--trials", "8"),
    )
    return path


def test_every_search_is_one_line(results):
    assert len(read(results)) == len(results.read_text().splitlines()) == 2 * 2 * 2 * 2
    for record in read(results).values():
        assert len(record["losses"]) == len(record["ask_s"]) == len(record["tell_s"]) == 8
        assert record["losses"] == sorted(record["losses"], reverse=True)


def test_what_was_run_is_not_run_again(results):
    lines = results.read_text().splitlines()
    results.write_text("\n".join(lines[:-1]) + "\n")

    again = a_run(
        results,
        *("run", "--only", "hyperlocal,random", "--problems", "branin,sgd_cancer"),
        *("--seeds", "2", "--workers", "1,4", "--trials", "8"),
    )

    assert len(again.splitlines()) == 1
    repeated = json.loads(results.read_text().splitlines()[-1])
    assert repeated["losses"] == json.loads(lines[-1])["losses"]


def test_the_report_compares_with_random_search(results, tmp_path):
    a_run(results, "report", "--out", str(tmp_path))

    text = (tmp_path / "report.md").read_text()
    assert "## One trial at a time" in text
    assert "## 4 at once" in text
    assert "| random | 2 |" in text
    assert (tmp_path / "regret-4.svg").exists()


def test_random_search_has_a_regret_of_one(results):
    comparison = Comparison.of(read(results), ["hyperlocal", "random"], 1)

    assert comparison.regrets("random", 8).tolist() == [1.0, 1.0]
    assert comparison.mean_rank("hyperlocal", 8) + comparison.mean_rank("random", 8) == 3.0


def test_pairs_are_counted_and_ties_are_halves():
    assert beats(np.array([1.0, 3.0]), np.array([2.0, 3.0])) == (2 + 0 + 0.5) / 4


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_no_point_is_better_than_the_optimum(problem):
    sampler, asked = make_sampler(problem.space, Sampling(SamplingKind.RANDOM, 0)), []
    for _ in range(50):
        asked.append(sampler.ask([], asked))

    losses = [problem.loss(parameters) for parameters in asked]

    assert all(math.isfinite(loss) for loss in losses)
    assert min(losses) >= problem.optimum - 1e-9
    assert np.ptp(losses) > 0


def test_workers_are_told_of_trials_in_the_order_in_which_they_end():
    class Listener:
        def __init__(self, space, seed):
            self.events = events
            self.n = 0

        def ask(self):
            self.n += 1
            self.events.append(("ask", self.n))
            return self.n, {"x": 0.0, "y": float(self.n)}

        def tell(self, trial, loss):
            self.events.append(("tell", trial))

    events = []
    simulate(PROBLEMS["branin"], Listener, seed=0, n_workers=3, n_trials=9)

    kinds = [kind for kind, _ in events]
    assert kinds[:3] == ["ask"] * 3
    assert kinds[3:] == ["tell", "ask"] * 6 + ["tell"] * 3
    told = [trial for kind, trial in events if kind == "tell"]
    assert sorted(told) == list(range(1, 10)) != told

"""A few of the faults of `python -m tests.benchmarks faults`, at instants of fixed seeds."""

import pytest

from tests.benchmarks.faults import inject


@pytest.mark.timeout(180)
def test_nothing_is_lost_or_counted_twice_whatever_is_killed_and_when(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")

    assert inject(tmp_path, n_instants=6, seed=3) == []

"""Sweeps that many processes look at, wait for and resume, while any of them is killed."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.ownership import weather

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(180),
    pytest.mark.skipif(sys.platform != "linux", reason="what happens is read from /proc"),
]

_SEED = 3


def test_whatever_is_killed_while_others_look_and_resume_a_sweep_has_one_owner(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # for the processes of the storms

    outcomes = list(weather(2, seed=_SEED, lasts_s=3.0))

    assert [outcome.told(_SEED) for outcome in outcomes if outcome.harm] == []
    assert any(outcome.deaths for outcome in outcomes)

"""How many trials at once, and how many cores for each."""

import joblib
import pytest

from hyperlocal import engine
from hyperlocal.domain.sweep import Limits
from hyperlocal.engine.limits import slots_for, thread_variables
from hyperlocal.errors import SweepError


def test_the_machines_slots_are_the_cores_that_joblib_counts(monkeypatch):
    monkeypatch.delenv("HYPERLOCAL_SLOTS", raising=False)

    assert engine.machine_slots() == joblib.cpu_count()


def test_the_cores_can_be_lowered_for_joblib_and_for_us(monkeypatch):
    monkeypatch.delenv("HYPERLOCAL_SLOTS", raising=False)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")

    assert engine.machine_slots() == joblib.cpu_count() == 1


def test_a_variable_overrides_the_cores(monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "64")

    assert engine.machine_slots() == 64


@pytest.mark.parametrize("text", ["many", "0", "-2", "1.5"])
def test_a_variable_that_is_no_count_is_refused(monkeypatch, text):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", text)

    with pytest.raises(SweepError, match="HYPERLOCAL_SLOTS is"):
        engine.machine_slots()


@pytest.mark.parametrize(
    ("trials", "at_once", "machine", "slots"), [(9, 9, 2, 2), (9, 3, 8, 3), (2, 9, 8, 2)]
)
def test_slots_are_the_least_of_all_limits(monkeypatch, trials, at_once, machine, slots):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", str(machine))

    assert slots_for(Limits(trials, at_once, 60.0)) == slots


def test_what_the_user_set_is_left_alone():
    variables = thread_variables(10_000, {"OMP_NUM_THREADS": "4"})

    assert "OMP_NUM_THREADS" not in variables
    assert variables["OPENBLAS_NUM_THREADS"] == "1"

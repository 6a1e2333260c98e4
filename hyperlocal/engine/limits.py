"""Limits: how many trials run at once, how many cores each may use, and what is too late."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Mapping
from pathlib import Path

from hyperlocal.domain.sweep import Limits
from hyperlocal.errors import SweepError
from hyperlocal.reading import shown

__all__ = [
    "SLOTS_VARIABLE",
    "cores",
    "fix_cores",
    "late_sweep",
    "late_trial",
    "machine_slots",
    "slots_for",
    "thread_variables",
]

SLOTS_VARIABLE = "HYPERLOCAL_SLOTS"
_MOST_SLOTS = 10_000  # each is a thread
_MOST_DIGITS = 18

# What numeric libraries read when they decide how many threads to start.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


def machine_slots() -> int:
    """Return how many trials this machine runs at once: HYPERLOCAL_SLOTS, else its cores.

    Raises:
        SweepError: HYPERLOCAL_SLOTS is not a whole number from 1.
    """
    named = os.environ.get(SLOTS_VARIABLE, "").strip()
    if not named:
        return cores()
    number = _count_in(named)
    if number is None or not 1 <= number <= _MOST_SLOTS:
        raise SweepError(
            f"{SLOTS_VARIABLE} is {shown(named)}, but must be a whole number from 1 to "
            f"{_MOST_SLOTS}."
        )
    return number


def _count_in(text: str) -> int | None:
    """Return the whole number that a text is; None if it is none, or has more digits than any."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def slots_for(limits: Limits) -> int:
    """Return how many trials of a sweep run at once on this machine."""
    return min(limits.max_concurrent, limits.max_trials, machine_slots())


def late_sweep(limit_s: float) -> str:
    """Return why a sweep is ended that took too long."""
    return f"the sweep's limit of {limit_s:g} s was over"


def late_trial(limit_s: float) -> str:
    """Return why a trial is stopped that ran too long."""
    return f"it ran longer than its limit of {limit_s:g} s"


def thread_variables(sharers: int, settings: Mapping[str, str]) -> dict[str, str]:
    """Return variables that give each of so many scripts its share of the cores.

    Those that `settings` has are the user's own choice and are left out.
    """
    share = str(max(1, cores() // sharers))
    return {name: share for name in _THREAD_VARIABLES if name not in settings}


_fixed: list[int] = []


def fix_cores(number: int) -> None:
    """Let `cores` return this from now on: what the first controller of a sweep could use."""
    _fixed[:] = [number]


def cores(environment: Mapping[str, str] | None = None) -> int:
    """Return how many cores this process may use: what `joblib.cpu_count()` counts.

    Asking joblib itself would import numpy, and cost every sweep the first tenths of a second.

    Args:
        environment: The variables of a process that this one starts; its own by default.
    """
    if _fixed and environment is None:
        return _fixed[0]
    counts = [os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        counts.append(len(os.sched_getaffinity(0)))
    quota = _container_quota()
    if quota is not None:
        counts.append(math.ceil(quota))
    given = os.environ if environment is None else environment
    named = _count_in(given.get("LOKY_MAX_CPU_COUNT", ""))
    if named is not None:
        counts.append(named)
    return max(1, min(counts))


@functools.cache
def _container_quota() -> float | None:
    """Return the processor time per time that a Linux container may use; None if unlimited."""
    root = Path("/sys/fs/cgroup")
    try:
        if (root / "cpu.max").exists():
            quota, period = (root / "cpu.max").read_text().split()[:2]
        else:
            quota = (root / "cpu" / "cpu.cfs_quota_us").read_text()
            period = (root / "cpu" / "cpu.cfs_period_us").read_text()
        return float(quota) / float(period) if float(quota) > 0 else None
    except (OSError, ValueError):  # no such files here, or the word "max"
        return None

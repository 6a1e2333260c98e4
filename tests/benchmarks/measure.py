"""Measuring: medians of several runs, told beside what was aimed at."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

__all__ = ["Figure", "Sample", "environment", "processor_time", "rounds", "wall_time"]


@dataclass
class Sample:
    """Repeated measurements of one thing, in seconds."""

    values: list[float] = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def spread(self):
        return min(self.values), max(self.values)


@dataclass
class Figure:
    """One line of the table.

    `value` and `aim` are in `unit`; `base` is what was subtracted or compared with.
    """

    name: str
    value: float
    unit: str
    aim: float
    larger_is_better: bool = False
    note: str = ""

    @property
    def ratio(self):
        """How far within the aim: above 1 is better than aimed at."""
        good, bad = (self.value, self.aim) if self.larger_is_better else (self.aim, self.value)
        return min(good / bad, 99.0) if bad > 0 else 99.0


def environment(home=None, **variables):
    """Return the variables for a process of ours: as a user has them."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") or name == "PYTHONPYCACHEPREFIX"
    }
    if home is not None:
        ours["HYPERLOCAL_HOME"] = str(home)
    return {**ours, **variables}


def wall_time(command, env, cwd=None):
    """Return how long a process took that must end well."""
    began = time.perf_counter()
    subprocess.run(command, env=env, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def processor_time(command, env, cwd=None):
    """Return how long a process computed: other programs disturb it less than its wall time."""
    process = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def rounds(alternatives, n_rounds):
    """Return a `Sample` per alternative, measured in turns, so that all meet the same noise.

    Args:
        alternatives: Name to a function that returns one measurement in seconds.
        n_rounds: How many of each; one more, the first, warms up and is dropped.
    """
    samples = {name: Sample() for name in alternatives}
    for number in range(n_rounds + 1):
        for name, measure in alternatives.items():
            value = measure()
            if number:
                samples[name].values.append(value)
        print(".", end="", file=sys.stderr, flush=True)
    return samples

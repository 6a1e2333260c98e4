"""Fuzz: strange command lines, files and values by the thousand, none with a traceback."""

import sys

from tests.benchmarks.measure import Figure
from tests.fuzz.campaign import campaign
from tests.fuzz.surfaces import SURFACES

__all__ = ["measure"]


def measure(folder, n_rounds, *, n_cases, seed):
    return [
        _figure(folder, surface, share * n_cases // 100, seed)
        for surface, (_, share) in SURFACES.items()
    ]


def _figure(folder, surface, n_cases, seed):
    ends = campaign(surface, n_cases, seed)
    for failure in ends.failures:
        print(str(failure).encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    note = f"{ends.done} done, {ends.refused} refused, of {n_cases}"
    return Figure(f"{surface}: tracebacks, hangs, deaths", len(ends.failures), "", 0, note=note)

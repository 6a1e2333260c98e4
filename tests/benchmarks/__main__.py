"""`python -m tests.benchmarks`, from the top of the repository: what hyperlocal costs.

Prints one line a figure: what was measured (a median), what was aimed at, and how far within the
aim it is (above 1.0 is better than aimed at). Noise from other programs is in all of it.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    asks,
    damage,
    faults,
    fuzz,
    imports,
    inline,
    large_history,
    ownership,
    simulation,
    size,
    soak,
    stops,
    studio,
    tables,
    trials,
    warm,
)

_GROUPS = {
    "imports": imports.measure,
    "trials": trials.measure,
    "inline": inline.measure,
    "large-history": large_history.measure,
    "stops": stops.measure,
    "faults": faults.measure,
    "ownership": ownership.measure,
    "soak": soak.measure,
    "damage": damage.measure,
    "fuzz": fuzz.measure,
    "simulation": simulation.measure,
    "tables": tables.measure,
    "asks": asks.measure,
    "warm": warm.measure,
    "size": size.measure,
    "studio": studio.measure,
}
_LONG = ("faults", "ownership", "soak", "damage", "size", "fuzz", "studio")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    which = f"of {', '.join(_GROUPS)}; all but {', '.join(_LONG)}"
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=which)
    parser.add_argument("--rounds", type=int, default=6, help="measurements of each (default: 6)")
    parser.add_argument("--instants", type=int, default=200, help="of faults (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="of what is long (default: 0)")
    parser.add_argument("--sweeps", type=int, default=500, help="of ownership (default: 500)")
    parser.add_argument("--first", type=int, default=0, help="of these (default: 0)")
    parser.add_argument("--jobs", type=int, default=1, help="at a time (default: 1)")
    parser.add_argument("--trials", type=int, default=5000, help="of soak (default: 5000)")
    parser.add_argument("--against", metavar="PATH", help="of size: an older checkout")
    parser.add_argument("--only", nargs="*", default=(), metavar="ASKS", help="of size")
    parser.add_argument("--largest", type=int, metavar="N", help="of size: the largest home")
    parser.add_argument("--homes", type=int, default=5000, help="of damage (default: 5000)")
    parser.add_argument("--cases", type=int, default=20_000, help="of fuzz (default: 20000)")
    options = parser.parse_args()
    unknown = set(options.groups) - _GROUPS.keys()
    if unknown:
        parser.error(f"no such group: {', '.join(sorted(unknown))}")

    # As a user has it: our modules are compiled once, not at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    figures = []
    for name in options.groups or [name for name in _GROUPS if name not in _LONG]:
        with tempfile.TemporaryDirectory(prefix="hyperlocal-benchmark-") as folder:
            os.environ["HYPERLOCAL_HOME"] = str(Path(folder, "home"))
            os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder, "compiled"))
            figures += _GROUPS[name](Path(folder), options.rounds, **_settings(name, options))
    print(file=sys.stderr)
    print(f"{'':55}{'median':>12}{'aim':>12}{'aim kept':>10}")
    for figure in figures:
        print(
            f"{figure.name:55}{_shown(figure.value, figure.unit):>12}"
            f"{_shown(figure.aim, figure.unit):>12}{figure.ratio:>9.1f}x   {figure.note}".rstrip()
        )


def _settings(group, options):
    if group == "faults":
        return {"n_instants": options.instants, "seed": options.seed}
    if group == "ownership":
        counts = {"n_sweeps": options.sweeps, "first": options.first, "jobs": options.jobs}
        return {**counts, "seed": options.seed}
    if group == "soak":
        return {"n_trials": options.trials, "seed": options.seed}
    if group == "size":
        return {"against": options.against, "only": options.only, "largest": options.largest}
    if group == "damage":
        return {"n_homes": options.homes, "seed": options.seed}
    if group == "fuzz":
        return {"n_cases": options.cases, "seed": options.seed}
    return {}


def _shown(value, unit):
    if unit in ("/s", "of 100", ""):
        return f"{value:,.0f} {unit}".rstrip()
    return f"{value:.1f} {unit}" if unit == "ms" else f"{value:.2f} {unit}"


if __name__ == "__main__":
    main()

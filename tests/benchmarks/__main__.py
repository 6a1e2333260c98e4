"""`python -m tests.benchmarks`, from the top of the repository: what hyperlocal costs.

Prints one line a figure: what was measured (a median), what was aimed at, and how far within the
aim it is (above 1.0 is better than aimed at). Noise from other programs is in all of it.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import imports, inline, large_history, stops, trials

_GROUPS = {
    "imports": imports.measure,
    "trials": trials.measure,
    "inline": inline.measure,
    "large-history": large_history.measure,
    "stops": stops.measure,
}


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(_GROUPS)}; all")
    parser.add_argument("--rounds", type=int, default=6, help="measurements of each (default: 6)")
    options = parser.parse_args()
    unknown = set(options.groups) - _GROUPS.keys()
    if unknown:
        parser.error(f"no such group: {', '.join(sorted(unknown))}")

    # As a user has it: our modules are compiled once, not at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    figures = []
    for name in options.groups or _GROUPS:
        with tempfile.TemporaryDirectory(prefix="hyperlocal-benchmark-") as folder:
            os.environ["HYPERLOCAL_HOME"] = str(Path(folder, "home"))
            os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder, "compiled"))
            figures += _GROUPS[name](Path(folder), options.rounds)
    print(file=sys.stderr)
    print(f"{'':55}{'median':>12}{'aim':>12}{'aim kept':>10}")
    for figure in figures:
        print(
            f"{figure.name:55}{_shown(figure.value, figure.unit):>12}"
            f"{_shown(figure.aim, figure.unit):>12}{figure.ratio:>9.1f}x   {figure.note}".rstrip()
        )


def _shown(value, unit):
    if unit in ("/s", "of 100"):
        return f"{value:,.0f} {unit}"
    return f"{value:.1f} {unit}" if unit == "ms" else f"{value:.2f} {unit}"


if __name__ == "__main__":
    main()

"""Size: what large homes cost, how that grows, and what it was with an older checkout.

Every home is built and asked by processes of their own. With `--against` a second checkout does
the same, for a table of before and after.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.measure import Figure, environment

__all__ = ["measure"]

_HERE = Path(__file__).parent
_TOP = _HERE.parents[2]
_SECOND = 1.0
_POINTS_A_SECOND = 500_000

# Kind, sizes, whether runs have folders, what is asked.
_HOMES = (
    ("sweep", (1_000, 10_000, 100_000), False, "sweep"),
    ("runs", (10_000, 100_000, 1_000_000), False, "runs"),
    ("runs", (2_000, 20_000), True, "all-runs"),
    ("points", (12_700, 127_000, 1_270_000), False, "points"),
)
_ALONE = (("output", ()), ("logging", ()), ("trials", (2_000,)), ("trials", (20_000,)))


def measure(folder, n_rounds, *, against=None, only=(), largest=None):
    """Return the figures: of the largest homes, with how they grew and what they were.

    Args:
        folder: Where homes are built, one after the other.
        n_rounds: Not used: large homes are asked once.
        against: Another checkout, to be compared with.
        only: Which asks; all if there are none.
        largest: The largest size of a home.
    """
    checkouts = {"now": _TOP} if against is None else {"before": Path(against), "now": _TOP}
    figures = []
    for kind, sizes, has_folders, asks in _HOMES:
        if only and asks not in only:
            continue
        kept = [size for size in sizes if size <= (largest or sizes[-1])] or [sizes[0]]
        found = {
            (name, size): _of_home(folder, checkout, kind, size, has_folders, asks)
            for size in kept
            for name, checkout in checkouts.items()
        }
        figures += _figures(asks, kept, found)
    for asks, settings in _ALONE:
        if only and asks not in only:
            continue
        size = settings[0] if settings else 0
        found = {
            (name, size): _asked(folder, checkout, asks, *settings)
            for name, checkout in checkouts.items()
        }
        figures += _figures(asks, [size], found)
    return figures


def _of_home(folder, checkout, kind, size, has_folders, asks):
    home = folder / "large"
    try:
        _run(home, checkout, "build", kind, size, "folders" if has_folders else "bare")
        return _answers(_run(home, checkout, asks))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _asked(folder, checkout, asks, *settings):
    home = folder / "alone"
    try:
        return _answers(_run(home, checkout, asks, *settings))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(home, checkout, *words):
    place = home / "work"
    place.mkdir(parents=True, exist_ok=True)
    env = environment(home / ".hyperlocal", PYTHONPATH=str(checkout))
    command = [sys.executable, str(_HERE / "asks.py"), *map(str, words)]
    done = subprocess.run(command, cwd=place, env=env, check=True, stdout=subprocess.PIPE)
    print(".", end="", file=sys.stderr, flush=True)
    return done.stdout.decode()


def _answers(output):
    return dict(json.loads(line) for line in output.splitlines() if line.startswith("["))


def _figures(asks, sizes, found):
    largest = sizes[-1]
    for name, seconds in found["now", largest].items():
        notes = []
        if len(sizes) > 1:
            grown = [found["now", size].get(name, 0.0) for size in sizes]
            notes.append(" > ".join(f"{value:.3f}" for value in grown))
        if ("before", largest) in found:
            old = found["before", largest].get(name, 0.0)
            notes.append(f"was {old:.3f} s, {old / max(seconds, 1e-6):.1f} times as long")
        shown = f"{asks} {largest:,}: {name}" if largest else f"{asks}: {name}"
        yield Figure(shown, seconds, "s", _aim(asks, largest, name), note="; ".join(notes))


def _aim(asks, size, name):
    if asks == "points" and name.startswith("get_metrics"):
        return size / _POINTS_A_SECOND
    return _SECOND

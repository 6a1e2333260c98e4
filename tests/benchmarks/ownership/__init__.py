"""Ownership: sweeps that are killed, paused, looked at, waited for and resumed all at once.

`python -m tests.benchmarks ownership --sweeps 500 --seed 7 --jobs 2`

Each sweep is one of the kinds of `kinds.py`. Two to eight other processes (`actors.py`) look at
it, wait for it and resume it, some in a namespace of process numbers of their own, while any
process, also one of theirs, is killed or stopped for a while (`storm.py`). Then `judgement.py`
compares what its trials witnessed themselves, what lookers were told, and what the system's table
of processes showed, with what the history says.

When something is done follows from the seed; what it meets there does not. What was wrong is
printed with the number of its sweep (`--first N --sweeps 1` does it again); its folder is kept.
"""

from tests.benchmarks.ownership.rounds import measure, weather

__all__ = ["measure", "weather"]

"""The engine: runs a plan's trials as processes of their own and records what became of them.

`start` hands a recorded run to a detached controller (or to whoever is in charge of its home: see
`runners`). Controller, trials and viewers never talk to each other: they write and read the
history.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` for it would delay the watchdog's fork
if TYPE_CHECKING:
    from hyperlocal.engine.limits import machine_slots
    from hyperlocal.engine.ownership import Claim, claim, own, start
    from hyperlocal.engine.passed_on import is_strict
    from hyperlocal.engine.recovery import settle
    from hyperlocal.engine.resumption import keep_going, may_resume, resume
    from hyperlocal.engine.runners import admit, hasten, hint_about, stands_in_for
    from hyperlocal.engine.snapshot import take_snapshot
    from hyperlocal.engine.variables_read import only_passed_on, read_by
    from hyperlocal.engine.warm.conditions import trial_start

__all__ = [
    "Claim",
    "admit",
    "claim",
    "hasten",
    "hint_about",
    "is_strict",
    "keep_going",
    "machine_slots",
    "may_resume",
    "only_passed_on",
    "own",
    "read_by",
    "resume",
    "settle",
    "stands_in_for",
    "start",
    "take_snapshot",
    "trial_start",
]

_ROOMS = {
    "Claim": "ownership",
    "admit": "runners",
    "claim": "ownership",
    "hasten": "runners",
    "hint_about": "runners",
    "is_strict": "passed_on",
    "keep_going": "resumption",
    "machine_slots": "limits",
    "may_resume": "resumption",
    "only_passed_on": "variables_read",
    "own": "ownership",
    "read_by": "variables_read",
    "resume": "resumption",
    "settle": "recovery",
    "stands_in_for": "runners",
    "start": "ownership",
    "take_snapshot": "snapshot",
    "trial_start": "warm.conditions",
}


def __getattr__(name: str) -> object:
    # Each of these needs other libraries, and most processes need only one of them.
    if name in _ROOMS:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

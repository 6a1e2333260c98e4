"""Status: where a run is in its life, and what ended it."""

from __future__ import annotations

from enum import Enum

__all__ = ["TERMINAL", "Cause", "Status"]


class Status(str, Enum):
    """A run's status, spelled as viewers show it. Completed, Failed and Canceled are final.

    Unreadable is never written: it stands for what a damaged history says, and counts as final, so
    that nobody acts on what nobody can read.
    """

    NOT_STARTED = "NotStarted"
    PREPARING = "Preparing"
    QUEUED = "Queued"
    RUNNING = "Running"
    FINALIZING = "Finalizing"
    CANCEL_REQUESTED = "CancelRequested"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELED = "Canceled"
    UNREADABLE = "Unreadable"

    @property
    def is_terminal(self) -> bool:
        """Whether a run in this status can change no more."""
        return self in TERMINAL


TERMINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELED, Status.UNREADABLE})


class Cause(str, Enum):
    """What ended a run that did not simply complete."""

    SCRIPT = "script"  # the script's own failure: exception, exit code, signal
    START = "start"  # the trial could not be started
    POLICY = "policy"  # stopped by early termination
    USER = "user"  # cancelled by the user
    TRIAL_LIMIT = "trial limit"  # longer than one trial may run
    SWEEP_LIMIT = "sweep limit"  # the sweep's duration was over
    INTERRUPTED = "interrupted"  # the controller died

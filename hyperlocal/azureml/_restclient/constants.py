"""Statuses of runs, as texts."""

from __future__ import annotations

import builtins

from hyperlocal.azureml import _placeholders

__all__ = ["RunStatus"]


class RunStatus:
    """The statuses that a run can have."""

    QUEUED = "Queued"
    NOT_STARTED = "NotStarted"
    PREPARING = "Preparing"
    PROVISIONING = "Provisioning"
    STARTING = "Starting"
    RUNNING = "Running"
    CANCEL_REQUESTED = "CancelRequested"
    CANCELED = "Canceled"
    FINALIZING = "Finalizing"
    COMPLETED = "Completed"
    FAILED = "Failed"
    UNAPPROVED = "Unapproved"
    NOTRESPONDING = "NotResponding"
    PAUSING = "Pausing"
    PAUSED = "Paused"

    @classmethod
    def list(cls) -> builtins.list[str]:
        """Return all statuses."""
        return [value for name, value in vars(RunStatus).items() if name.isupper()]

    @classmethod
    def get_running_statuses(cls) -> builtins.list[str]:
        """Return the statuses of a run that has not ended and is not just finishing."""
        ended = {cls.COMPLETED, cls.FAILED, cls.CANCELED}
        finishing = {cls.FINALIZING, cls.CANCEL_REQUESTED}
        return [status for status in cls.list() if status not in ended | finishing]

    @classmethod
    def get_post_processing_statuses(cls) -> builtins.list[str]:
        """Return the statuses of a run whose script has ended and whose files are being kept."""
        return [cls.CANCEL_REQUESTED, cls.FINALIZING]


__getattr__ = _placeholders.lacking(__name__)

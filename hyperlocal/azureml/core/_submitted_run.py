"""What `Run.get_context()` gives inside of a submitted run."""

from __future__ import annotations

import os

from hyperlocal.azureml.core.run import Run

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.history import History

__all__ = ["_SubmittedRun"]


class _SubmittedRun(Run):
    """The run of this very process. How it ends is told by how the process ends."""

    def __init__(self, experiment: Any, run_id: Any, **kwargs: Any) -> None:
        # Nothing is read here: most scripts only log.
        self._known_experiment = experiment
        self._run_id = run_id
        self._outputs = None
        self._known_history = None
        self._known_record = None

    @property
    def _history(self) -> History:
        if self._known_history is None:
            from hyperlocal.history.store import History

            self._known_history = History(os.path.abspath(os.environ["HYPERLOCAL_HOME"]))
        return self._known_history

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run belongs to."""
        if self._known_experiment is None:
            from hyperlocal.azureml.core._run_objects import experiment_of
            from hyperlocal.azureml.core._workspace_context import context_workspace

            self._known_experiment = experiment_of(context_workspace(), self._record)
        return self._known_experiment

    def complete(self, _set_status: Any = True) -> None:
        """Do nothing: a submitted run completes when its script ends."""

    def fail(
        self, error_details: Any = None, error_code: Any = None, _set_status: Any = True
    ) -> None:
        """Record an error. The status follows from how the script ends."""
        super().fail(error_details=error_details, error_code=error_code, _set_status=False)

    def cancel(self) -> None:
        """Warn: a submitted run cannot cancel itself."""
        import warnings

        warnings.warn(
            "cancel() does nothing in a submitted run: end the script instead, or cancel the run "
            "from outside.",
            stacklevel=2,
        )

    def __enter__(self) -> _SubmittedRun:
        return self

    def __exit__(self, *exception: object) -> None:
        self.complete()

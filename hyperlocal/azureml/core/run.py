"""Run: what a training script logs into and what a driver asks for results."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_assets import _RunAssets
from hyperlocal.azureml.core._run_children import _RunChildren
from hyperlocal.azureml.core._run_data import _RunData
from hyperlocal.azureml.core._run_files import _RunFiles
from hyperlocal.azureml.core._run_logging import _RunLogging

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["Run", "get_run"]

# What a training script's first calls load; a process that trials are forked from loads it too.
_LOADED_LATER = (
    "hyperlocal.azureml._classes",
    "hyperlocal.azureml._current",
    "hyperlocal.azureml.core._submitted_run",
    "hyperlocal.history.metrics",
    "hyperlocal.history.migrations",
    "hyperlocal.history.store",
    "sqlite3",
)

_OTHER_HOMES = {
    "InputDatasets": "_run_datasets",
    "OutputDatasets": "_run_datasets",
    "_OfflineRun": "_offline_run",
}


def __getattr__(name: str) -> object:
    if name in _OTHER_HOMES:  # scripts test for these by isinstance
        module = f"{__package__}.{_OTHER_HOMES[name]}"
        found: object = getattr(__import__(module, fromlist=[name]), name)
        return found
    if name == "_SubmittedRun":
        from hyperlocal.azureml._classes import class_named

        return class_named(name)
    return _placeholders.missing(__name__, name)


class Run(_RunLogging, _RunFiles, _RunChildren, _RunAssets, _RunData):
    """One run: interactive, of a script, a trial of a sweep, or the parent of one.

    Everything is read from the history of the home, so that a run is the same in every process.

    Differs: values are safe when a log call returns, there is no queue to flush; the portal URL is
    the run's folder.
    """

    @classmethod
    def get_context(
        cls, allow_offline: Any = True, used_for_context_manager: Any = False, **kwargs: Any
    ) -> Any:
        """Return the run of this process; outside of a submitted one an object that prints.

        Raises:
            RunEnvironmentException: There is none and `allow_offline` is False.
        """
        from hyperlocal.azureml._current import current_run

        found = current_run()
        if found is not None:
            return found
        if not allow_offline:
            from hyperlocal.azureml.exceptions import RunEnvironmentException

            raise RunEnvironmentException()
        from hyperlocal.azureml.core._offline_run import _OfflineRun

        return _OfflineRun()

    @classmethod
    def get_submitted_run(cls, **kwargs: Any) -> Any:
        """Return the run of this process. Deprecated: use `get_context()`.

        Raises:
            RunEnvironmentException: There is none; nothing stands for it, as in the SDK.
        """
        return cls.get_context(allow_offline=False, **kwargs)

    @staticmethod
    def get(workspace: Any, run_id: Any) -> Run:
        """Return the run of this id, as an object of its own class.

        Raises:
            ServiceException: There is none.
        """
        from hyperlocal.azureml.core._run_lookup import find_run
        from hyperlocal.azureml.core._run_objects import experiment_of, make_run
        from hyperlocal.services.connection import this_history

        record = find_run(this_history(), run_id)
        found: Run = make_run(experiment_of(workspace, record), record)
        return found

    @staticmethod
    def list(
        experiment: Any,
        type: Any = None,
        tags: Any = None,
        properties: Any = None,
        status: Any = None,
        include_children: Any = False,
        _rehydrate_runs: Any = True,
    ) -> Iterator[Run]:
        """Return the runs of an experiment that fit all filters, newest first."""
        from hyperlocal.azureml.core._run_lookup import select
        from hyperlocal.azureml.core._run_objects import make_run

        history = experiment._history
        records = history.listing.each(experiment.name, include_children=bool(include_children))
        selected = select(
            history, records, type=type, tags=tags, properties=properties, status=status
        )
        return (make_run(experiment, r, is_exact=bool(_rehydrate_runs)) for r in selected)

    @staticmethod
    def add_type_provider(runtype: Any, run_factory: Any) -> None:
        """Let `run_factory(experiment=, run_dto=)` make the objects of runs of a type."""
        from hyperlocal.azureml.core._run_objects import add_factory

        add_factory(runtype, run_factory)

    def get_status(self) -> str:
        """Read the status, and make sure that somebody still looks after the run."""
        if not self._record.status.is_terminal:
            from hyperlocal.services.runs.interactive import look_after

            self._known_record = look_after(self._history, self._run_id)
        return self._record.status.value

    def get_detailed_status(self) -> dict[str, Any]:
        """Return the status, and a sentence about it if there is one."""
        status = self.get_status()
        return {"status": status, "details": self._record.reason}

    def get_details(self) -> Any:
        """Return status, times, properties, definition, logs and errors of the run."""
        from hyperlocal.azureml.core._run_lineage import details_of

        return details_of(self._history, self._fetch())

    def get_metrics(
        self, name: Any = None, recursive: Any = False, run_type: Any = None, populate: Any = False
    ) -> Any:
        """Return what the run logged, by metric; `recursive`, by run id for all runs below too.

        Args:
            name: Only this metric.
            recursive: Also those of the runs below.
            run_type: Of the runs below only those of this type.
            populate: Give the content of JSON artifacts instead of their address.
        """
        from hyperlocal.azureml.core._run_metrics import metrics_below, metrics_of_run

        if recursive:
            return metrics_below(self._history, self._fetch(), name, run_type, bool(populate))
        return metrics_of_run(self._history, self._fetch(), name, bool(populate))

    def get_environment(self) -> Any:
        """Return the environment that the run was submitted with.

        Raises:
            UserErrorException: It was not submitted with one.
        """
        from hyperlocal.azureml.core.environment import _from_dict
        from hyperlocal.azureml.exceptions import UserErrorException

        definition = (self.get_details().get("runDefinition") or {}).get("environment") or {}
        if definition.get("name") is None:
            raise UserErrorException(f"Run {self._run_id} was not submitted with an environment.")
        return _from_dict(definition)

    def start(self) -> None:
        """Note that the run is running."""
        from hyperlocal.domain.status import Status

        self._history.runs.set_status(self._run_id, Status.RUNNING)

    @as_sdk_errors
    def complete(self, _set_status: Any = True) -> None:
        """End the run well, and keep what it left in its output folder."""
        from hyperlocal.domain.status import Status
        from hyperlocal.services.runs.interactive import keep_outputs

        keep_outputs(self._history, self._run_id, self._outputs)
        if _set_status:
            self._history.runs.finish(self._run_id, Status.COMPLETED)
        self._fetch()

    @as_sdk_errors
    def fail(
        self, error_details: Any = None, error_code: Any = None, _set_status: Any = True
    ) -> None:
        """End the run as failed.

        Args:
            error_details: What went wrong: a text or an exception.
            error_code: A word for it.

        Raises:
            TypeError: `error_details` is neither text nor exception.
        """
        from hyperlocal.azureml.core._run_errors import error_from
        from hyperlocal.domain.status import Cause, Status
        from hyperlocal.services.runs.interactive import keep_outputs

        error = error_from(error_details, error_code)
        keep_outputs(self._history, self._run_id, self._outputs)
        if _set_status:
            reason = error.get("message", "").partition("\n")[0] or None
            self._history.runs.finish(
                self._run_id, Status.FAILED, cause=Cause.SCRIPT, reason=reason, error=error
            )
        else:
            self._history.runs.set_error(self._run_id, error)
        self._fetch()

    def cancel(self) -> Any:
        """Ask for the end of the run; an interactive one is ended at once."""
        from hyperlocal.domain.status import Cause, Status

        record = self._fetch()
        if record.plan is not None or record.parameters is not None:
            from hyperlocal.engine import settle

            self._history.runs.request_cancel(self._run_id)
            self._known_record = settle(self._history, self._run_id)
            return
        self._history.runs.finish(self._run_id, Status.CANCELED, cause=Cause.USER)
        self._fetch()

    def wait_for_completion(
        self,
        show_output: Any = False,
        wait_post_processing: Any = False,
        raise_on_error: Any = True,
    ) -> Any:
        """Wait until the run has ended; return its details.

        Args:
            show_output: Show what happens meanwhile.
            wait_post_processing: Accepted; a run that has ended here has nothing left to do.
            raise_on_error: Raise if the run failed.

        Raises:
            ActivityFailedException: The run failed.
        """
        from hyperlocal.azureml.core._run_waiting import wait

        return wait(self, shows_output=bool(show_output), raises=bool(raise_on_error))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        from hyperlocal.services.runs.kinds import INTERACTIVE

        if self._record.kind != INTERACTIVE:
            return  # how a submitted run ends is told by its processes
        if error is not None:
            self.fail(error_details=error)
        elif not self._fetch().status.is_terminal:
            self.complete()


def get_run(experiment: Any, run_id: Any, rehydrate: Any = True, clean_up: Any = True) -> Run:
    """Return the run of this id, as an object of its own class unless `rehydrate` is False.

    Raises:
        ServiceException: There is none in this experiment.
    """
    from hyperlocal.azureml.core._run_lookup import find_run
    from hyperlocal.azureml.core._run_objects import make_run

    record = find_run(experiment._history, run_id, experiment.name)
    found: Run = make_run(experiment, record, is_exact=bool(rehydrate))
    return found

"""Runs of pipelines and of their steps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.core._run_lookup import find_run
from hyperlocal.azureml.core._run_objects import experiment_of, make_run
from hyperlocal.azureml.core.run import Run
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core._places import Place
from hyperlocal.azureml.pipeline.core._run_status import status_word, wait_for
from hyperlocal.azureml.pipeline.core.graph import PortDataReference
from hyperlocal.errors import RunNotFound
from hyperlocal.services.runs.definitions import definition_of
from hyperlocal.services.runs.kinds import PIPELINE, STEP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun
    from hyperlocal.history import RunRecord

__all__ = ["PipelineRun", "StepRun", "StepRunOutput"]

_REUSED = "hyperlocal.reused_run"  # as the engine records it
_FOREVER = sys.maxsize

__getattr__ = _placeholders.lacking(__name__)


class _Driven(Run):
    """A run whose end and children follow from what is run, and not from calls of a driver."""

    def child_run(self, name: Any = None, run_id: Any = None, outputs: Any = None) -> Any:
        """Raise: a pipeline's only children are its steps, and a step makes its own.

        Raises:
            NotImplementedError: Always.
        """
        raise self._not_by("child_run")

    def complete(self) -> None:  # type: ignore[override]
        """Raise: a step completes when its script does, and a pipeline when its steps do.

        Raises:
            NotImplementedError: Always.
        """
        raise self._not_by("complete")

    def fail(self) -> None:  # type: ignore[override]
        """Raise: a step fails when its script does, and a pipeline when a step does.

        Raises:
            NotImplementedError: Always.
        """
        raise self._not_by("fail")

    def _not_by(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            f"{type(self).__name__}.{method}() cannot be used: steps tell by their scripts how "
            "they end, and the pipeline by its steps."
        )


class PipelineRun(_Driven):
    """A pipeline that was submitted: its steps and what they left.

    Args:
        experiment: The experiment that it is in.
        run_id: Its id.
        _service_endpoint: Of no use outside the service.
        **kwags: Of the SDK's own.
    """

    def __init__(
        self, experiment: Any, run_id: Any, _service_endpoint: Any = None, **kwags: Any
    ) -> None:
        super().__init__(experiment, run_id, **kwags)

    @staticmethod
    def get(workspace: Any, run_id: Any, _service_endpoint: Any = None) -> PipelineRun:
        """Return the run of a pipeline by its id.

        Raises:
            ServiceException: There is none.
            UserErrorException: It is a run of something else.
        """
        from hyperlocal.services.connection import this_history

        record = find_run(this_history(), run_id)
        if record.kind != PIPELINE:
            raise UserErrorException(f"Run {run_id!r} is of type {record.kind!r}, no pipeline.")
        return PipelineRun(experiment_of(workspace, record), record.run_id, _record=record)

    def get_steps(self) -> list[StepRun | HyperDriveRun]:
        """Return the runs of the steps that have started, newest first.

        Of the run of a step they are the runs below it: of a `HyperDriveStep` its sweep.
        """
        if self._record.kind != PIPELINE:
            reused = self._record.properties.get(_REUSED, self._run_id)
            below = self._history.runs.children(reused)
            return [make_run(self.experiment, record) for record in below]
        steps = [r for r in self._history.runs.children(self._run_id) if r.kind == STEP]
        return [StepRun._of_record(self.experiment, record) for record in steps]

    def find_step_run(self, name: Any) -> list[StepRun]:
        """Return the runs of the steps of a name; empty if none has started."""
        steps = (step for step in self.get_steps() if isinstance(step, StepRun))
        return [step for step in steps if step.name == name]

    def get_pipeline_output(self, pipeline_output_name: Any) -> PortDataReference:
        """Return an output by its `pipeline_output_name`.

        Raises:
            ValueError: The pipeline has no such output.
        """
        outputs = definition_of(self._history, self._record).get("outputs", {})
        found = outputs.get(pipeline_output_name)
        if found is None:
            known = ", ".join(map(repr, outputs)) or "none"
            raise ValueError(
                f"The pipeline has no output {pipeline_output_name!r}; those with a "
                f"pipeline_output_name are: {known}."
            )
        place = Place.from_body(found["place"])
        return PortDataReference(None, self._run_id, place)

    def publish_pipeline(
        self,
        name: Any,
        description: Any,
        version: Any,
        continue_on_step_failure: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Warn that nothing is published here; return what is loud when it is used."""
        from hyperlocal.azureml.pipeline.core.pipeline_endpoint import PublishedPipeline

        return PublishedPipeline._returned_by("PipelineRun.publish_pipeline()")

    def get_tags(self) -> Any:
        """Read the run's tags."""
        return super().get_tags()

    def get_status(self) -> str:
        """Read the status: NotStarted, Running, Finished, Failed or Canceled."""
        return status_word(super().get_status())

    def cancel(self) -> Any:
        """Ask for the end of all its steps."""
        return super().cancel()

    def wait_for_completion(
        self,
        show_output: Any = True,
        timeout_seconds: Any = _FOREVER,
        raise_on_error: Any = True,
    ) -> str:
        """Wait until the pipeline has ended, and return its status.

        Args:
            show_output: Show steps as they start and end.
            timeout_seconds: Stop waiting after this long; the pipeline goes on.
            raise_on_error: Raise if it failed.

        Raises:
            ActivityFailedException: It failed.
        """
        return wait_for(
            self,
            shows_output=bool(show_output),
            timeout_s=float(timeout_seconds),
            raises=bool(raise_on_error),
        )


class StepRun(_Driven):
    """The run of a step. That of a `HyperDriveStep` has the sweep as its child.

    Args:
        experiment: The experiment that it is in.
        step_run_id: Its id.
        pipeline_run_id: The run of the pipeline.
        node_id: Shown back.
        _service_endpoint: Of no use outside the service.
        _is_reused: Told by the history here.
        _current_node_id: Of no use outside the service.
        _reused_run_id: Told by the history here.
        _reused_node_id: Of no use outside the service.
        _reused_pipeline_run_id: Told by the history here.
        **kwargs: Of the SDK's own.

    Differs: metrics, files and children of a reused step are those of the run that did the work.
    """

    def __init__(
        self,
        experiment: Any,
        step_run_id: Any,
        pipeline_run_id: Any,
        node_id: Any,
        _service_endpoint: Any = None,
        _is_reused: Any = False,
        _current_node_id: Any = None,
        _reused_run_id: Any = None,
        _reused_node_id: Any = None,
        _reused_pipeline_run_id: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(experiment, step_run_id, **kwargs)
        self._pipeline_run_id = pipeline_run_id
        self._node_id = node_id
        self._reused_run_id: str | None = self._record.properties.get(_REUSED)
        self._is_reused = self._reused_run_id is not None

    @classmethod
    def _of_record(cls, experiment: Any, record: RunRecord) -> StepRun:
        return cls(experiment, record.run_id, record.parent_id, None, _record=record)

    @property
    def pipeline_run_id(self) -> Any:
        """The run of the pipeline."""
        return self._pipeline_run_id

    @property
    def _origin_id(self) -> str:
        """The run that did the work: itself, or the one that is reused."""
        return self._reused_run_id or self._run_id

    def _origin(self) -> Run:
        """Return the run that did the work, if it was another one.

        Raises:
            ServiceException: It was removed.
        """
        record = find_run(self._history, self._origin_id)
        return Run(experiment_of(self.experiment.workspace, record), record.run_id)

    def get_status(self) -> str:
        """Read the status: NotStarted, Queued, Running, Finished, Failed or Canceled."""
        return status_word(super().get_status())

    def cancel(self) -> Any:
        """Ask for the end of the step, and of its sweep if it runs one."""
        from hyperlocal.engine import settle

        self._history.runs.request_cancel(self._run_id)
        self._known_record = settle(self._history, self._run_id)

    def wait_for_completion(
        self,
        show_output: Any = True,
        timeout_seconds: Any = _FOREVER,
        raise_on_error: Any = True,
    ) -> str:
        """Wait until the step has ended, and return its status.

        Args:
            show_output: Show that it starts and ends.
            timeout_seconds: Stop waiting after this long; the step goes on.
            raise_on_error: Raise if it failed.

        Raises:
            ActivityFailedException: It failed.
        """
        return wait_for(
            self,
            shows_output=bool(show_output),
            timeout_s=float(timeout_seconds),
            raises=bool(raise_on_error),
        )

    def get_outputs(self) -> dict[str, StepRunOutput]:
        """Return the step's outputs by name."""
        return {
            name: StepRunOutput(None, self._pipeline_run_id, self, name, place)
            for name, place in self._places().items()
        }

    def get_output(self, name: Any) -> StepRunOutput:
        """Return an output by name.

        Raises:
            ValueError: The step has no such output.
        """
        outputs = self.get_outputs()
        if name not in outputs:
            known = ", ".join(map(repr, outputs)) or "none"
            raise ValueError(f"Step {self.name!r} has no output {name!r}. It has: {known}.")
        return outputs[name]

    def get_output_data(self, name: Any) -> PortDataReference:
        """Return the data of an output by name.

        Raises:
            ValueError: The step has no such output.
        """
        return self.get_output(name).get_port_data_reference()

    def _places(self) -> dict[str, Place]:
        try:
            pipeline = self._history.runs.get(str(self._record.parent_id))
        except RunNotFound:
            return {}
        steps = definition_of(self._history, pipeline).get("steps", {})
        bodies = steps.get(self._run_id, {})
        return {name: Place.from_body(body) for name, body in bodies.items()}

    def get_metrics(
        self, name: Any = None, recursive: Any = False, run_type: Any = None, populate: Any = False
    ) -> Any:
        """Return what the step logged; see `Run.get_metrics`."""
        if self._is_reused:
            return self._origin().get_metrics(name, recursive, run_type, populate)
        return super().get_metrics(name, recursive, run_type, populate)

    def get_children(
        self,
        recursive: Any = False,
        tags: Any = None,
        properties: Any = None,
        type: Any = None,
        status: Any = None,
        _rehydrate_runs: Any = True,
    ) -> Iterator[Run]:
        """Return the runs below the step; see `Run.get_children`."""
        filters = (recursive, tags, properties, type, status, _rehydrate_runs)
        if self._is_reused:
            return self._origin().get_children(*filters)
        return super().get_children(*filters)

    def get_file_names(self) -> list[str]:
        """Return the names of the step's files; see `Run.get_file_names`."""
        return self._origin().get_file_names() if self._is_reused else super().get_file_names()

    def _file(self, name: str) -> Path:
        return self._origin()._file(name) if self._is_reused else super()._file(name)

    def get_details_with_logs(self) -> dict[str, Any]:
        """Return the step's details with the text of each log."""
        return super().get_details_with_logs()

    def get_stdout_log(self) -> str:
        """Return what the step's script printed."""
        return self._log()

    def get_stderr_log(self) -> str:
        """Return what the step's script printed: both streams are one here."""
        return self._log()

    def get_job_log(self) -> str:
        """Return what the step's script printed, or the log of its sweep."""
        return self._log()

    def _log(self) -> str:
        log = self._history.folder(self._origin_id).output_log
        return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""


class StepRunOutput(Emulated):
    """An output of the run of a step.

    Args:
        context: Of no use outside the service.
        pipeline_run_id: The run of the pipeline.
        step_run: The run of the step.
        name: The name of the output.
        step_output: Where it is.
    """

    def __init__(
        self, context: Any, pipeline_run_id: Any, step_run: Any, name: Any, step_output: Any
    ) -> None:
        self.name = name
        self.step_run = step_run
        self.pipeline_run_id = pipeline_run_id
        self._place: Place = step_output

    def get_port_data_reference(self) -> PortDataReference:
        """Return its data."""
        return PortDataReference(None, self.pipeline_run_id, self._place, self.step_run)

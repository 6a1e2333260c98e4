"""Pipelines: steps, checked and put in an order in which they can run."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.pipeline.core._order import ordered
from hyperlocal.azureml.pipeline.core.pipeline_endpoint import PublishedPipeline

__all__ = ["Pipeline"]

__getattr__ = _placeholders.lacking(__name__)


class Pipeline(Emulated):
    """Steps that need one another, ready to be submitted to an experiment.

    Args:
        workspace: The workspace; it is shown back.
        steps: A step, a list of steps (and lists of steps), or a `StepSequence`.
        description: A text about the pipeline's runs.
        default_datastore: Where outputs without a datastore are kept.
        default_source_directory: The source of steps that name none.
        resolve_closure: Add the steps that the given ones need.
        _workflow_provider: Of no use outside the service.
        _service_endpoint: Of no use outside the service.
        **kwargs: Taken as by the SDK, without effect.

    Differs: steps run on this machine, whatever their compute target. Nothing is published.

    Raises:
        ValueError: Steps need one another in a circle, or something that no step makes.
    """

    def __init__(
        self,
        workspace: Any,
        steps: Any,
        description: Any = None,
        default_datastore: Any = None,
        default_source_directory: Any = None,
        resolve_closure: Any = True,
        _workflow_provider: Any = None,
        _service_endpoint: Any = None,
        **kwargs: Any,
    ) -> None:
        self._workspace = workspace
        self._description = description
        self._default_datastore = default_datastore
        self._default_source_directory = default_source_directory
        self._given_steps = steps
        self._adds_needed = bool(resolve_closure)
        self._steps, self._needs = ordered(steps, adds_needed=self._adds_needed)

    def validate(self) -> list[Any]:
        """Check the steps again, for `run_after` may have been called since; return no errors.

        Raises:
            ValueError: Steps need one another in a circle, or something that no step makes.
        """
        self._steps, self._needs = ordered(self._given_steps, adds_needed=self._adds_needed)
        return []

    def submit(
        self,
        experiment_name: Any,
        pipeline_parameters: Any = None,
        continue_on_step_failure: Any = False,
        regenerate_outputs: Any = False,
        parent_run_id: Any = None,
        credential_passthrough: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Submit it to an experiment by name; see `Experiment.submit`."""
        from hyperlocal.azureml.core.experiment import Experiment

        if credential_passthrough is not None:
            kwargs["credential_passthrough"] = credential_passthrough
        return Experiment(self._workspace, experiment_name).submit(
            self,
            pipeline_parameters=pipeline_parameters,
            continue_on_step_failure=continue_on_step_failure,
            regenerate_outputs=regenerate_outputs,
            parent_run_id=parent_run_id,
            **kwargs,
        )

    def publish(
        self,
        name: Any = None,
        description: Any = None,
        version: Any = None,
        continue_on_step_failure: Any = None,
    ) -> PublishedPipeline:
        """Warn that nothing is published here; return what is loud when it is used."""
        return PublishedPipeline._returned_by("Pipeline.publish()")

    def _submit_to(self, experiment: Any, **submission: Any) -> Any:
        """Run it as part of an experiment; return at once."""
        from hyperlocal.azureml._submit.pipelines import submit_pipeline

        self.validate()
        return submit_pipeline(experiment, self, **submission)

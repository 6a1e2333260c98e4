"""Workflows: the steps of a pipeline as ours, with a path for everything that they exchange."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hyperlocal.azureml._translate.data import check_variable
from hyperlocal.azureml._translate.script import Script
from hyperlocal.azureml.pipeline.core._datastores import place_in, place_of_dataset_output
from hyperlocal.azureml.pipeline.core._places import Place
from hyperlocal.azureml.pipeline.core._values import (
    Values,
    input_name_of,
    is_dataset_input,
    is_dataset_output,
    key_of,
    source_of,
)
from hyperlocal.azureml.pipeline.core.graph import TrainingOutput
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.launch import Launch, literal_text
from hyperlocal.domain.sweep import Job, Output, Step, Sweep, SweepOutput, Work, Workflow
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import advise
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.kinds import HYPERDRIVE, STEP

__all__ = [
    "PlannedStep",
    "PlannedWorkflow",
    "paths_outside",
    "timeless",
    "with_fingerprints",
    "workflow_of",
]

_REFERENCE = "AZUREML_DATAREFERENCE_"
_NAMED_INPUTS = "AZUREML_DATASET_ENVIRONMENT_VARS"
_NAMED_OUTPUTS = "AZUREML_DATASET_FILE_OUTPUTS"
# What describes the machine and the moment says nothing about what a step does.
_OF_THE_MOMENT = ("AZUREML_", "AZ_", "PATH")


@dataclass
class PlannedStep:
    """A step on its way into a workflow.

    Attributes:
        step: The SDK's step.
        run_id: The run that it becomes.
        sweep_id: The run of its sweep, or an empty text.
        places: Where its outputs are, by name.
        script: What it, or each trial of its sweep, runs.
    """

    step: Any
    run_id: str
    sweep_id: str
    places: dict[str, Place] = field(default_factory=dict)
    script: Script | None = None


@dataclass
class PlannedWorkflow:
    """A workflow, and what the face remembers of it.

    Attributes:
        workflow: The workflow.
        steps: Its steps, in its order.
        parameters: The value of each parameter.
        sources: Folders of source, by the name that each gets in the workflow's snapshot.
        outputs: Places of outputs that the pipeline's run shows, by name, with their step's run.
    """

    workflow: Workflow
    steps: list[PlannedStep]
    parameters: dict[str, Any]
    sources: dict[str, str]
    outputs: dict[str, tuple[str, Place]]


class _Planner:
    def __init__(
        self,
        pipeline: Any,
        experiment: Any,
        parameters: Mapping[str, Any],
        plan_sweep: Callable[[Any, Any], tuple[Script, Sweep]],
    ) -> None:
        self.pipeline = pipeline
        self.experiment = experiment
        self.values = Values(pipeline._steps, parameters)
        self.sources: dict[str, str] = {}
        self.outputs: dict[str, tuple[str, Place]] = {}
        self._plan_sweep = plan_sweep
        self.planned = [self._begin(step) for step in pipeline._steps]
        self._by_step = {id(each.step): each for each in self.planned}
        self._makers = {
            key_of(output): each for each in self.planned for output in each.step._outputs
        }

    def _begin(self, step: Any) -> PlannedStep:
        is_sweep = hasattr(step, "_sweep_config")
        planned = PlannedStep(step, random_uuid(), f"HD_{random_uuid()}" if is_sweep else "")
        for data in step._outputs:
            source = source_of(data)
            name = str(source.name)
            datastore = getattr(source, "_datastore", None) or self.pipeline._default_datastore
            if is_dataset_output(source):
                place = place_of_dataset_output(source, planned.run_id, name)
            else:
                inside = getattr(source, "_path_on_datastore", None)
                place = place_in(datastore, planned.run_id, name, inside)
            planned.places[name] = place
            self.values.place(source, place)
            shown = getattr(source, "_pipeline_output_name", None)
            if shown:
                self.outputs[str(shown)] = (planned.run_id, place)
        return planned

    def step(self, planned: PlannedStep) -> Step:
        """Return the step of the workflow."""
        step = planned.step
        work: Work
        default = self.pipeline._default_source_directory
        if planned.sweep_id:
            config = step._sweep_config(self.values, default)
            script, work = self._plan_sweep(self.experiment, config)
        else:
            script = Script(step._script_config(self.values, default))
            script.check()
            workspace = self.experiment.workspace
            work = Job(script.launch(workspace, self.experiment, is_sweep=False))
        planned.script = script
        work = _with_variables(
            work, self._references(planned), self._named_inputs(step), _named_outputs(step)
        )
        source = self.sources.setdefault(script.source, str(len(self.sources)))
        return Step(
            run_id=planned.run_id,
            name=str(step.name),
            work=work,
            kind=STEP,
            source=source,
            needs=tuple(
                self._by_step[id(needed)].run_id for needed in self.pipeline._needs[id(step)]
            ),
            inputs=tuple(sorted(self._taken_over(step))),
            outputs=tuple(self._output(planned, data) for data in step._outputs),
            sweep_id=planned.sweep_id,
            sweep_kind=HYPERDRIVE,
            fingerprint=_fingerprint(planned, work, self.planned, self.values.datasets),
            reads=paths_outside(work, self.planned),
            may_reuse=step._allow_reuse,
        )

    def _references(self, planned: PlannedStep) -> dict[str, str]:
        """Return the variables in which scripts find the paths of inputs and outputs."""
        found = {f"{_REFERENCE}{name}": place.path for name, place in planned.places.items()}
        for data in planned.step._outputs:
            # Those with a folder of their own are the script's data: it knows where they are.
            if is_dataset_output(data) and not data.source:
                check_variable(str(data.name))
                found[str(data.name)] = planned.places[str(data.name)].path
        named = self._named_inputs(planned.step)
        for data in planned.step._inputs:
            place = self.values.place_of(data)
            if place is not None:
                name = place.name if source_of(data) is data else input_name_of(data)
                found[f"{_REFERENCE}{name}"] = place.path
                if name in named:
                    check_variable(name)
                    found[name] = place.path  # as `Run.input_datasets` has it
        return found

    def _named_inputs(self, step: Any) -> list[str]:
        """Return the names under which scripts find paths among their input datasets."""
        return [
            input_name_of(each)
            for each in step._inputs
            if is_dataset_input(each) and isinstance(self.values.resolve(each), str)
        ]

    def _taken_over(self, step: Any) -> set[tuple[str, str]]:
        """Return of what other steps have made the maker's run and the output's name."""
        found = set()
        for data in (*step._inputs, *step._arguments):
            maker, place = self._makers.get(key_of(data)), self.values.place_of(data)
            if maker is not None and place is not None and maker.step is not step:
                found.add((maker.run_id, place.name))
        return found

    def _output(self, planned: PlannedStep, data: Any) -> Output:
        source = source_of(data)
        place = planned.places[str(source.name)]
        training = getattr(source, "_training_output", None)
        is_folder = is_dataset_output(source) or bool(getattr(source, "_is_directory", False))
        sweep_output = None if training is None else _sweep_output(planned, place, training)
        return Output(place.name, place.path, is_folder, sweep_output)


def workflow_of(
    pipeline: Any,
    experiment: Any,
    *,
    parameters: Mapping[str, Any],
    goes_on: bool,
    reuses: bool,
    plan_sweep: Callable[[Any, Any], tuple[Script, Sweep]],
    holes: Mapping[str, str] | None = None,
) -> PlannedWorkflow:
    """Return what a pipeline asks for.

    Args:
        pipeline: The pipeline, validated.
        experiment: What it is to be part of.
        parameters: Values for its parameters.
        goes_on: Whether steps that do not need a failed one are still run.
        reuses: Whether earlier runs may stand for steps.
        plan_sweep: Given the experiment and a HyperDriveConfig: its script and its sweep.
        holes: Parameters that a sweep samples, and the texts that stand for their values.

    Raises:
        NotEmulatedError: A sampled parameter decides more than arguments.
    """
    holes = dict(holes or {})
    _check_holes(pipeline, holes)
    planner = _Planner(pipeline, experiment, {**parameters, **holes}, plan_sweep)
    steps = tuple(planner.step(planned) for planned in planner.planned)
    # An id stands for one path, but each trial of a sweep has its own.
    if holes and planner.values.datasets:
        raise NotEmulatedError(
            "A table, or an as_direct() dataset, of what a step of a sampled pipeline writes",
            "Give the output with as_mount(), and let the script read the files from the path.",
        )
    return PlannedWorkflow(
        workflow=Workflow(steps, goes_on, reuses, holes),
        steps=planner.planned,
        parameters=planner.values.parameters,
        sources={name: folder for folder, name in planner.sources.items()},
        outputs=planner.outputs,
    )


def with_fingerprints(workflow: Workflow, digests: Mapping[str, str]) -> Workflow:
    """Return the workflow with fingerprints that also know the content of each step's source."""
    steps = (
        dataclasses.replace(step, fingerprint=_hash(step.fingerprint, digests[step.source]))
        for step in workflow.steps
    )
    return dataclasses.replace(workflow, steps=tuple(steps))


def _check_holes(pipeline: Any, holes: Mapping[str, str]) -> None:
    for step in pipeline._steps:
        for parameter in step._settled_parameters():
            if parameter.name in holes:
                raise NotEmulatedError(
                    f"The sampled parameter {parameter.name!r} as an input, a limit or the number "
                    f"of nodes of the step {step.name!r}",
                    "Sample what is among the arguments or params of steps.",
                )


def _sweep_output(planned: PlannedStep, place: Place, training: TrainingOutput) -> SweepOutput:
    if not planned.sweep_id:
        raise NotEmulatedError(
            f"TrainingOutput for the step {planned.step.name!r}, which runs no sweep",
            "Leave out training_output and let the script write the file.",
        )
    if training.iteration is not None:
        raise NotEmulatedError(
            "TrainingOutput(iteration=...), which is for AutoML",
            "Give model_file: the file of the best run of the sweep.",
        )
    if str(training.type).lower() == "metrics":
        return SweepOutput()
    if not training.model_file:
        advise(
            "TrainingOutput('Model') without model_file",
            f"the output {place.name!r} gets all that the best run wrote into outputs/. Name the "
            "file, for instance model_file='outputs/model.pkl'.",
        )
        return SweepOutput("outputs")
    primary = planned.step._hyperdrive_config._primary_metric_config["name"]
    if training.metric not in (None, primary):
        advise(
            f"TrainingOutput(metric={training.metric!r})",
            f"it is for AutoML; the best run of a HyperDriveStep is the one by {primary!r}.",
        )
    return SweepOutput(str(training.model_file))


def _named_outputs(step: Any) -> list[str]:
    """Return the names under which scripts find paths among their output datasets."""
    return [str(source_of(data).name) for data in step._outputs if is_dataset_output(data)]


def _with_variables(
    work: Work, variables: Mapping[str, str], inputs: list[str], outputs: list[str]
) -> Work:
    literal = {name: literal_text(path) for name, path in variables.items()}
    environment = {**work.launch.environment, **literal}
    for variable, separator, named in (
        (_NAMED_INPUTS, ",", inputs),
        (_NAMED_OUTPUTS, ";", outputs),
    ):
        known = environment.get(variable, "").split(separator)
        both = dict.fromkeys(name for name in [*known, *named] if name)
        environment[variable] = separator.join(both)
    launch = dataclasses.replace(work.launch, environment=environment)
    return dataclasses.replace(work, launch=launch)


def _fingerprint(
    planned: PlannedStep, work: Work, others: list[PlannedStep], datasets: Mapping[str, str]
) -> str:
    """Return what is the same for the same work, whatever runs and moment it is submitted in."""
    launch = timeless(work.launch)
    if isinstance(work, Sweep):
        config = planned.step._hyperdrive_config._generator_config
        sampling = dataclasses.replace(work.sampling, seed=0)
        work = dataclasses.replace(work, launch=launch, sampling=sampling)
        told = [plan_to_json(work), json.dumps(config.get("properties"), default=str)]
    else:
        told = [plan_to_json(Job(launch))]
    text = json.dumps([*told, str(planned.step._version), type(planned.step).__name__])
    for dataset, what in datasets.items():
        text = text.replace(dataset, what)
    for n, other in enumerate(others):
        text = text.replace(other.run_id, f"<{n} {other.step.name}>")
    return _hash(text)


def timeless(launch: Launch) -> Launch:
    """Return it without the variables that tell of the moment in which it was submitted."""
    environment = {
        name: value
        for name, value in launch.environment.items()
        if name.startswith(_REFERENCE) or not name.startswith(_OF_THE_MOMENT)
    }
    return dataclasses.replace(launch, environment=environment)


def paths_outside(work: Work, planned: list[PlannedStep]) -> tuple[str, ...]:
    """Return the existing paths among arguments and variables that no step makes."""
    launch = work.launch
    texts = list(launch.command[2:])
    texts += [v for name, v in launch.environment.items() if name.startswith(_REFERENCE)]
    texts += [staged_input.source for staged_input in launch.staged_inputs]
    made = tuple(place.path for each in planned for place in each.places.values())
    paths = (text.replace("$$", "$") for text in texts if os.path.isabs(text))
    found = {os.path.abspath(path) for path in paths}
    return tuple(
        sorted(path for path in found if os.path.exists(path) and not path.startswith(made))
    )


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()

"""Recording: the source is copied, the run recorded, and its controller started."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.exceptions import TrainingException
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Cause, Status
from hyperlocal.errors import RunNotFound, RunStateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hyperlocal.domain.sweep import Plan, Workflow
    from hyperlocal.engine import Claim
    from hyperlocal.history import RunRecord

__all__ = ["NewRun", "begin"]


@dataclass(frozen=True)
class NewRun:
    """What is recorded of a run beside its plan.

    Attributes:
        run_id: Its id, which no other run has.
        kind: What it is a run of.
        tags: Its tags, as the user gave them.
        parent_id: The run that it becomes a child of.
        properties: Its properties.
    """

    run_id: str
    kind: str
    tags: Mapping[str, Any] | None = None
    parent_id: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


def begin(
    experiment: Any, run: NewRun, take: Callable[[str], tuple[Plan | Workflow, list[str]]]
) -> RunRecord:
    """Copy the source, record a run, and start its controller.

    Args:
        experiment: What the run is part of.
        run: The run.
        take: Given the folder of a snapshot that nobody looks into yet: fills it, remembers what
            belongs to the run, and returns the plan, and sentences that its user should know.

    Raises:
        TrainingException: Another run has this id.
    """
    with _claimed(experiment, run.run_id) as claim:
        record = _recorded(experiment, run, take)
        _start(experiment, claim)
    return record


@as_sdk_errors
def _recorded(
    experiment: Any, run: NewRun, take: Callable[[str], tuple[Plan | Workflow, list[str]]]
) -> RunRecord:
    from hyperlocal.engine.staging import Staging

    history = experiment._history
    snapshot = history.folder(run.run_id).snapshot
    with Staging(history.home) as staging:
        draft = staging.draft_for(snapshot)
        # Before the run, which may be killed: whoever finds one finds all that belongs to it.
        plan, told = take(draft)
        record: RunRecord = history.runs.create(
            run.run_id,
            experiment=experiment.name,
            kind=run.kind,
            parent_id=run.parent_id,
            status=Status.NOT_STARTED,
            plan=plan_to_json(plan),
            tags=as_texts(run.tags or {}),
            properties=run.properties,
            place=lambda: staging.put(draft, snapshot, replaces=True),
        )
    for sentence in told:
        history.runs.add_warning(run.run_id, sentence)
    return record


@contextmanager
def _claimed(experiment: Any, run_id: str) -> Iterator[Claim]:
    """Keep others from a run until it is recorded and has a controller.

    Raises:
        TrainingException: Another run has this id.
    """
    from hyperlocal.engine import admit, claim

    admit(experiment._history.home)

    try:
        taken = claim(experiment._history.home, run_id)
    except RunStateError as error:
        raise TrainingException(f"{error}") from error
    with taken:
        _check_unused(experiment, run_id)
        yield taken


def _start(experiment: Any, claim: Claim) -> None:
    try:
        claim.start()
    except BaseException as error:
        reason = f"its controller could not be started: {error}"
        experiment._history.runs.finish(
            claim.run_id, Status.FAILED, cause=Cause.START, reason=reason
        )
        raise


def _check_unused(experiment: Any, run_id: str) -> None:
    """Refuse a run id that another run has.

    Raises:
        TrainingException: It has.
    """
    try:
        experiment._history.runs.get(run_id)
    except RunNotFound:
        return
    raise TrainingException(f"There is a run {run_id!r} already. Give another custom_run_id.")

"""Resumption: an interrupted sweep goes on where it was.

Trials that ended stay as they are. Those that were interrupted are run again, under their ids and
with their parameters: what they had logged is removed from the history, what they had written is
set aside. Then the sweep asks for new parameters as if nothing had happened.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep, Workflow
from hyperlocal.engine.circumstances import Circumstances
from hyperlocal.engine.detached import CONTROLLER_LOG, environment_for
from hyperlocal.engine.files import set_aside
from hyperlocal.engine.ownership import claim_when_free
from hyperlocal.engine.recovery import end_processes, settle, without_own_controller
from hyperlocal.errors import PlanError, RunStateError
from hyperlocal.history import History, RunRecord
from hyperlocal.history.plans import plan_of

__all__ = ["keep_going", "may_resume", "resume"]

_WAITS_S = 10.0
"""How long a run that has ended may be held by others: they only look, or tidy up."""


def resume(
    history: History, run_id: str, tell: Callable[[str], object] | None = None
) -> RunRecord:
    """Let an interrupted sweep go on under a new controller; return its run at once.

    Its trials are started as the first ones were.

    Args:
        history: What the run is part of.
        run_id: The run.
        tell: Given a sentence for the user if they cannot be quite as the first ones.

    Raises:
        RunStateError: It was not interrupted, or is nothing that can go on.
        HistoryError: The history cannot be written.
    """
    record = settle(history, run_id)
    obstacle = _obstacle(history, record)
    if obstacle is not None:
        raise RunStateError(f"Run {run_id} cannot be resumed: {obstacle}")
    claimed = claim_when_free(history, record, _WAITS_S)
    if claimed is None:
        raise RunStateError(_lost_to(history, record))
    with claimed:
        life = _reopen(history, record)
        if life is None:
            raise RunStateError(_lost_to(history, record))
        sentence = _other_variables(history, record)
        if sentence is not None:
            history.runs.add_warning(run_id, sentence)
        try:
            claimed.start(life=life)
        except BaseException as error:
            reason = f"its controller could not be started: {error}"
            history.runs.finish(run_id, Status.FAILED, cause=Cause.INTERRUPTED, reason=reason)
            raise
    if sentence is not None and tell is not None:
        tell(sentence)
    return history.runs.get(run_id)


def _other_variables(history: History, record: RunRecord) -> str | None:
    """Return, as a sentence, which variables trials get now that are not those of the first."""
    first = Circumstances.read(history.folder(record.run_id).path)
    if first is None:
        return None
    plan = plan_of(record)
    given = plan.launch.environment if isinstance(plan, Sweep) else {}
    differing = first.difference(environment_for(os.fspath(history.home)), given)
    if differing is None:
        return None
    return (
        f"Run {record.run_id} was resumed in an environment that differs from the one that it was "
        f"first started in, and its trials get the variables as they are now: {differing}."
    )


def _lost_to(history: History, seen: RunRecord) -> str:
    """Return why a run that could be resumed a moment ago cannot be now."""
    run_id = seen.run_id
    if history.runs.get(run_id).life == seen.life:
        return (
            f"Run {run_id} cannot be resumed: another process has been bringing it to its end or "
            f"resuming it for over {_WAITS_S:g} s, and is perhaps stopped. End that process, or "
            "let it go on."
        )
    return (
        f"Run {run_id} cannot be resumed: somebody else has just done so. `hyperlocal "
        f"watch {run_id}` shows how it goes on."
    )


def keep_going(
    history: History, run_id: str, wait: Callable[[], object], tell: Callable[[str], object]
) -> None:
    """Wait until a run has ended, and resume it whenever it is interrupted.

    One that is interrupted again before any more of its trials ended is left at that.

    Args:
        history: What the run is part of.
        run_id: The run.
        wait: Waits until the run has ended.
        tell: Given a sentence for the user each time that the run is resumed.
    """
    n_before = -1
    while True:
        record = settle(history, run_id)
        if may_resume(history, record):
            n_ended = _n_ended(history, run_id)
            if n_ended == n_before:
                return
            n_before = n_ended
            with suppress(RunStateError):  # somebody else was quicker
                resume(history, run_id, tell)
                tell(f"Run {run_id} was interrupted after {n_ended} trials, and goes on.")
        elif record.status.is_terminal:
            return
        wait()


def _n_ended(history: History, run_id: str) -> int:
    trials = history.runs.children(run_id)
    return sum(trial.parameters is not None and not _is_interrupted(trial) for trial in trials)


def may_resume(history: History, record: RunRecord) -> bool:
    """Whether `resume` would let a run go on, now that it has ended."""
    return record.cause is Cause.INTERRUPTED and _obstacle(history, record) is None


def _obstacle(history: History, record: RunRecord) -> str | None:
    run_id, status = record.run_id, record.status
    if record.plan is None:
        if record.parent_id is None:
            return "it is a run that a script opened by itself. Run the script again."
        return f"it is a part of run {record.parent_id}. Resume that one."
    if not status.is_terminal:
        return f"it is going on. `hyperlocal watch {run_id}` shows how."
    if status is Status.CANCELED:
        return "it was cancelled. Submit it again, with resume_from to build on its trials."
    if status is Status.COMPLETED:
        return "it has completed: there is nothing left to do."
    if record.cause is not Cause.INTERRUPTED:
        return f"it was not interrupted but failed by itself: {record.reason}"
    return _unfit_plan(history, record)


def _unfit_plan(history: History, record: RunRecord) -> str | None:
    try:
        plan = plan_of(record)
    except PlanError as error:
        return f"its settings cannot be read ({error!r}). Submit it again."
    if isinstance(plan, Workflow):
        return "it is a pipeline. Submit it again: steps that completed are reused."
    if not isinstance(plan, Sweep):
        return "it is a single script, of which nothing is finished. Submit it again."
    if plan.workflow is not None:
        return "its trials are pipelines, of which no part can go on by itself. Submit it again."
    if record.parent_id is not None and _is_step(history, record):
        return f"it is a step of pipeline run {record.root_id}. Submit that one again."
    if not history.folder(record.run_id).snapshot.is_dir():
        folder = history.folder(record.run_id).snapshot
        return f"its copy of the source, {folder}, is gone. Submit it again."
    return None


def _is_step(history: History, record: RunRecord) -> bool:
    root = history.runs.known(record.root_id)
    return root is not None and isinstance(plan_of(root), Workflow)


def _reopen(history: History, record: RunRecord) -> int | None:
    """Begin a new life of an interrupted sweep; return its number, or None if it goes on already.

    This process must hold the run's lock.
    """
    run_id = record.run_id
    plan = plan_of(record)
    assert isinstance(plan, Sweep)
    trials = [run for run in history.runs.children(run_id) if _is_interrupted(run)]
    end_processes(history, [record, *trials], up_to_life=record.life)
    folder = history.folder(run_id)
    with suppress(OSError):  # only for the record
        set_aside([CONTROLLER_LOG], os.fspath(folder.path), os.fspath(folder.interrupted))
    return history.resumptions.reopen(
        run_id,
        again={trial.run_id: _first_properties(plan, trial) for trial in trials},
        forgotten=[name for trial in trials for name in _set_aside_below(history, trial)],
    )


def _is_interrupted(run: RunRecord) -> bool:
    """Whether a run is a trial that has to be run again."""
    return run.parameters is not None and (
        not run.status.is_terminal or run.cause is Cause.INTERRUPTED
    )


def _first_properties(sweep: Sweep, trial: RunRecord) -> dict[str, str]:
    number = int(trial.run_id.rpartition("_")[2])
    return sweep.resumed[number].properties if number < len(sweep.resumed) else {}


def _set_aside_below(history: History, trial: RunRecord) -> list[str]:
    """Set the folders of runs that a trial has opened aside with it; return their ids."""
    names = [run.run_id for run in without_own_controller(history, trial.run_id)]
    folder = history.folder(trial.run_id)
    set_aside(names, os.fspath(folder.path.parent), os.fspath(folder.interrupted))
    return names

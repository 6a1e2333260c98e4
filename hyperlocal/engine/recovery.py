"""Recovery: what becomes of a run whose controller died.

It is only brought to an end here, for whoever looks; `resumption` lets it go on. Whoever can take
the run's lock knows that nobody controls it (`ownership`), and settles it under that lock.
"""

from __future__ import annotations

import os
from contextlib import suppress

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Plan, Sweep, Workflow
from hyperlocal.engine.detached import CONTROLLER_LOG
from hyperlocal.engine.files import disk_is_full
from hyperlocal.engine.ownership import claim_when_free, goes_on, has_opener, try_claim
from hyperlocal.engine.processes import belonging, end_all, here, is_trial
from hyperlocal.engine.tidying import collect
from hyperlocal.engine.wearers import Wearers
from hyperlocal.errors import HistoryError, PlanError
from hyperlocal.history import History, RunRecord
from hyperlocal.history.plans import plan_of

__all__ = [
    "end_processes",
    "kept_folders_of",
    "settle",
    "settle_life",
    "without_own_controller",
]

# Between the end of a controller's pipes and that of its locks the system takes a moment.
_DIES_WITHIN_S = 2.0


def settle(history: History, run_id: str) -> RunRecord:
    """Return the run; one that nobody controls any more is brought to its end first.

    Its trials' processes are ended, the trials become Canceled and the run Failed, with the cause
    `interrupted`. Cheap for a run that has ended or is controlled. While another process settles
    the run, and where the home cannot be written, it is returned as it is.
    """
    record = history.runs.get(run_id)
    if record.status.is_terminal or history.is_read_only:
        return record
    try:
        return _settle(history, record, ())
    except (HistoryError, OSError):  # a full disk, a folder of somebody else
        return history.runs.get(run_id)


def _settle(history: History, record: RunRecord, below: tuple[str, ...]) -> RunRecord:
    run_id = record.run_id
    if record.status.is_terminal:
        return record
    if record.plan is not None:
        _settle_controlled(history, record, below[0] if below else run_id)
    elif record.owner is not None:
        _settle_opened(history, record)
    else:  # a trial has no controller of its own
        parent = history.runs.known(record.parent_id)
        if parent is None or parent.run_id in below:  # a damaged history may know no top
            return record
        if not _settle(history, parent, (*below, run_id)).status.is_terminal:
            return record
    return history.runs.get(run_id)


def settle_life(history: History, run_id: str, life: int) -> None:
    """Settle a run whose controller has just died, unless somebody else is quicker.

    Args:
        history: What the run is part of.
        run_id: The run.
        life: The life of the run that the controller had.
    """
    record = history.runs.get(run_id)
    if record.status.is_terminal or record.life != life:
        return
    claimed = claim_when_free(history, record, _DIES_WITHIN_S)
    if claimed is not None:
        with claimed:
            _interrupt(history, run_id)


def _settle_controlled(history: History, record: RunRecord, asked_id: str) -> None:
    if goes_on(history, record, asked_id):
        return
    claimed = try_claim(history.home, record.run_id)
    if claimed is not None:
        with claimed:
            _interrupt(history, record.run_id)


def _settle_opened(history: History, record: RunRecord) -> None:
    """Settle a run that a script opened by itself, if the script has ended."""
    if not has_opener(history, record):
        reason = "the process that opened it ended without completing it"
        history.runs.finish(record.run_id, Status.FAILED, cause=Cause.INTERRUPTED, reason=reason)


def _interrupt(history: History, run_id: str) -> None:
    """End what a dead controller left running, and give the run and its trials a final status.

    This process must hold the run's lock.
    """
    # First: what is paused, or runs where this process cannot end it, writes no more.
    life = history.resumptions.begin(run_id)
    if life is None:
        return  # it ended in order just now
    record = history.runs.get(run_id)
    below = without_own_controller(history, run_id)
    open_trials = [run for run in below if not run.status.is_terminal]
    end_processes(history, [record, *open_trials], up_to_life=life)
    plan = _plan_of(record)
    if isinstance(plan, Workflow) or (isinstance(plan, Sweep) and plan.workflow is not None):
        _cancel_steps(history, run_id)
    kept_folders = kept_folders_of(record)
    for run in (record, *open_trials):
        with suppress(OSError):  # a full disk; what is left is collected when the run goes on
            for sentence in collect(history.folder(run.run_id), kept_folders):
                history.runs.add_warning(run.run_id, sentence)
    for child in open_trials:
        cause, reason = _why(history, child)
        history.runs.finish(child.run_id, Status.CANCELED, cause=cause, reason=reason)
    _finish(history, record)


def _why(history: History, trial: RunRecord) -> tuple[Cause, str]:
    """Return what ended a trial: its controller's death, unless its end was decided before."""
    if trial.status is Status.CANCEL_REQUESTED:
        return Cause.USER, "cancelled by the user"
    stop = next((each for each in history.decisions.of(trial.run_id) if each.stop), None)
    if stop is not None:
        return Cause.POLICY, stop.reason
    return Cause.INTERRUPTED, "its controller died while it ran"


def without_own_controller(history: History, run_id: str) -> list[RunRecord]:
    """Return the runs below one, newest first, but what has a controller of its own."""
    below = history.runs.children(run_id, recursive=True)
    apart = {run.run_id for run in below if run.plan is not None}
    for run in reversed(below):  # oldest first, so that parents come before their children
        if run.parent_id in apart:
            apart.add(run.run_id)
    return [run for run in below if run.run_id not in apart]


def _finish(history: History, record: RunRecord) -> None:
    if record.status is Status.CANCEL_REQUESTED:
        reason = "cancelled by the user; its controller had died"
        history.runs.finish(record.run_id, Status.CANCELED, cause=Cause.USER, reason=reason)
        return
    log = history.folder(record.run_id).path / CONTROLLER_LOG
    last_words = _last_line(os.fspath(log))
    happened = "did not start" if record.pid is None else "died before the run's end"
    reason = f"The controller {happened}. "
    if last_words:
        reason += f"Its last words: {last_words} (see {log})"
    elif disk_is_full(os.fspath(log.parent)):
        reason += f"The disk of {history.home} is full."
    else:
        reason += "It left no message."
    history.runs.finish(
        record.run_id,
        Status.FAILED,
        cause=Cause.INTERRUPTED,
        reason=reason,
        error={"message": reason},
    )


def end_processes(history: History, runs: list[RunRecord], *, up_to_life: int) -> None:
    """End what runs for these runs, up to a life that is over; a controller is left alone."""
    home, place = os.fspath(history.home), here()
    leaders = [
        run.pid
        for run in runs
        if run.plan is None
        and run.pid is not None
        and run.place in (None, place)
        and is_trial(run.pid, run.pid_started, run.run_id, home, run.place)
    ]
    ids = [run.run_id for run in runs]
    end_all(
        lambda: belonging(leaders, ids, home, up_to_life=up_to_life),
        wearers=Wearers(home, ids, up_to_life=up_to_life),
    )


def kept_folders_of(record: RunRecord) -> tuple[str, ...]:
    """Return which folders of a working copy are kept, of a run with a plan."""
    plan = _plan_of(record)
    return () if plan is None or isinstance(plan, Workflow) else plan.launch.kept_folders


def _plan_of(record: RunRecord) -> Plan | Workflow | None:
    try:
        return plan_of(record)
    except PlanError:  # a plan that nobody can read is how it died
        return None


def _cancel_steps(history: History, run_id: str) -> None:
    """Ask the controllers of a workflow's steps to end them: nobody waits for them any more."""
    for run in history.runs.children(run_id, recursive=True):
        if run.plan is not None:
            history.runs.request_cancel(run.run_id)
            settle(history, run.run_id)  # it may have died as well


def _last_line(path: str) -> str:
    from hyperlocal.engine.outcome import tail

    lines = tail(path)
    return lines[-1] if lines else ""

"""Closing: the final status of a sweep, and what its viewers should know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.engine.outcome import Ending, Outcome
from hyperlocal.history import History

__all__ = ["close_sweep"]


class _Verdict(NamedTuple):
    status: Status
    cause: Cause | None = None
    reason: str | None = None
    error: dict[str, str] | None = None


def close_sweep(
    history: History,
    run_id: str,
    sweep: Sweep,
    outcomes: Mapping[str, Outcome],
    ending: Ending | None,
) -> Status:
    """Record warnings, error and final status of a sweep whose trials have ended; return it."""
    if history.runs.get(run_id).status is Status.CANCEL_REQUESTED and ending is None:
        ending = Ending(Cause.USER, "cancelled by the user")  # just before its last trial ended
    verdict = _judge(outcomes, ending, sweep)
    if verdict.cause is Cause.INTERRUPTED:  # it may go on: too early for conclusions
        _abandon_children(history, run_id, verdict.reason)
    else:
        for sentence in _warnings(history, run_id, sweep, outcomes, ending, verdict.status):
            history.runs.add_warning(run_id, sentence)
    history.runs.finish(
        run_id,
        verdict.status,
        cause=verdict.cause,
        reason=verdict.reason,
        error=verdict.error,
    )
    return verdict.status


def _judge(outcomes: Mapping[str, Outcome], ending: Ending | None, sweep: Sweep) -> _Verdict:
    if ending is not None and ending.cause is Cause.INTERRUPTED:
        failure = {"message": ending.reason}
        return _Verdict(Status.FAILED, ending.cause, ending.reason, failure)
    error = _error(outcomes)
    if ending is not None and ending.cause is Cause.USER:
        reason = f"{ending.reason} after {len(outcomes)} of {sweep.limits.max_trials} trials"
        return _Verdict(Status.CANCELED, ending.cause, reason, error)
    if error is not None and not _counts_as_completed(outcomes):
        first = next(o for o in outcomes.values() if o.status is Status.FAILED)
        return _Verdict(Status.FAILED, first.cause, error["message"].partition("\n")[0], error)
    return _Verdict(Status.COMPLETED, error=error)


def _counts_as_completed(outcomes: Mapping[str, Outcome]) -> bool:
    """Whether a trial completed, or was doing well enough until something else ended it."""
    return any(
        outcome.status is Status.COMPLETED or outcome.cause in (Cause.POLICY, Cause.SWEEP_LIMIT)
        for outcome in outcomes.values()
    )


def _error(outcomes: Mapping[str, Outcome]) -> dict[str, str] | None:
    failed = {i: o for i, o in outcomes.items() if o.status is Status.FAILED}
    if not failed:
        return None
    run_id, first = next(iter(failed.items()))
    details = first.error["message"] if first.error is not None else first.reason
    message = f"{len(failed)} of {_trials(len(outcomes))} failed; the first: {run_id}: {details}"
    return {"message": message}


def _warnings(
    history: History,
    run_id: str,
    sweep: Sweep,
    outcomes: Mapping[str, Outcome],
    ending: Ending | None,
    status: Status,
) -> list[str]:
    sentences = []
    error = _error(outcomes)
    if status is Status.COMPLETED and error is not None:
        sentences.append(error["message"].partition("\n")[0])
    if ending is not None and ending.cause is Cause.SWEEP_LIMIT:
        cancelled = _count(outcomes, Cause.SWEEP_LIMIT)
        sentences.append(
            f"The sweep ended before its time: {ending.reason} after "
            f"{_trials(len(outcomes))} of {sweep.limits.max_trials}, of which {cancelled} "
            "still ran and were cancelled."
        )
    late = _count(outcomes, Cause.TRIAL_LIMIT)
    if late:
        limit = sweep.launch.max_duration_s
        sentences.append(
            f"{late} of {_trials(len(outcomes))} cancelled: longer than the limit of {limit:g} s."
        )
    if any(outcome.status is Status.COMPLETED for outcome in outcomes.values()):
        sentences += _metric_warning(history, run_id, sweep)
    return sentences


def _metric_warning(history: History, run_id: str, sweep: Sweep) -> list[str]:
    wanted, names = sweep.metric_name, history.metrics.names_of_children(run_id)
    if wanted not in names:
        if sweep.workflow is not None and _steps_logged(history, run_id, wanted):
            return [
                f"No trial logged {wanted!r}: it was logged on a step's own run. What counts is "
                "logged on the trial's run, which is the parent of the step's."
            ]
        if not names:
            return [f"No trial logged {wanted!r}, or any other metric."]
        logged = ", ".join(repr(name) for name in names)
        return [f"No trial logged {wanted!r}. Logged were: {logged}. Names are case-sensitive."]
    if not history.ranking.has_number(run_id, wanted):
        return [
            f"No trial logged a number as {wanted!r}: there is nothing to compare. NaN and "
            "infinities do not count."
        ]
    return []


def _steps_logged(history: History, run_id: str, wanted: str) -> bool:
    trials = history.runs.children(run_id)
    return any(wanted in history.metrics.names_of_children(trial.run_id) for trial in trials)


def _count(outcomes: Mapping[str, Outcome], cause: Cause) -> int:
    return sum(outcome.cause is cause for outcome in outcomes.values())


def _trials(count: int) -> str:
    return f"{count} trial" if count == 1 else f"{count} trials"


def _abandon_children(history: History, run_id: str, reason: str | None) -> None:
    """Give a final status to trials whose slot could not: its history was out of reach."""
    for child in history.runs.children(run_id):
        if not child.status.is_terminal:
            history.runs.finish(
                child.run_id, Status.CANCELED, cause=Cause.INTERRUPTED, reason=reason
            )

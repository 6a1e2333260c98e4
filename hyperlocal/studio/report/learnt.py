"""What was learnt of a sweep, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hyperlocal.domain.status import Cause, Status
from hyperlocal.views import text
from hyperlocal.views.importance import Importance
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["sentences_on"]

_MOST_EFFECTS = 5


def sentences_on(data: SweepData, importance: Importance) -> list[str]:
    """Return what a sweep's trials tell, one sentence each."""
    if not data.trials:
        return ["No trial has begun."]
    told = (
        _counts(data),
        _progress(data),
        _matters(data, importance),
        _stopped(data),
        _failed(data),
        _without(data),
    )
    return [sentence for each in told for sentence in each]


def _counts(data: SweepData) -> Iterator[str]:
    parts = ", ".join(f"{n:,} {word}" for word, n in data.counts.items())
    took = sum(trial.duration_s(data.read_at) or 0.0 for trial in data.trials)
    yield (
        f"{text.counted(len(data.trials), 'trial')}: {parts}. "
        f"They ran for {text.duration(took)} in all."
    )


def _progress(data: SweepData) -> Iterator[str]:
    known = [trial for trial in data.trials if trial.best is not None]
    if data.best is None or len(known) < 2:
        return
    place = data.trials.index(data.best) + 1
    first = known[0]
    sentence = f"Trial {data.best.number} is the best, {_ordinal(place)} of {len(data.trials):,}"
    if first is not data.best:
        sentence += f"; the first with a number, trial {first.number}, has {_short(first)}"
    yield f"{sentence}."
    if len(data.ranked) >= 3:
        median = data.ranked[len(data.ranked) // 2]
        second = data.ranked[1]
        yield (
            f"The second best has {_short(second)} (trial {second.number}), the median "
            f"{_short(median)}."
        )


def _matters(data: SweepData, importance: Importance) -> Iterator[str]:
    if data.best is None:
        return
    if importance.obstacle is not None:
        yield f"What mattered? {importance.obstacle}"
        return
    sure = [effect for effect in importance.effects if effect.is_sure]
    if not sure:
        yield "No hyperparameter can be told to have mattered."
        return
    told = ", ".join(
        f"{effect.name} ({text.percent(effect.mean)}, {text.percent(effect.low)} to "
        f"{text.percent(effect.high)})"
        for effect in sure[:_MOST_EFFECTS]
    )
    yield f"What mattered, as shares of the differences in rank: {told}."


def _short(trial: TrialData) -> str:
    return text.value(trial.best, text.SHORT_DIGITS)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number:,}{ending or 'th'}"


def _stopped(data: SweepData) -> Iterator[str]:
    stopped = [trial for trial in data.trials if trial.cause is Cause.POLICY]
    if not stopped:
        return
    lengths = [trial.duration_s(data.read_at) or 0.0 for trial in stopped]
    whole = [
        trial.duration_s(data.read_at) or 0.0
        for trial in data.trials
        if trial.status is Status.COMPLETED
    ]
    sentence = (
        f"The policy stopped {text.counted(len(stopped), 'trial')}, on average after "
        f"{text.duration(sum(lengths) / len(lengths))}"
    )
    if whole:
        sentence += f"; those that completed took {text.duration(sum(whole) / len(whole))}"
    yield f"{sentence}. What that saved is told by: hyperlocal whatif {data.run_id}"


def _failed(data: SweepData) -> Iterator[str]:
    failed = [trial for trial in data.trials if trial.status is Status.FAILED]
    if not failed:
        return
    reasons = Counter(text.one_line(trial.reason or "for no known reason") for trial in failed)
    reason, count = reasons.most_common(1)[0]
    of_them = "" if count == len(failed) else f", {count:,} of them for this reason"
    yield f"{text.counted(len(failed), 'trial')} failed{of_them}: {reason}"


def _without(data: SweepData) -> Iterator[str]:
    without = [
        trial for trial in data.trials if trial.best is None and trial.status is Status.COMPLETED
    ]
    if without:
        yield (
            f"{text.counted(len(without), 'trial')} completed without a finite number of "
            f"{data.metric_name}, and cannot be compared."
        )

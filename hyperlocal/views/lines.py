"""Lines: a sweep's progress for pipes and files, one line for each trial that ended."""

from __future__ import annotations

from typing import TextIO

from hyperlocal.domain.status import Status
from hyperlocal.history.records import RunRecord
from hyperlocal.views import plans, text
from hyperlocal.views.page import write_text
from hyperlocal.views.sweep_progress import SweepProgress, Trial

__all__ = ["Alarm", "LineView", "best_line", "ending", "equal_failures_text", "opening"]

_MOST_EARLIER = 200


class LineView:
    """Writes what happens as plain lines that stay."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_first = True
        self._alarm = Alarm()

    def begin(self, watch: SweepProgress) -> None:
        """Write what is being done."""
        self._write([opening(watch)])

    def changed(self, watch: SweepProgress, ended: list[Trial]) -> None:
        """Write a line for each trial that has ended."""
        n_hidden = 0
        if self._is_first:
            n_hidden = max(len(ended) - _MOST_EARLIER, 0)
        self._is_first = False
        lines = [self._line(watch, trial) for trial in ended]
        if n_hidden:
            lines[:n_hidden] = [f"{n_hidden:,} trials ended before"]
        if alarm := self._alarm.next(watch):
            lines.append(alarm)
        self._write(lines)

    def tick(self, watch: SweepProgress) -> None:
        """Write nothing: lines do not move."""

    def end(self, watch: SweepProgress, *, is_interrupted: bool) -> None:
        """Write how the sweep ended, if it did."""
        if watch.parent.status.is_terminal:
            self._write(ending(watch))

    def _line(self, watch: SweepProgress, trial: Trial) -> str:
        record = trial.record
        parts = [f"trial {trial.number}", text.status(record)]
        if trial.best is not None:
            parts.append(f"{watch.sweep.metric_name} {text.value(trial.best)}")
        if record.parameters:
            parts.append(text.parameters(record.parameters))
        parts.append(f"({text.duration(text.run_duration(record, 0.0))})")
        if record.reason:
            parts.append(text.one_line(record.reason))
        # Of the running ones too: what a policy stops may be the best of those that have ended.
        if trial is watch.best:
            parts.append("* best so far")
        return "  ".join(parts)

    def _write(self, lines: list[str]) -> None:
        if lines:
            write_text(self._stream, "\n".join(lines) + "\n")
            self._stream.flush()


class Alarm:
    """Says once that all trials fail alike, while there is still something to save."""

    def __init__(self) -> None:
        self._has_said = False

    def next(self, watch: SweepProgress) -> str | None:
        """Return what is to be said now; None for nothing."""
        if self._has_said or watch.equal_failures is None or watch.parent.status.is_terminal:
            return None
        self._has_said = True
        return equal_failures_text(watch.parent.run_id, watch.n_ended, watch.equal_failures)


def equal_failures_text(run_id: str, n_trials: int, reason: str) -> str:
    """Return the sentence that all trials of a sweep have failed alike, with what to do."""
    return (
        f"The first {n_trials:,} trials all failed for the same reason: "
        f"{text.one_line(reason)}. `hyperlocal cancel {run_id}` stops the sweep."
    )


def opening(watch: SweepProgress) -> str:
    """Return what the sweep looks for and how, as one line."""
    sweep = watch.sweep
    return (
        f"{watch.parent.run_id}: {sweep.sampling.kind.value} sampling to "
        f"{sweep.goal.value} {sweep.metric_name}, up to "
        f"{text.counted(plans.most_trials(sweep), 'trial')}"
    )


def ending(watch: SweepProgress) -> list[str]:
    """Return how the sweep ended, its best trial and its troubles, a line each."""
    parent = watch.parent
    lines = [f"{text.status(parent)}: {_tally(watch)}{_took(parent)}"]
    is_told = watch.tells_failure or parent.status is not Status.FAILED
    if parent.reason and is_told:
        lines.append(f"Reason: {text.one_line(parent.reason)}")
    if watch.best is not None:
        lines.append(f"Best: {best_line(watch, watch.best)}")
    else:
        lines.append(f"Best: none, as no trial logged {watch.sweep.metric_name!r} as a number")
    lines += [f"Warning: {text.one_line(sentence)}" for sentence in parent.warnings]
    if is_told and (message := text.untold_error(parent)):
        lines.append(f"Error: {text.one_line(text.without_output(message))}")
    return lines


def _tally(watch: SweepProgress) -> str:
    parts = ", ".join(f"{n:,} {word}" for word, n in watch.counts.items())
    return text.counted(watch.n_ended, "trial") + (f" ({parts})" if parts else "")


def _took(parent: RunRecord) -> str:
    seconds = text.run_duration(parent, parent.ended_at or 0.0)
    return "" if seconds is None else f" in {text.duration(seconds)}"


def best_line(watch: SweepProgress, best: Trial, digits: int | None = None) -> str:
    """Return the best trial in words."""
    metric = text.one_line(watch.sweep.metric_name)
    return (
        f"trial {best.number}, {metric} {text.value(best.best, digits)}, "
        f"{text.parameters(best.record.parameters, digits)}"
    )

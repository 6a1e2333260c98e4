"""Expectations: what a test says of a sweep; when it is wrong, the sweep's table is shown.

    expect(run).completed().has_trials(8, stopped=2)
    expect(run).tried(learning_rate=0.1).stopped(3, at=5, because="worse than the best")
    expect(run).best(trial=6, metric=0.93, learning_rate=0.1)

Every method returns the expectation, so that they can be chained, and raises AssertionError.
Trials are numbered as in their ids, from 0. Parameters are named as they are sampled, without
leading dashes and with `_` for `-`; floats are equal if they differ by rounding only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history import History, RunRecord
from hyperlocal.testing.functions import plain_name
from hyperlocal.testing.kinds import untold
from hyperlocal.views import text
from hyperlocal.views.leaderboard import Entry, outcome, read_standing, trial_number

__all__ = ["Expectation", "expect"]

__tracebackhide__ = True  # pytest shows the line of the test, and so does unittest
__unittest = True

_STOPPED = "stopped by policy"
_MOST_ROWS = 50


def expect(run: Any) -> Expectation:
    """Return what can be said of a run; of most use for the parent run of a sweep.

    Args:
        run: A run that has ended, usually a `HyperDriveRun`; of the step of a pipeline its
            `HyperDriveStepRun(step_run)`.

    Raises:
        TypeError: It is no run of hyperlocal.
    """
    if not hasattr(run, "_history"):
        raise TypeError(f"expect() takes a run of this test, as submit() returns it, not {run!r}.")
    return Expectation(run._history, run._history.runs.get(run.id))


class Expectation:
    """What is true of a run, or else an AssertionError that shows its trials."""

    def __init__(self, history: History, record: RunRecord) -> None:
        self._history = history
        self._record = record
        self._standing = read_standing(self._history, self._record)
        self._entries = {trial_number(e.record): e for e in self._standing.entries}

    def completed(self) -> Expectation:
        """It completed."""
        return self._has_status(Status.COMPLETED)

    def canceled(self) -> Expectation:
        """It was cancelled."""
        return self._has_status(Status.CANCELED)

    def failed(self, trial: int | None = None, *, match: str | None = None) -> Expectation:
        """It, or one of its trials, failed.

        Args:
            trial: The trial; None for the run itself.
            match: A regular expression that is found in the error's message.
        """
        record = self._record if trial is None else self._trial(trial).record
        name = "the run" if trial is None else f"trial {trial}"
        self._check(
            record.status is Status.FAILED,
            f"{name} to be Failed, but it is {record.status.value}",
        )
        message = (record.error or {}).get("message") or record.reason or ""
        if match is not None:
            self._check(
                re.search(match, message) is not None,
                f"the error of {name} to match {match!r}, but it is:\n{message}",
            )
        return self

    def has_trials(self, total: int | None = None, **counts: int) -> Expectation:
        """It has so many trials.

        Args:
            total: Altogether.
            **counts: How many `completed`, `failed`, were `canceled` (by user or limit), or
                `stopped` (by the policy).
        """
        if total is None and not counts:
            raise TypeError("has_trials() needs to know how many: has_trials(4, stopped=1).")
        for count in (total, *counts.values()):
            if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
                raise TypeError(f"has_trials() takes whole numbers, not {count!r}.")
        self._check_sweep("has_trials")
        if total is not None:
            n_trials = len(self._entries)
            self._check(n_trials == total, f"{total} trials, but there are {n_trials}")
        known = {_STOPPED: "stopped", **{status.value: status.value.lower() for status in Status}}
        found: dict[str, int] = {}
        for word, count in self._standing.counts.items():
            found[known[word]] = count
        for word, count in counts.items():
            if word not in known.values():
                raise TypeError(f"has_trials({word}=...): use {', '.join(known.values())}.")
            have = found.get(word, 0)
            self._check(have == count, f"{count} {word} trials, but there are {have}")
        return self

    def tried(self, parameters: Mapping[str, Any] | None = None, **more: Any) -> Expectation:
        """A trial was started with these parameters, and perhaps others."""
        wanted = {**(parameters or {}), **more}
        if not wanted:
            raise TypeError("tried() needs parameters: tried(learning_rate=0.1).")
        self._check_sweep("tried")
        self._check(
            any(_fits(wanted, entry) for entry in self._entries.values()),
            f"a trial with {text.parameters(wanted)}, but there is none",
        )
        return self

    def tried_only(self, *combinations: Mapping[str, Any]) -> Expectation:
        """Its trials were these, in any order, and no others."""
        self._check_sweep("tried_only")
        left = list(self._entries.values())
        for wanted in combinations:
            self.tried(wanted)
            fitting = [entry for entry in left if _fits(wanted, entry)]
            self._check(bool(fitting), f"another trial with {text.parameters(wanted)}")
            left.remove(fitting[0])
        others = "; ".join(text.parameters(entry.record.parameters) for entry in left)
        self._check(not left, f"no other trials, but there are {others}")
        return self

    def stopped(
        self, *trials: int, at: int | None = None, because: str | None = None
    ) -> Expectation:
        """The policy stopped these trials.

        Args:
            *trials: The trials; without any, one trial at least, of which the rest is true.
            at: At which interval: the n-th report of the primary metric.
            because: A regular expression that is found in the reason.
        """
        self._check_sweep("stopped")
        if not trials:
            stopped = [e.record for e in self._entries.values() if e.record.cause is Cause.POLICY]
            self._check(
                any(
                    at in (None, self._interval(record))
                    and (because is None or re.search(because, record.reason or ""))
                    for record in stopped
                ),
                "a trial to be stopped by the policy"
                + ("" if at is None else f" at interval {at}")
                + ("" if because is None else f" because of {because!r}")
                + ", but there is none",
            )
        for trial in trials:
            record = self._trial(trial).record
            self._check(
                record.cause is Cause.POLICY,
                f"trial {trial} to be stopped by the policy, but it is {outcome(record)}",
            )
            interval = self._interval(record)
            self._check(
                at is None or interval == at,
                f"trial {trial} to be stopped at interval {at}, but it was at {interval}",
            )
            self._check(
                because is None or re.search(because, record.reason or "") is not None,
                f"trial {trial} to be stopped because of {because!r}, but the reason is: "
                f"{record.reason}",
            )
        return self

    def stopped_only(self, *trials: int) -> Expectation:
        """The policy stopped these trials and no others; without trials, none."""
        self._check_sweep("stopped_only")
        if trials:
            self.stopped(*trials)
        found = {n for n, e in self._entries.items() if e.record.cause is Cause.POLICY}
        more = ", ".join(sorted(found - {str(trial) for trial in trials}, key=_in_order))
        self._check(not more, f"no other trials to be stopped, but these were: {more}")
        return self

    def best(
        self,
        trial: int | None = None,
        *,
        metric: float | Callable[[float], bool] | None = None,
        parameters: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Expectation:
        """Its best trial is this one.

        Args:
            trial: Its number.
            metric: Its primary metric, or a function that tells whether that is right.
            parameters: Its parameters, or some of them.
            **more: The same.
        """
        if trial is None and metric is None and not parameters and not more:
            raise TypeError("best() needs to know something of it: best(trial=6, metric=0.93).")
        self._check_sweep("best")
        found = self._standing.best
        if found is None:
            self._check(False, "a best trial, but no trial logged the primary metric")
            return self
        number, wanted = trial_number(found.record), {**(parameters or {}), **more}
        self._check(
            trial is None or number == str(trial),
            f"trial {trial} to be the best, but trial {number} is",
        )
        if callable(metric):
            told = getattr(metric, "__name__", repr(metric))
            self._check(
                found.metric is not None and metric(found.metric),
                f"the best metric to satisfy {told}, but it is {found.metric!r}",
            )
        else:
            self._check(
                metric is None or _equal(metric, found.metric),
                f"the best metric to be {metric!r}, but it is {found.metric!r}",
            )
        self._check(
            _fits(wanted, found),
            f"the best trial to have {text.parameters(wanted)}, but it has "
            f"{text.parameters(found.record.parameters)}",
        )
        return self

    def _has_status(self, wanted: Status) -> Expectation:
        found = self._record
        reason = f": {found.reason}" if found.reason else ""
        self._check(
            found.status is wanted,
            f"the run to be {wanted.value}, but it is {found.status.value}{reason}",
        )
        return self

    def _check_sweep(self, method: str) -> None:
        """Check that it is a run that has trials.

        Raises:
            AssertionError: It is none; the text names the sweeps that may be meant.
        """
        record = self._record
        if self._standing.sweep is None:
            told = untold(self._history, record)
            raise AssertionError(f"{method}() is said of a sweep, but {told}\n\n{self.table()}")

    def _trial(self, number: int) -> Entry:
        self._check_sweep("failed")
        self._check(str(number) in self._entries, f"a trial {number}, but there is none")
        return self._entries[str(number)]

    def _interval(self, record: RunRecord) -> int | None:
        stops = [d.interval for d in self._history.decisions.of(record.run_id) if d.stop]
        return stops[-1] if stops else None

    def _check(self, is_true: bool, expected: str) -> None:
        if not is_true:
            raise AssertionError(f"Expected {expected}.\n\n{self.table()}")

    def table(self) -> str:
        """Return the sweep as text: its status, and a line for each trial in order."""
        sweep = self._standing.sweep
        metric = "metric" if sweep is None else sweep.metric_name
        first = "trial" if sweep is not None else "child"
        rows = [[first, "status", metric, "stopped at", "parameters", "reason"]]
        for number in sorted(self._entries, key=_in_order)[:_MOST_ROWS]:
            entry = self._entries[number]
            name = None if sweep is not None else entry.record.display_name
            interval = self._interval(entry.record)
            rows.append(
                [
                    name or number,
                    entry.record.status.value,
                    text.value(entry.metric),
                    text.NOTHING if interval is None else str(interval),
                    text.parameters(entry.record.parameters or {}),
                    text.one_line(entry.record.reason or text.NOTHING),
                ]
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        hidden = len(self._entries) - len(rows) + 1
        more = [f"... and {hidden} more"] if hidden else []
        head = f"{self._record.run_id}: {text.status(self._record)}"
        return "\n".join([head, *lines, *more])


def _fits(wanted: Mapping[str, Any], entry: Entry) -> bool:
    had = {plain_name(name): value for name, value in (entry.record.parameters or {}).items()}
    return all(
        plain_name(name) in had and _equal(value, had[plain_name(name)])
        for name, value in wanted.items()
    )


def _equal(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, float) and isinstance(found, (int, float)):
        return math.isclose(wanted, found, rel_tol=1e-9) or (wanted != wanted and found != found)
    return bool(wanted == found)


def _in_order(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdecimal() else (10**9, number)

"""Faults: what is to go wrong with a trial, so that the code that has to cope can be tested.

Trials are numbered as in their ids, from 0. What is said of a trial is true of that trial of
every sweep that the test submits afterwards; a single script is a trial 0. `after=k` lets it
happen right after the trial's k-th report of the primary metric; by default before its function
is called. Nothing of it takes real time: a trial that hangs, or takes an hour, only lets the
sweep's clock go on, and limits of time have their effect.
"""

from __future__ import annotations

import builtins
import math
import signal
from collections.abc import Callable
from typing import Any

from hyperlocal.azureml import exceptions
from hyperlocal.engine.inline import STOPPED, InlineTrial
from hyperlocal.testing.endings import DROPPED, TrialEnded

__all__ = ["FaultPlan", "TrialFaults", "checked_count", "error_of"]

_Act = Callable[[InlineTrial], None]


class FaultPlan:
    """What one trial of one sweep has before it.

    Args:
        trial: The trial.
        metric_name: What its reports are counted by; None for all that it logs.
        faults: What was said of it.
    """

    def __init__(
        self, trial: InlineTrial, metric_name: str | None, faults: TrialFaults | None
    ) -> None:
        self._trial = trial
        self._metric_name = metric_name
        self._faults = faults
        self._n_reports = 0

    def begin(self) -> None:
        """Let happen what happens before the trial's first step."""
        if self._faults is not None and not self._faults.starts():
            self._faults = None
        if self._faults is not None:
            self._faults.happens(0, self._trial)

    def alter(self, name: str, value: Any) -> Any:
        """Return what is logged in place of a value; `DROPPED` for nothing."""
        if self._faults is None:
            return value
        return self._faults.altered(name, value, self.is_primary(name), self._n_reports)

    def reported(self, name: str) -> None:
        """Let happen what happens after a report."""
        if self._faults is not None and self.is_primary(name):
            self._n_reports += 1
            self._faults.happens(self._n_reports, self._trial)

    def is_primary(self, name: str) -> bool:
        """Whether a metric is the one that reports are counted by."""
        return self._metric_name is None or name == self._metric_name


class TrialFaults:
    """What is to go wrong with trial `number`; each method returns the same object."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._n_reports = -1  # of the trial that got furthest; none has begun
        self._logged: set[str] = set()
        self._acts: list[tuple[int, _Act]] = []
        self._dropped: set[str | None] = set()
        self._nan: list[tuple[str | None, int]] = []
        self._is_once = self._has_started = False

    def once(self) -> TrialFaults:
        """Let all this happen at the first start only: not in later sweeps of the same test.

        So that code which submits again, or resumes, after a failure can be tested.
        """
        self._is_once = True
        return self

    def starts(self) -> bool:
        """Whether anything is to happen to the trial of this number that starts now."""
        is_first, self._has_started = not self._has_started, True
        return is_first or not self._is_once

    def fails(
        self,
        error: BaseException | type[BaseException] | str | None = None,
        *,
        after: int = 0,
        exit_code: int | None = None,
    ) -> TrialFaults:
        """Let it fail: with an error that is raised in it, or with an exit code and no more.

        Args:
            error: The error; of a text such as `"MemoryError: no memory left"` the one that it
                names, of any other text a RuntimeError.
            after: After how many reports.
            exit_code: What its process returns, in place of an error.

        Raises:
            TypeError: It is no error, or both are given.
            ValueError: An exit code of 0, with which nothing fails, or that no process returns.
        """
        if exit_code is not None and error is not None:
            raise TypeError("fails() takes an error or an exit code, not both.")
        raised = error_of("The trial was told to fail." if error is None else error, "fails()")
        if exit_code is not None and (not _is_whole(exit_code) or not -64 <= exit_code <= 255):
            raise ValueError(f"exit_code is {exit_code!r}, but must be a whole number, 1 to 255.")
        if exit_code == 0:
            raise ValueError("exit_code is 0, with which a trial completes.")

        def fail(trial: InlineTrial) -> None:
            raise raised if exit_code is None else TrialEnded(exit_code)

        return self._add(after, fail)

    def hangs(self, *, after: int = 0) -> TrialFaults:
        """Let it do nothing more until policy, user or a limit of time ends it."""

        def hang(trial: InlineTrial) -> None:
            trial.hang()
            raise TrialEnded(STOPPED)

        return self._add(after, hang)

    def is_slow(self, seconds: float, *, after: int = 0) -> TrialFaults:
        """Let it take so much longer, by the sweep's clock."""
        if not isinstance(seconds, (int, float)) or not 0 <= seconds < math.inf:
            raise ValueError(f"seconds is {seconds!r}, but must be a number from 0.")

        def spend(trial: InlineTrial) -> None:
            trial.spend(seconds)
            if trial.is_stopped:
                raise TrialEnded(STOPPED)

        return self._add(after, spend)

    def loses_node(self, *, after: int = 0) -> TrialFaults:
        """Let its process vanish as if the machine had gone: killed, without a last word."""

        def vanish(trial: InlineTrial) -> None:
            raise TrialEnded(-signal.SIGKILL)

        return self._add(after, vanish)

    def logs_nan(self, metric: str | None = None, *, after: int = 0) -> TrialFaults:
        """Let it log NaN instead of each number of a metric, by default of the primary one."""
        self._nan.append((metric, checked_count("after", after, "reports")))
        return self

    def never_logs(self, metric: str | None = None) -> TrialFaults:
        """Let it keep silent about a metric, by default about the primary one."""
        self._dropped.add(metric)
        return self

    def missed(self) -> str | None:
        """Return what was to happen and has not, most often by mistake; None if all did."""
        if self._n_reports < 0:
            return (
                f"Something was to happen to trial {self.number}, but no sweep of this test had "
                "such a trial."
            )
        metrics = self._dropped | {metric for metric, _ in self._nan}
        for metric in metrics - self._logged - {None}:
            return f"Trial {self.number} was to misreport {metric!r}, but never logged it."
        last = max((after for after, _ in self._acts), default=0)
        if last > self._n_reports:
            return (
                f"Something was to happen to trial {self.number} after {last} reports of the "
                f"primary metric, but it made {self._n_reports}."
            )
        return None

    def happens(self, n_reports: int, trial: InlineTrial) -> None:
        """Let happen what is due after so many reports."""
        self._n_reports = max(self._n_reports, n_reports)
        for after, act in self._acts:
            if after == n_reports:
                act(trial)

    def altered(self, name: str, value: Any, is_primary: bool, n_reports: int) -> Any:
        """Return what is logged in place of a value."""

        def is_meant(metric: str | None) -> bool:
            return metric == name or (metric is None and is_primary)

        self._logged.add(name)
        if any(map(is_meant, self._dropped)):
            return DROPPED
        if any(is_meant(metric) and n_reports >= after for metric, after in self._nan):
            return [math.nan] * len(value) if isinstance(value, list) else math.nan
        return value

    def _add(self, after: int, act: _Act) -> TrialFaults:
        self._acts.append((checked_count("after", after, "reports"), act))
        return self


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def error_of(error: object, where: str) -> BaseException | type[BaseException]:
    """Return what is raised for an error, or a text, that a test has given.

    Args:
        error: The error; a text such as `"ServiceException: busy"` names one of Python's or of
            `azureml.exceptions`, and any other is a RuntimeError's.
        where: What it was given to.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(error, str):
        name, _, text = error.partition(": ")
        name = name.rpartition(".")[2]  # `azureml.exceptions.` may be left out
        kind = getattr(builtins, name, None) or vars(exceptions).get(name)
        if text and isinstance(kind, type) and issubclass(kind, Exception):
            return kind(text)
        return RuntimeError(error)
    if isinstance(error, type) and issubclass(error, BaseException):
        return _made_of(error, where)
    if isinstance(error, BaseException):
        return error
    raise TypeError(f"{where} takes an exception, or a text, not {error!r}.")


def _made_of(kind: type[BaseException], where: str) -> BaseException | type[BaseException]:
    """Return what is raised for a class, some of which cannot be made of nothing."""
    for arguments in ((), ("told to fail",)):
        try:
            kind(*arguments)
        except TypeError:
            continue
        return kind(*arguments) if arguments else kind
    raise TypeError(f"{where}: {kind.__name__} needs arguments. Give one that is made already.")


def checked_count(name: str, count: int, what: str) -> int:
    """Return a number of reports, looks or the like, if it is one.

    Raises:
        ValueError: It is not.
    """
    if not _is_whole(count) or count < 0:
        raise ValueError(f"{name} is {count!r}, but must be a number of {what}, from 0.")
    return count

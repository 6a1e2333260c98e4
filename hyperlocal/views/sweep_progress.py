"""Sweep progress: a sweep as it goes on, read from the history in small steps."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from hyperlocal.domain.failures import ENOUGH, first_failures
from hyperlocal.domain.ranking import is_better
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import text
from hyperlocal.views.leaderboard import outcome, trial_number
from hyperlocal.views.plans import most_trials

__all__ = ["SweepProgress", "Trial"]

_MOST_RECENT = 200  # more than any screen shows


@dataclass
class Trial:
    """A trial as the watch knows it.

    Attributes:
        record: Its run when it was last read.
        best: The best primary metric that it logged; None without any finite number.
        latest: The last one.
    """

    record: RunRecord
    best: float | None = None
    latest: float | None = None

    @property
    def number(self) -> str:
        """Its number within the sweep."""
        return trial_number(self.record)


class SweepProgress:
    """Follows one sweep. What ended is read once; each step reads what is new and what runs.

    Attributes:
        parent: The sweep's run when it was last read.
        sweep: Its settings.
        running: Trials that have not ended, by run id, in order of creation.
        counts: How many ended trials had which outcome.
        best: The trial with the best metric so far, ended or not.
        n_ended: How many trials have ended.
        tells_failure: Whether it is to be said at the end why the sweep failed.
        bests: The best primary metric of each trial by its number, in order of creation; NaN where
            there is none.
        recent: The trials that ended last, the very last one first.
        equal_failures: Why all trials failed that have ended, if that is one reason and worth a
            word.
    """

    def __init__(self, history: History, parent: RunRecord, sweep: Sweep) -> None:
        self.parent = parent
        self.sweep = sweep
        self.running: dict[str, Trial] = {}
        self.counts: dict[str, int] = {}
        self.best: Trial | None = None
        self.n_ended = 0
        self.tells_failure = True
        self.equal_failures: str | None = None
        self.bests: dict[str, float] = {}
        self.recent: deque[Trial] = deque(maxlen=_MOST_RECENT)
        self._ends: list[tuple[Status, str | None]] | None = []
        self._history = history
        self._last_child = 0
        self._tail = history.tail(parent.run_id, sweep.metric_name)
        self._ended_s = 0.0
        self._most_running = 1

    @property
    def n_trials(self) -> int:
        """How many trials there are, or while the sweep goes on: will be at most."""
        n_known = self.n_ended + len(self.running)
        if self.parent.status.is_terminal:
            return n_known
        return max(n_known, most_trials(self.sweep))

    def step(self) -> list[Trial]:
        """Read what has changed; return the trials that have ended since the last step."""
        # Runs before metrics: what a trial logged before it ended is then never missed.
        self.parent = self._history.runs.get(self.parent.run_id)
        known = [self._history.runs.get(run_id) for run_id in self.running]
        new = self._history.runs.children_after(self.parent.run_id, self._last_child)
        if new:
            self._last_child = new[-1].key
        for record in (*known, *new):
            self.running.setdefault(record.run_id, Trial(record)).record = record
        for record in new:
            self.bests.setdefault(trial_number(record), math.nan)
        self._most_running = max(
            self._most_running, sum(not t.record.status.is_terminal for t in self.running.values())
        )
        self._read_metrics()
        return self._take_ended()

    def _read_metrics(self) -> None:
        if not self._tail.has_begun:
            self._read_earlier_metrics()
            return
        for point in self._tail.new_points():
            trial = self.running.get(point.run_id)
            if trial is not None and point.is_numeric:
                self._note(trial, float(point.value))

    def _read_earlier_metrics(self) -> None:
        self._tail.begin()
        ranking, name = self._history.ranking, self.sweep.metric_name
        greatest = self.sweep.goal.wants_greatest
        # First: what is logged meanwhile may be as good, but was later.
        leader = ranking.best(self.parent.run_id, name, greatest=greatest)
        earlier = ranking.bests(self.parent.run_id, name, greatest=greatest)
        if leader is not None and leader.run.run_id in self.running:
            self._note(self.running[leader.run.run_id], leader.metric)
        for run_id, metric in earlier.items():
            if run_id in self.running:
                self._note(self.running[run_id], metric)

    def _note(self, trial: Trial, metric: float) -> None:
        trial.latest = metric
        goal = self.sweep.goal
        if is_better(goal, metric, trial.best):
            trial.best = metric
            self.bests[trial.number] = metric
        if is_better(goal, metric, None if self.best is None else self.best.best):
            self.best = trial

    def _take_ended(self) -> list[Trial]:
        ended = [trial for trial in self.running.values() if trial.record.status.is_terminal]
        for trial in ended:
            del self.running[trial.record.run_id]
            word = outcome(trial.record)
            self.counts[word] = self.counts.get(word, 0) + 1
            self.n_ended += 1
            self._ended_s += text.run_duration(trial.record, 0.0) or 0.0
        in_order = sorted(ended, key=lambda trial: trial.record.ended_at or 0.0)
        self.recent.extendleft(in_order)
        if self._ends is not None:
            self._ends += [(trial.record.status, trial.record.reason) for trial in in_order]
            self.equal_failures = first_failures(self._ends, ENOUGH)
            if any(status is not Status.FAILED for status, _ in self._ends):
                self._ends = None  # they will never be alike
        return in_order

    def time_left(self, now: float) -> float | None:
        """Guess the seconds until the sweep's end; None before the first trial has ended.

        Trials to come are taken to be as long as those that ended, on as many slots as were ever
        busy at once; the sweep's own limit cuts it short.
        """
        if self.n_ended == 0:
            return None
        mean = self._ended_s / self.n_ended
        ages = [text.run_duration(trial.record, now) or 0.0 for trial in self.running.values()]
        n_to_come = self.n_trials - self.n_ended - len(ages)
        work = n_to_come * mean + sum(max(mean - age, 0.0) for age in ages)
        used = text.run_duration(self.parent, now) or 0.0
        until_limit = self.sweep.limits.max_duration_s - used
        return max(min(work / self._most_running, until_limit), 0.0)

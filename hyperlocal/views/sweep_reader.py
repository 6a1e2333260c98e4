"""Sweep reader: follows a run and its children, for whoever looks at them for long.

The first look reads all children and a few numbers of each metric; each later one what is new and
what still runs. Curves are read when they are asked for, and then followed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.secrecy import shown_values
from hyperlocal.history.overview import CurvePoint, MetricOverview
from hyperlocal.history.records import MetricPoint, RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.leaderboard import outcome, trial_number
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.rises import add_rise, read_rises
from hyperlocal.views.sweep_data import Curve, Rise, SweepData, TrialData

__all__ = ["SweepReader"]

_ORIGINS = ("hyperlocal.resumed_run", "hyperlocal.reused_run")
_MOST_ONE_BY_ONE = 64  # more runs are read at once


class SweepReader:
    """Follows one run and its children. Safe to share between threads.

    Args:
        history: What the run is part of.
        run_id: The run.
        clock: Tells the time, in seconds since the epoch.
    """

    def __init__(
        self, history: History, run_id: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._history = history
        self._run_id = run_id
        self._clock = clock
        self._lock = threading.RLock()
        self._version = 0
        self._display_name: str | None = None
        self._data: SweepData | None = None
        self._begin()

    def _begin(self) -> None:
        """Forget all, as before the first look."""
        self._life: int | None = None
        self._records: dict[str, RunRecord] = {}
        self._open: dict[str, int] = {}  # children that have not ended, with their keys
        self._trials: dict[str, TrialData] = {}
        self._metrics: dict[str, dict[str, MetricOverview]] = {}
        self._early: list[MetricPoint] = []  # of children that are not known yet
        self._tail = self._history.tail(self._run_id, None)
        self._last_key = 0
        self._curves: dict[tuple[str, str], list[CurvePoint]] = {}
        self._rises: list[Rise] | None = None

    def read(self) -> SweepData:
        """Return the run and its children as they are now; the same object if nothing changed."""
        with self._lock:
            parent = self._history.runs.get(self._run_id)
            if self._life is not None and parent.life != self._life:
                self._begin()  # resumed: of trials that run again, nothing stays
            self._life = parent.life
            # Runs before metrics: what a trial logged before it ended is then never missed.
            changed = self._read_runs()
            changed |= self._read_metrics()
            return self._take(parent, changed)

    def _read_runs(self) -> set[str]:
        runs, changed = self._history.runs, set()
        if len(self._open) > _MOST_ONE_BY_ONE:
            found = runs.children_after(self._run_id, min(self._open.values()) - 1)
        else:
            known_runs = map(runs.known, list(self._open))
            found = [record for record in known_runs if record is not None]
            found += runs.children_after(self._run_id, self._last_key)
        for record in found:
            known = self._records.get(record.run_id)
            if known is not None and (known is record or known == record):
                continue
            changed.add(record.run_id)
            self._records[record.run_id] = record
            self._last_key = max(self._last_key, record.key)
            if record.status.is_terminal:
                self._open.pop(record.run_id, None)
            else:
                self._open[record.run_id] = record.key
        return changed

    def _read_metrics(self) -> set[str]:
        if not self._tail.has_begun:
            self._tail.begin()
            for told in self._history.overview.of_children(self._run_id):
                self._metrics.setdefault(told.run_id, {})[told.name] = told
            return set(self._metrics)
        points, self._early = [*self._early, *self._tail.new_points()], []
        return {point.run_id for point in points if self._take_point(point)}

    def _take_point(self, point: MetricPoint) -> bool:
        """Take in a point; False if it is known, or its run is not."""
        if point.run_id not in self._records:
            self._early.append(point)
            return False
        known = self._metrics.setdefault(point.run_id, {})
        told = known.get(point.name) or MetricOverview.empty(point.run_id, point.name)
        if point.key <= told.last_key:
            return False
        known[point.name] = told.with_point(point.key, point.value, is_numeric=point.is_numeric)
        if point.is_numeric:
            self._grow(point)
        return True

    def _grow(self, point: MetricPoint) -> None:
        value = float(point.value)
        curve = self._curves.get((point.run_id, point.name))
        if curve is not None and (not curve or point.key > curve[-1].key):
            curve.append(CurvePoint(point.key, value, point.step, point.logged_at))
        data = self._data
        if self._rises is None or data is None or data.goal is None:
            return
        if point.name == data.metric_name:
            add_rise(self._rises, data.goal, Rise(point.run_id, value, point.logged_at))

    def _take(self, parent: RunRecord, changed: set[str]) -> SweepData:
        sweep = sweep_of(parent)
        earlier = self._data
        told = parent.status, parent.reason, parent.display_name, parent.started_at
        if (
            earlier is not None
            and not changed
            and told == (earlier.status, earlier.reason, self._display_name, earlier.started_at)
        ):
            self._data = replace(earlier, read_at=self._clock())
            return self._data
        self._version += 1
        self._display_name = parent.display_name
        name = None if sweep is None else sweep.metric_name
        goal = None if sweep is None else sweep.goal
        for run_id, record in self._records.items():
            if run_id in changed:
                self._trials[run_id] = self._trial(record, name, goal)
        trials = tuple(self._trials.values())
        self._data = SweepData(
            run_id=parent.run_id,
            name=parent.display_name or parent.run_id,
            experiment=parent.experiment,
            status=parent.status,
            reason=parent.reason,
            sweep=sweep,
            created_at=parent.created_at,
            started_at=parent.started_at,
            ended_at=parent.ended_at,
            trials=trials,
            best=self._best(trials, name, goal),
            read_at=self._clock(),
            version=self._version,
        )
        return self._data

    def _trial(self, record: RunRecord, name: str | None, goal: Goal | None) -> TrialData:
        number = trial_number(record)
        metrics = dict(self._metrics.get(record.run_id, {}))
        judged = metrics.get(name or "")
        best = None
        if judged is not None and goal is not None:
            best = judged.greatest if goal.wants_greatest else judged.least
        properties = record.properties
        return TrialData(
            key=record.key,
            run_id=record.run_id,
            number=int(number) if number.isascii() and number.isdigit() else record.number,
            outcome=outcome(record),
            status=record.status,
            cause=record.cause,
            reason=record.reason,
            parameters=shown_values(record.parameters or {}),
            created_at=record.created_at,
            started_at=record.started_at,
            ended_at=record.ended_at,
            elapsed=record.elapsed,
            metrics=metrics,
            best=best,
            origin=next((properties[key] for key in _ORIGINS if key in properties), None),
            version=self._version,
        )

    def _best(
        self, trials: Sequence[TrialData], name: str | None, goal: Goal | None
    ) -> TrialData | None:
        if name is None or goal is None:
            return None
        numbers = [trial.best for trial in trials if trial.best is not None]
        if not numbers:
            return None
        best = max(numbers) if goal.wants_greatest else min(numbers)
        leaders = [trial for trial in trials if trial.best == best]
        if len(leaders) > 1:  # who reached it first is ahead
            greatest = goal.wants_greatest
            known = self._history.ranking.best(self._run_id, name, greatest=greatest)
            first = None if known is None else self._trials.get(known.run.run_id)
            leaders = [first] if first in leaders and first is not None else leaders
        return leaders[0]

    def curves(self, run_ids: Iterable[str], name: str | None = None) -> dict[str, Curve]:
        """Return what runs logged of a metric, each as a curve; of those that logged a number.

        Args:
            run_ids: The runs: the one that is followed, or children of it.
            name: The metric; the primary one for None.

        Returns:
            The curves as they were at the last `read`, or newer; in the order that was asked for.
        """
        with self._lock:
            name = name or (self._data or self.read()).metric_name
            if name is None:
                return {}
            curves = {run_id: self._curve(run_id, name) for run_id in run_ids}
            return {run_id: curve for run_id, curve in curves.items() if curve.values}

    def _curve(self, run_id: str, name: str) -> Curve:
        points = self._curves.get((run_id, name))
        if points is None:
            points = self._history.overview.curve(run_id, name)
            if run_id in self._records:  # others are not followed
                self._curves[run_id, name] = points
        return Curve(
            run_id,
            name,
            tuple(point.value for point in points),
            tuple(point.logged_at for point in points),
            tuple(point.step for point in points),
        )

    def rises(self) -> list[Rise]:
        """Return the moments at which the sweep's best became better; the first call reads all."""
        with self._lock:
            data = self._data or self.read()
            if data.metric_name is None or data.goal is None:
                return []
            if self._rises is None:
                told = (each.get(data.metric_name) for each in self._metrics.values())
                known = [each for each in told if each is not None]
                self._rises = read_rises(self._history, known, data.goal)
            return list(self._rises)

"""Earlier: what is known of trials, and of the trials of sweeps that this one builds on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.domain.trial import Observation
from hyperlocal.history import History

__all__ = ["best_score", "curves_of", "observations_of"]


def best_score(history: History, run_id: str, sweep: Sweep) -> float | None:
    """Return a trial's best finite primary metric, larger being better; None if it has none."""
    points = history.metrics.points(run_id, sweep.metric_name)
    numbers = [float(point.value) for point in points if point.is_numeric]
    scores = [sweep.goal.score(number) for number in numbers if math.isfinite(number)]
    return max(scores, default=None)


def observations_of(history: History, sweep: Sweep) -> Iterator[Observation]:
    """Return the trials of the sweeps that this one builds on, oldest first."""
    for sweep_id in sweep.earlier:
        for trial in reversed(history.runs.children(sweep_id)):
            if trial.parameters is not None and trial.status.is_terminal:
                score = best_score(history, trial.run_id, sweep)
                is_stopped = trial.status is Status.CANCELED
                yield Observation(trial.parameters, score, is_stopped)


def curves_of(
    history: History, sweep_ids: Iterable[str], metric_name: str, goal: Goal
) -> dict[str, tuple[float, ...]]:
    """Return what each trial of these sweeps reported of a metric, larger being better."""
    scores: dict[str, tuple[float, ...]] = {}
    for sweep_id in sweep_ids:
        for point in history.metrics.points_of_children(sweep_id, metric_name):
            if point.is_numeric:
                score = goal.score(float(point.value))
                scores[point.run_id] = (*scores.get(point.run_id, ()), score)
    return scores

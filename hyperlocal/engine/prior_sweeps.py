"""Earlier: what is known of trials, and of the trials of sweeps that this one builds on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.domain.trial import Observation
from hyperlocal.history import History

__all__ = ["best_score", "best_scores", "curves_of", "observations_of"]


def best_score(history: History, run_id: str, sweep: Sweep) -> float | None:
    """Return a trial's best finite primary metric, larger being better; None if it has none."""
    best = history.ranking.best_finite(
        run_id, sweep.metric_name, greatest=sweep.goal.wants_greatest
    )
    return None if best is None else sweep.goal.score(float(best))


def best_scores(history: History, sweep_id: str, sweep: Sweep) -> dict[str, float]:
    """Return the best finite score of each trial of a sweep, by the metric of another one."""
    bests = history.ranking.bests(sweep_id, sweep.metric_name, greatest=sweep.goal.wants_greatest)
    return {run_id: sweep.goal.score(float(best)) for run_id, best in bests.items()}


def observations_of(history: History, sweep: Sweep) -> Iterator[Observation]:
    """Return the trials of the sweeps that this one builds on, oldest first."""
    for sweep_id in sweep.prior_sweeps:
        scores = best_scores(history, sweep_id, sweep)
        for trial in history.runs.children_after(sweep_id, 0):
            if trial.parameters is not None and trial.status.is_terminal:
                is_stopped = trial.status is Status.CANCELED
                yield Observation(trial.parameters, scores.get(trial.run_id), is_stopped)


def curves_of(
    history: History, sweep_ids: Iterable[str], metric_name: str, goal: Goal
) -> dict[str, tuple[float, ...]]:
    """Return what each trial of these sweeps reported of a metric, larger being better."""
    scores: dict[str, tuple[float, ...]] = {}
    for sweep_id in sweep_ids:
        for each in history.series.of_children(sweep_id, metric_name):
            numbers = each.numbers()
            if numbers:
                scores[each.run_id] = tuple(goal.score(float(number)) for number in numbers)
    return scores

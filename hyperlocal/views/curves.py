"""Curves: what a sweep has found so far, and how a trial's metric went, as small charts."""

from __future__ import annotations

from collections.abc import Mapping

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.ranking import is_better
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import text
from hyperlocal.views.chart import Curve, Drawing, chart
from hyperlocal.views.leaderboard import Leaderboard, trial_number
from hyperlocal.views.plans import sweep_of

__all__ = ["draw_sweep", "draw_trial", "sweep_curve"]

_LINE = "bold cyan"
_HEIGHT = 10
_MOST_METRICS = 20


def sweep_curve(
    bests: Mapping[str, float],
    goal: Goal,
    metric_name: str,
    width: int,
    *,
    height: int = _HEIGHT,
    is_fine: bool = True,
) -> Drawing:
    """Draw the best so far as a line, and the best of each trial as a point.

    Args:
        bests: The best primary metric of each trial by its number, in order of creation.
        goal: Which way it is better.
        metric_name: What it is called.
        width: How many cells a line has.
        height: How many lines there are.
        is_fine: Whether the output has the characters of fine charts.
    """
    title = f"Best {text.one_line(metric_name)} so far, and that of each trial"
    points = [(float(place), metric) for place, metric in enumerate(bests.values())]
    rising: list[tuple[float, float]] = []
    best: float | None = None
    for place, metric in points:
        if is_better(goal, metric, best):
            best = metric
            rising.append((place, best))
    if best is None or len(points) - rising[0][0] < 2:
        return Drawing(title, [])
    rising.append((points[-1][0], best))
    numbers = list(bests)
    curves = [Curve(points, is_line=False), Curve(rising, _LINE, is_stepped=True)]
    ends = f"trial {numbers[0]}", f"trial {numbers[-1]}"
    return Drawing(title, chart(curves, width, height, ends=ends, is_fine=is_fine))


def draw_sweep(
    history: History, leaderboard: Leaderboard, width: int, *, is_fine: bool = True
) -> Drawing:
    """Draw what a recorded sweep has found."""
    sweep, parent_id = leaderboard.sweep, leaderboard.parent.run_id
    assert sweep is not None
    found = history.ranking.bests(parent_id, sweep.metric_name, greatest=sweep.goal.wants_greatest)
    bests = {run_id.removeprefix(f"{parent_id}_"): metric for run_id, metric in found.items()}
    return sweep_curve(bests, sweep.goal, sweep.metric_name, width, is_fine=is_fine)


def draw_trial(
    history: History, record: RunRecord, width: int, *, is_fine: bool = True
) -> Drawing:
    """Draw the primary metric of a trial beside that of the best one, or what a script logged."""
    parent = None if record.parent_id is None else history.runs.known(record.parent_id)
    sweep = None if parent is None else sweep_of(parent)
    if parent is None or sweep is None:
        return _draw_script(history, record, width, is_fine)
    name = sweep.metric_name
    curves = [Curve(_points(history, record.run_id, name), _LINE)]
    title = f"{text.one_line(name)} of this trial"
    best = history.ranking.best(parent.run_id, name, greatest=sweep.goal.wants_greatest)
    if best is not None and best.run.run_id != record.run_id:
        # Points and a line, for who sees no colours.
        curves.insert(0, Curve(_points(history, best.run.run_id, name), is_line=False))
        title += f" (line), and of trial {trial_number(best.run)}, the best (points)"
    return _drawing(title, curves, width, is_fine)


def _draw_script(history: History, record: RunRecord, width: int, is_fine: bool) -> Drawing:
    """Draw the first metric of which there is more than one number."""
    for metric in history.series.summaries(record.run_id)[:_MOST_METRICS]:
        if metric.n_values > 1 and metric.least is not None:
            curve = Curve(_points(history, record.run_id, metric.name), _LINE)
            drawing = _drawing(text.one_line(metric.name), [curve], width, is_fine)
            if drawing.lines:
                return drawing
    return Drawing("", [])


def _points(history: History, run_id: str, name: str) -> list[tuple[float, float]]:
    """Return the numbers that a run logged by their places, from 1 on: those of the intervals."""
    return [
        (float(place), float(number))
        for series in history.series.of(run_id, name)
        for place, number in enumerate(series.numbers(), start=1)
    ]


def _drawing(title: str, curves: list[Curve], width: int, is_fine: bool) -> Drawing:
    own = curves[-1].points
    if len(own) < 2:
        return Drawing(title, [])
    longest = max(len(curve.points) for curve in curves)
    ends = "interval 1", f"interval {longest:,}"
    return Drawing(title, chart(curves, width, _HEIGHT, ends=ends, is_fine=is_fine))

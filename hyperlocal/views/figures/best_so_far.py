"""Best so far: every trial's metric and the best of all, against numbers of trials or time."""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.domain.ranking import is_better
from hyperlocal.views.figures.drawing import Figure, axis, empty, figure, finite, time_unit
from hyperlocal.views.figures.palette import LINE_COLOUR
from hyperlocal.views.figures.points import Place, best_marker, points, scatter_kind
from hyperlocal.views.figures.wording import literal, number, trials_text
from hyperlocal.views.sweep_data import Rise, SweepData, TrialData

__all__ = ["best_so_far"]


def best_so_far(
    data: SweepData,
    *,
    x: str = "number",
    rises: Sequence[Rise] | None = None,
    webgl: bool | None = None,
) -> Figure:
    """Draw the best so far, and each trial by its best.

    Args:
        data: The sweep.
        x: `number` for the numbers of the trials; `time` for the time since the sweep began, where
            each trial stands at its end, or at the moment of reading while it runs.
        rises: When the best became better (`SweepReader.rises`), for the line against time;
            without, the line rises where trials end.
        webgl: Whether points are drawn by WebGL; by default if they are many.
    """
    if data.metric_name is None or data.goal is None:
        return empty("These runs are not compared: they are no sweep, and have no primary metric.")
    known = [trial for trial in data.trials if trial.best is not None]
    if not known:
        return empty(_nothing(data))
    against_time = x == "time"
    seconds, unit = time_unit(_end_s(data))
    places: dict[str, Place] = {
        trial.run_id: {
            "x": _moment(data, trial) / seconds if against_time else trial.number,
            "y": trial.best,
        }
        for trial in known
    }
    if against_time and rises:
        steps = [((rise.at - _begin(data)) / seconds, rise.value, rise.run_id) for rise in rises]
    else:
        steps = _steps(data, places)
    kind = scatter_kind(len(places), webgl)
    line = _line(data, steps, max(place["x"] for place in places.values()), against_time)
    return figure(
        [*points(data, places, kind=kind), line, *best_marker(data, places)],
        kept=f"{data.run_id} {x}",
        notes=[_left_out(data)],
        xaxis=axis(f"time since the sweep began, {unit}" if against_time else "trial"),
        yaxis=axis(f"{data.metric_name} ({data.goal.value})"),
    )


def _nothing(data: SweepData) -> str:
    if not data.trials:
        return "No trial has begun yet."
    return f"No trial has logged a finite number of {data.metric_name} yet."


def _left_out(data: SweepData) -> str:
    without = [trial for trial in data.trials if trial.best is None]
    if not without:
        return ""
    return f"Without a finite {data.metric_name}, not shown: {trials_text(without)}."


def _begin(data: SweepData) -> float:
    return data.started_at if data.started_at is not None else data.created_at


def _end_s(data: SweepData) -> float:
    return (data.ended_at or data.read_at) - _begin(data)


def _moment(data: SweepData, trial: TrialData) -> float:
    end = trial.ended_at if trial.ended_at is not None else data.read_at
    return end - _begin(data)


def _steps(data: SweepData, places: dict[str, Place]) -> list[tuple[float, float, str]]:
    """Return x, best and trial of each improvement, in the order of x."""
    steps: list[tuple[float, float, str]] = []
    in_order = sorted(
        (t for t in data.trials if t.run_id in places),
        key=lambda t: (places[t.run_id]["x"], t.key),
    )
    for trial in in_order:
        best = finite(trial.best)
        assert best is not None
        assert data.goal is not None
        if is_better(data.goal, best, steps[-1][1] if steps else None):
            steps.append((places[trial.run_id]["x"], best, trial.run_id))
    return steps


def _line(
    data: SweepData, steps: list[tuple[float, float, str]], last_x: float, against_time: bool
) -> dict[str, object]:
    if against_time:
        seconds, _ = time_unit(_end_s(data))
        last_x = max(last_x, _end_s(data) / seconds)
    if steps and steps[-1][0] < last_x:
        steps = [*steps, (last_x, *steps[-1][1:])]
    metric = literal(data.metric_name or "", 40)
    numbers = {trial.run_id: trial.number for trial in data.trials}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "best so far",
        "x": [x for x, _, _ in steps],
        "y": [y for _, y, _ in steps],
        "line": {"shape": "hv", "color": LINE_COLOUR, "width": 2},
        "customdata": [run_id for _, _, run_id in steps],
        "hovertext": [
            f"best so far: {metric} {number(y)}<br>trial {numbers.get(run_id, '?')}"
            for _, y, run_id in steps
        ],
        "hoverinfo": "text",
    }

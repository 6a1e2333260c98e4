"""Best so far: every trial's metric and the best of all, against numbers of trials or time."""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.domain.ranking import is_better
from hyperlocal.views.figures.drawing import Figure, axis, count_axis, empty, figure, time_unit
from hyperlocal.views.figures.palette import LINE_COLOUR
from hyperlocal.views.figures.points import Place, best_marker, points, scatter_kind
from hyperlocal.views.figures.wording import literal, number, trials_text
from hyperlocal.views.sweep_data import Rise, SweepData, TrialData

__all__ = ["Step", "best_so_far", "steps_by_number", "steps_by_time"]

Step = tuple[float, float, str]
"""Where a line rises, to what, and by which trial."""


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
    seconds, unit = time_unit((data.ended_at or data.read_at) - data.begun_at)
    places: dict[str, Place] = {
        trial.run_id: {
            "x": _moment(data, trial) / seconds if against_time else trial.number,
            "y": trial.best,
        }
        for trial in known
    }
    steps = steps_by_time(data, rises) if against_time else steps_by_number(data)
    kind = scatter_kind(len(places), webgl)
    if against_time:
        steps = [(at / seconds, best, run_id) for at, best, run_id in steps]
    line = _line(data, steps)
    return figure(
        [*points(data, places, kind=kind), line, *best_marker(data, places)],
        kept=f"{data.run_id} {x}",
        notes=[_left_out(data)],
        xaxis=axis(f"time since the sweep began, {unit}")
        if against_time
        else count_axis("trial", len(data.trials)),
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


def _moment(data: SweepData, trial: TrialData) -> float:
    end = trial.ended_at if trial.ended_at is not None else data.read_at
    return end - data.begun_at


def steps_by_number(data: SweepData) -> list[Step]:
    """Return the number, the best and the trial of each improvement, and the last number."""
    reached = [(float(t.number), t.best, t.run_id) for t in data.trials if t.best is not None]
    return _rising(data, reached, float(max(trial.number for trial in data.trials)))


def steps_by_time(data: SweepData, rises: Sequence[Rise] | None = None) -> list[Step]:
    """Return the seconds since the sweep began, the best and the trial of each improvement."""
    if rises:
        reached = [(rise.at - data.begun_at, rise.value, rise.run_id) for rise in rises]
    else:
        reached = [(_moment(data, t), t.best, t.run_id) for t in data.trials if t.best is not None]
    return _rising(data, reached, (data.ended_at or data.read_at) - data.begun_at)


def _rising(data: SweepData, reached: Sequence[Step], end: float) -> list[Step]:
    steps: list[Step] = []
    assert data.goal is not None, "who is not judged has no best"
    for at, value, run_id in sorted(reached, key=lambda each: each[0]):
        if is_better(data.goal, value, steps[-1][1] if steps else None):
            steps.append((at, value, run_id))
    if steps and steps[-1][0] < end:
        steps.append((end, *steps[-1][1:]))
    return steps


def _line(data: SweepData, steps: Sequence[Step]) -> dict[str, object]:
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

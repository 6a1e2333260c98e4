"""Sweeps: the best so far of several, in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hyperlocal.views.figures.best_so_far import steps_by_number, steps_by_time
from hyperlocal.views.figures.drawing import Figure, axis, empty, figure, time_unit
from hyperlocal.views.figures.palette import COLOURS
from hyperlocal.views.figures.wording import literal, number, shortened
from hyperlocal.views.sweep_data import Rise, SweepData

__all__ = ["compare_sweeps"]

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def compare_sweeps(
    sweeps: Sequence[SweepData],
    *,
    x: str = "number",
    rises: Mapping[str, Sequence[Rise]] | None = None,
) -> Figure:
    """Draw the best so far of each sweep.

    Args:
        sweeps: The sweeps, in the order of the legend.
        x: `number` for numbers of trials, `time` for the time since each began.
        rises: Of each sweep, by run id, when its best became better; without, a line rises where
            trials end.
    """
    judged = [each for each in sweeps if each.ranked]
    if not judged:
        return empty("None of these sweeps has a trial with a finite number of its metric.")
    against_time = x == "time"
    longest = max((each.ended_at or each.read_at) - each.begun_at for each in judged)
    seconds, unit = time_unit(longest) if against_time else (1.0, "")
    traces = []
    # Its colour is that of its place among all, so that tables beside it can show the same.
    for place, each in ((n, each) for n, each in enumerate(sweeps) if each.ranked):
        known = None if rises is None else rises.get(each.run_id)
        steps = steps_by_time(each, known) if against_time else steps_by_number(each)
        traces.append(_line(each, steps, seconds, place))
    return figure(
        traces,
        kept=f"{x} {' '.join(each.run_id for each in judged)}",
        notes=_notes(sweeps, judged),
        xaxis=axis(f"time since the sweep began, {unit}" if against_time else "trials"),
        yaxis=axis(f"best {judged[0].metric_name} so far"),
    )


def _line(
    data: SweepData, steps: Sequence[tuple[float, float, str]], seconds: float, place: int
) -> dict[str, Any]:
    label = literal(data.name)
    metric = literal(data.metric_name or "", 40)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": label,
        "x": [at / seconds for at, _, _ in steps],
        "y": [best for _, best, _ in steps],
        "line": {
            "shape": "hv",
            "color": COLOURS[place % len(COLOURS)],
            "dash": _DASHES[place % len(_DASHES)],
            "width": 2,
        },
        "customdata": [run_id for _, _, run_id in steps],
        "hovertext": [f"{label}<br>best {metric}: {number(best)}" for _, best, _ in steps],
        "hoverinfo": "text",
    }


def _notes(sweeps: Sequence[SweepData], judged: Sequence[SweepData]) -> list[str]:
    notes = []
    left = [shortened(each.name, 40) for each in sweeps if not each.ranked]
    if left:
        notes.append(f"Without a finite number, not shown: {', '.join(left)}.")
    aims = {(each.metric_name, each.goal) for each in judged}
    if len(aims) > 1:
        told = ", ".join(sorted(f"{goal.value} {name}" for name, goal in aims if goal is not None))
        notes.append(f"These sweeps do not have one aim and cannot be compared: {told}.")
    return notes

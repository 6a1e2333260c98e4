"""Beliefs: along each hyperparameter what the model takes the metric to be, and where it looks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hyperlocal.views.beliefs import Beliefs, BeliefSlice
from hyperlocal.views.figures.columns import Column, column, metric_key
from hyperlocal.views.figures.drawing import Figure, axis, empty, figure, finite
from hyperlocal.views.figures.palette import COLOURS
from hyperlocal.views.figures.points import best_marker, points
from hyperlocal.views.figures.slices import grid, sampled
from hyperlocal.views.figures.wording import literal, number, setting, shortened
from hyperlocal.views.sweep_data import SweepData

__all__ = ["beliefs"]

_MOST_PANELS = 12
_MOST_TRIALS = 300
_BAND = "rgba(86, 180, 233, 0.25)"


def beliefs(data: SweepData, told: Beliefs) -> Figure:
    """Draw a panel for each hyperparameter: the model's mean and band, the trials, what is next.

    Args:
        data: The sweep.
        told: What `hyperlocal.views.beliefs.beliefs_of` has worked out.
    """
    centre = data.by_id.get(told.centre or "")
    if told.obstacle is not None or centre is None or data.metric_name is None:
        return empty(told.obstacle or "The model's best trial is not there any more.")
    drawn = told.slices[:_MOST_PANELS]
    height = axis(data.metric_name)
    layout = grid(len(drawn), height)
    traces = []
    for place, each in enumerate(drawn, start=1):
        suffix = "" if place == 1 else str(place)
        key = f"parameter:{each.name}"
        panel = column(data, key)
        xs = [_drawn(panel, value) for value in each.values]
        layout[f"xaxis{suffix}"] = {**_axis(each, panel, xs), **layout[f"xaxis{suffix}"]}
        traces += _panel(data, told, each, panel, xs, suffix)
    notes = [
        f"All other hyperparameters are as in trial {centre.number}, the best. "
        "Band: 95% of what the model holds possible.",
        _next_text(told),
        f"{len(drawn)} of {len(told.slices)} hyperparameters are shown."
        if len(drawn) < len(told.slices)
        else "",
        *told.notes,
    ]
    return figure(
        traces,
        kept=f"{data.run_id} beliefs",
        notes=notes,
        height=120 + 240 * math.ceil(len(drawn) / 3),
        **layout,
    )


def _next_text(told: Beliefs) -> str:
    if told.next_parameters is None:
        return "" if told.notes else "Nothing more would be tried: all of the space has been."
    words = [f"{name} = {setting(value)}" for name, value in told.next_parameters.items()]
    return f"Asked now, it would try {', '.join(words)}."


def _drawn(panel: Column, value: Any) -> Any:
    """Return a value as the panel's axis takes it."""
    return setting(value) if panel.categories else finite(value)


def _axis(each: BeliefSlice, panel: Column, xs: Sequence[Any]) -> dict[str, Any]:
    label = shortened(each.name, 28)
    if panel.categories:
        return axis(label, type="category", categoryorder="array", categoryarray=list(xs))
    return axis(label)


def _panel(
    data: SweepData,
    told: Beliefs,
    each: BeliefSlice,
    panel: Column,
    xs: Sequence[Any],
    suffix: str,
) -> list[dict[str, Any]]:
    run_id = told.centre
    words = [
        f"{literal(each.name)} = {setting(value)}<br>about {number(mean)}, "
        f"{number(low)} to {number(high)}"
        for value, mean, low, high in zip(
            each.values, each.means, each.lows, each.highs, strict=True
        )
    ]
    mean = {
        "type": "scatter",
        "mode": "lines" if each.is_continuous else "lines+markers",
        "name": "what the model expects",
        "x": list(xs),
        "y": list(each.means),
        "line": {"color": COLOURS[0], "width": 2},
        "customdata": [run_id] * len(xs),
        "hovertext": words,
        "hoverinfo": "text",
    }
    if each.is_continuous:
        traces = [_edge(xs, each.lows), {**_edge(xs, each.highs), **_FILLED}, mean]
    else:
        above = [high - m for high, m in zip(each.highs, each.means, strict=True)]
        below = [m - low for low, m in zip(each.lows, each.means, strict=True)]
        bars = {"type": "data", "symmetric": False, "array": above, "arrayminus": below}
        traces = [{**mean, "error_y": bars}]
    traces += _trials(data, panel)
    following = (told.next_parameters or {}).get(each.name, _NOTHING)
    if following is not _NOTHING:
        traces.append(_next_mark(data, _drawn(panel, following), each))
    for trace in traces:
        trace |= {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        trace["showlegend"] = trace.get("showlegend", True) and not suffix
    return traces


_NOTHING = object()
_FILLED = {"fill": "tonexty", "fillcolor": _BAND, "name": "95%", "showlegend": True}


def _edge(xs: Sequence[Any], ys: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "edge",
        "x": list(xs),
        "y": list(ys),
        "line": {"width": 0, "color": COLOURS[5]},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _trials(data: SweepData, panel: Column) -> list[dict[str, Any]]:
    heights = column(data, metric_key(data) or "").values
    shown = {trial.run_id for trial in sampled(data, data.ranked, _MOST_TRIALS)}
    places = {
        trial.run_id: {"x": panel.drawn(x), "y": y}
        for trial, x, y in zip(data.trials, panel.values, heights, strict=True)
        if trial.run_id in shown and x is not None and y is not None
    }
    traces = points(data, places)
    for trace in traces:
        trace["marker"] |= {"opacity": 0.6, "size": 6}
    return [*traces, *best_marker(data, places)]


def _next_mark(data: SweepData, x: Any, each: BeliefSlice) -> dict[str, Any]:
    low, high = min(each.lows), max(each.highs)
    known = [trial.best for trial in data.ranked if trial.best is not None]
    ends = [min(low, *known), max(high, *known)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "where it would look next",
        "x": [x, x],
        "y": ends,
        "line": {"color": COLOURS[4], "dash": "dot", "width": 2},
        "hovertext": [f"next: {literal(each.name)} = {literal(str(x))}"] * 2,
        "hoverinfo": "text",
    }

"""Chosen: curves of a few runs, or metrics of one, each with a colour and a dash of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hyperlocal.views import text
from hyperlocal.views.figures.drawing import Figure, axis, empty, figure, finite
from hyperlocal.views.figures.learning_curves import Scale, point_text, thinned
from hyperlocal.views.figures.palette import COLOURS
from hyperlocal.views.figures.points import scatter_kind
from hyperlocal.views.figures.wording import literal
from hyperlocal.views.sweep_data import Curve, SweepData

__all__ = ["compare_curves", "compare_runs", "metric_curves"]

_MOST_POINTS = 20_000
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def compare_curves(
    data: SweepData,
    curves: Mapping[str, Curve],
    *,
    x: str = "interval",
    most_points: int = _MOST_POINTS,
) -> Figure:
    """Draw the curves of a few chosen trials of a sweep.

    Args:
        data: The sweep.
        curves: What they logged, by run id, in the order of the legend.
        x: One of `AXES`.
        most_points: How many points are drawn of all curves together.
    """
    trials = [data.by_id[run_id] for run_id in curves if run_id in data.by_id]
    return compare_runs(
        {trial.run_id: f"trial {trial.number} ({trial.outcome})" for trial in trials},
        curves,
        starts={trial.run_id: trial.started_at for trial in trials},
        x=x,
        most_points=most_points,
        kept=data.run_id,
    )


def compare_runs(
    labels: Mapping[str, str],
    curves: Mapping[str, Curve],
    *,
    starts: Mapping[str, float | None],
    x: str = "interval",
    most_points: int = _MOST_POINTS,
    kept: str = "",
) -> Figure:
    """Draw the curves of a few runs, wherever they come from.

    Args:
        labels: What each is called, by run id, in the order of the legend.
        curves: What they logged of one metric, by run id. One without a curve is named in a note.
        starts: When each began, by run id; None where that is not known.
        x: One of `AXES`.
        most_points: How many points are drawn of all curves together.
        kept: As long as it is the same, zoom and hidden curves stay so.
    """
    shown = {run_id: curves[run_id] for run_id in labels if run_id in curves}
    if not shown:
        return empty("None of the chosen runs has logged a number of this metric.")
    scale = Scale(x, starts, list(shown.values()))
    each = max(4, most_points // len(shown))
    places = {run_id: place for place, run_id in enumerate(labels)}
    traces = [
        _own(labels[run_id], curve, scale, each, places[run_id]) for run_id, curve in shown.items()
    ]
    without = [label for run_id, label in labels.items() if run_id not in shown]
    notes = [f"Without a number of it: {', '.join(without)}."] if without else []
    return figure(
        traces,
        kept=f"{kept} {x}",
        notes=[*notes, *_notes_of_curves(list(shown.values()), each)],
        xaxis=scale.axis,
        yaxis=axis(next(iter(shown.values())).name),
    )


def _own(label: str, curve: Curve, scale: Scale, each: int, place: int) -> dict[str, Any]:
    places, kept = scale.places(curve), thinned(curve.values, each)
    return {
        "type": scatter_kind(len(kept)),
        "mode": "lines+markers" if len(kept) <= 50 else "lines",
        "name": literal(label),
        "x": [places[i] for i in kept],
        "y": [finite(curve.values[i]) for i in kept],
        "line": {
            "color": COLOURS[place % len(COLOURS)],
            "dash": _DASHES[place % len(_DASHES)],
            "width": 2,
        },
        "marker": {"size": 5},
        "connectgaps": False,
        "customdata": [curve.run_id] * len(kept),
        "hovertext": [f"{literal(label)}<br>{point_text(curve, i)}" for i in kept],
        "hoverinfo": "text",
    }


def _notes_of_curves(curves: Sequence[Curve], each: int) -> list[str]:
    n_odd = sum(not math.isfinite(value) for curve in curves for value in curve.values)
    notes = [f"{text.counted(n_odd, 'value')} NaN or infinite: gaps."] if n_odd else []
    if any(len(curve.values) > each for curve in curves):
        notes.append("Of long curves only some points are drawn, least and greatest among them.")
    return notes


def metric_curves(
    curves: Sequence[Curve],
    *,
    x: str = "interval",
    started_at: float | None = None,
    most_points: int = _MOST_POINTS,
) -> Figure:
    """Draw metrics of one run, each with a colour and a dash of its own.

    Args:
        curves: The metrics, in the order of the legend.
        x: One of `AXES`.
        started_at: When the run began; None for the time of its first number.
        most_points: How many points are drawn of all curves together.
    """
    told = [curve for curve in curves if curve.values]
    if not told:
        return empty("This run has logged no number yet.")
    scale = Scale(x, {told[0].run_id: started_at}, told)
    each = max(4, most_points // len(told))
    traces = [_own(curve.name, curve, scale, each, place) for place, curve in enumerate(told)]
    return figure(
        traces,
        kept=told[0].run_id,
        notes=_notes_of_curves(told, each),
        xaxis=scale.axis,
        yaxis=axis(told[0].name if len(told) == 1 else "value"),
    )

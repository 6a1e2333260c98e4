"""Scatter: trials over any two or three columns, coloured by the metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hyperlocal.views import text
from hyperlocal.views.figures.columns import Column, column, metric_key
from hyperlocal.views.figures.drawing import Figure, empty, figure
from hyperlocal.views.figures.palette import GREY, SCALE
from hyperlocal.views.figures.points import Place, best_marker, points, scatter_kind
from hyperlocal.views.figures.wording import literal, shortened
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["scatter", "scatter_3d"]


_EDGES = {"margin": {"l": 0, "r": 0, "t": 40, "b": 0}, "legend": {"orientation": "h", "y": 0}}
_EYE = {"eye": {"x": 1.5, "y": 1.5, "z": 0.9}, "center": {"x": 0, "y": 0, "z": -0.15}}
_SCENE = {"aspectmode": "cube", "camera": _EYE}


def scatter(
    data: SweepData, x: str, y: str, *, colour: str | None = None, webgl: bool | None = None
) -> Figure:
    """Draw trials over two columns.

    Args:
        data: The sweep.
        x: The key of one column (see `columns`).
        y: The key of the other.
        colour: The key of the column that colours them; by default the primary metric.
        webgl: Whether points are drawn by WebGL; by default if they are many.
    """
    told = [column(data, key) for key in (x, y)]
    return _scatter(data, told, colour, scatter_kind(len(data.trials), webgl))


def scatter_3d(data: SweepData, x: str, y: str, z: str, *, colour: str | None = None) -> Figure:
    """Draw trials over three columns.

    Args:
        data: The sweep.
        x: The key of one column (see `columns`).
        y: The key of another.
        z: The key of the third.
        colour: The key of the column that colours them; by default the primary metric.
    """
    return _scatter(data, [column(data, key) for key in (x, y, z)], colour, "scatter3d")


def _scatter(data: SweepData, told: Sequence[Column], colour: str | None, kind: str) -> Figure:
    names = ("x", "y", "z")[: len(told)]
    in_space = kind == "scatter3d"
    places = {
        trial.run_id: {
            name: (each.in_space if in_space else each.drawn)(each.values[row])
            for name, each in zip(names, told, strict=True)
        }
        for row, trial in enumerate(data.trials)
        if all(each.values[row] is not None for each in told)
    }
    if not places:
        labels = ", ".join(shortened(each.label, 40) for each in told)
        return empty(f"No trial has a value of each of these that can be drawn: {labels}.")
    key = metric_key(data) if colour is None else colour
    shades = None if key is None else _Shades(data, column(data, key))
    traces = _traces(data, places, shades, kind)
    axes = {
        f"{name}axis": each.axis_in_space() if in_space else each.axis()
        for name, each in zip(names, told, strict=True)
    }
    layout: dict[str, Any] = {"scene": {**axes, **_SCENE}, **_EDGES} if in_space else axes
    if shades is not None and shades.is_useful:
        layout["coloraxis"] = shades.axis
    return figure(
        [*traces, *best_marker(data, places, "scatter3d" if kind == "scatter3d" else "scatter")],
        kept=f"{data.run_id} {' '.join(each.key for each in told)}",
        notes=_notes(data, told, len(places)),
        **layout,
    )


class _Shades:
    """The colours of trials by a column; those without a value of it are grey."""

    def __init__(self, data: SweepData, told: Column) -> None:
        self._values = {
            trial.run_id: value for trial, value in zip(data.trials, told.values, strict=True)
        }
        known = [value for value in told.values if value is not None]
        self.label = literal(told.label, 24)
        self.is_useful = bool(known)
        is_minimized = data.goal is not None and not data.goal.wants_greatest
        self.axis: dict[str, Any] = {
            "colorscale": SCALE,
            "reversescale": told.key == metric_key(data) and is_minimized,
            "colorbar": {"title": {"text": self.label}},
        }
        if told.categories:
            names = [literal(name, 24) for name in told.categories]
            self.axis["colorbar"] |= {"tickvals": list(range(len(names))), "ticktext": names}

    def marker(self, trials: Sequence[TrialData]) -> dict[str, Any]:
        """Return what colours trials, each of which has a value."""
        return {
            "color": [self._values[trial.run_id] for trial in trials],
            "coloraxis": "coloraxis",
            "line": {"color": GREY, "width": 0.6},  # the darkest colour is seen in the dark, too
        }

    def known(self, run_id: str) -> bool:
        """Whether a trial has a value."""
        return self._values.get(run_id) is not None


def _traces(
    data: SweepData, places: Mapping[str, Place], shades: _Shades | None, kind: str
) -> list[dict[str, Any]]:
    if shades is None:
        return points(data, places, kind=kind)
    with_colour = {run_id: place for run_id, place in places.items() if shades.known(run_id)}
    without = {run_id: place for run_id, place in places.items() if not shades.known(run_id)}
    grey = points(data, without, kind=kind, marker=lambda trials: {"color": GREY})
    for trace in grey:
        trace["name"] += f", no {shades.label}"
        trace["legendgroup"] += ", grey"
    return points(data, with_colour, kind=kind, marker=shades.marker) + grey


def _notes(data: SweepData, told: Sequence[Column], n_shown: int) -> list[str]:
    n_left = len(data.trials) - n_shown
    if not n_left:
        return []
    missing = ", ".join(
        f"{each.n_missing:,} of {shortened(each.label, 40)}" for each in told if each.n_missing
    )
    return [f"{text.counted(n_left, 'trial')} not shown for want of a value ({missing})."]

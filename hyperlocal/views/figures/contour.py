"""Contour: the metric over two hyperparameters, interpolated between trials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hyperlocal.views.figures.columns import Column, column
from hyperlocal.views.figures.drawing import Figure, empty, figure, finite
from hyperlocal.views.figures.palette import SCALE
from hyperlocal.views.figures.parallel import colour_range
from hyperlocal.views.figures.points import best_marker, points, scatter_kind
from hyperlocal.views.figures.slices import sampled
from hyperlocal.views.figures.wording import literal, number, shortened
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["contour"]

_FEWEST = 8
_CELLS = 40
_NEIGHBOURS = 8
_FAR = 0.2  # of the range: farther from each trial than this, nothing is said
_SMOOTH = 0.04
_MOST_POINTS = 1500


def contour(
    data: SweepData, x: str, y: str, *, cells: int = _CELLS, webgl: bool | None = None
) -> Figure:
    """Draw the primary metric over two columns, with the trials that it is known from.

    Between trials it is the mean of the nearest ones, weighted by their distance, on the scales of
    the axes. Far from all trials nothing is drawn.

    Args:
        data: The sweep.
        x: The key of one column, usually a hyperparameter.
        y: The key of the other.
        cells: Into how many places the range of a column of numbers is divided.
        webgl: Whether points are drawn by WebGL; by default if they are many.
    """
    if data.metric_name is None or data.goal is None:
        return empty("These runs have no primary metric.")
    across, up = column(data, x), column(data, y)
    known = [
        (trial, a, b)
        for trial, a, b in zip(data.trials, across.values, up.values, strict=True)
        if a is not None and b is not None and trial.best is not None
    ]
    if not known:
        return empty(
            f"No trial has {across.label}, {up.label} and a finite number of {data.metric_name}."
        )
    shown = sampled(data, [trial for trial, _, _ in known], _MOST_POINTS)
    drawn = {trial.run_id for trial in shown}
    places = {
        trial.run_id: {"x": across.drawn(a), "y": up.drawn(b)}
        for trial, a, b in known
        if trial.run_id in drawn
    }
    trials = points(data, places, kind=scatter_kind(len(places), webgl))
    for trace in trials:
        trace["marker"] |= {"color": "#000000", "opacity": 0.6, "size": 6}
        trace["marker"]["line"] = {"color": "#FFFFFF", "width": 0.5}
    n_places = len({(a, b) for _, a, b in known})
    layer = _layer(data, known, across, up, cells) if n_places >= _FEWEST else []
    return figure(
        [*layer, *trials, *best_marker(data, places)],
        kept=f"{data.run_id} {across.key} {up.key}",
        notes=_notes(data, len(known), n_places, len(shown), [across, up]),
        xaxis=across.axis(),
        yaxis=up.axis(),
    )


def _layer(
    data: SweepData,
    known: Sequence[tuple[TrialData, float, float]],
    across: Column,
    up: Column,
    cells: int,
) -> list[dict[str, Any]]:
    """Return the trace of the metric between trials."""
    import numpy as np
    from sklearn.neighbors import KNeighborsRegressor

    metrics = [trial.best or 0.0 for trial, _, _ in known]
    xs, ys = _Scale(across, [a for _, a, _ in known]), _Scale(up, [b for _, _, b in known])
    observed = np.column_stack(
        [xs.unit([a for _, a, _ in known]), ys.unit([b for *_, b in known])]
    )
    x_places, y_places = xs.places(cells), ys.places(cells)
    # Rows are places upwards.
    mesh = np.array([(u, v) for v in ys.unit(y_places) for u in xs.unit(x_places)])
    model = KNeighborsRegressor(min(_NEIGHBOURS, len(known)), weights=_weights)
    model.fit(observed, metrics)
    with np.errstate(over="ignore"):  # of metrics at the ends of what floats can tell
        values = model.predict(mesh)
    nearest = model.kneighbors(mesh, 1)[0][:, 0]
    rows = np.where(nearest <= _FAR, values, np.nan).reshape(len(y_places), len(x_places))
    low, high = colour_range(sorted(metrics))
    is_minimized = data.goal is not None and not data.goal.wants_greatest
    return [
        {
            "type": "contour",
            "x": [across.drawn(place) for place in x_places],
            "y": [up.drawn(place) for place in y_places],
            "z": [[finite(float(z)) for z in row] for row in rows],
            "zmin": low,
            "zmax": high,
            "colorscale": SCALE,
            "reversescale": is_minimized,
            "colorbar": {"title": {"text": literal(data.metric_name or "", 24)}},
            "connectgaps": False,
            "hoverinfo": "text",
            "hovertext": [
                ["" if not math.isfinite(z) else f"about {number(float(z))}" for z in row]
                for row in rows
            ],
        }
    ]


def _weights(distances: Any) -> Any:
    """Return the weights of neighbours: not so steep that each trial has a ring of its own."""
    return 1.0 / (distances**2 + _SMOOTH**2)


class _Scale:
    """Places of a column from 0 to 1, as its axis has them."""

    def __init__(self, told: Column, values: Sequence[float]) -> None:
        self._told = told
        drawn = [self._drawn(value) for value in values]
        self._low, self._high = min(drawn), max(drawn)

    def _drawn(self, value: float) -> float:
        return math.log10(value) if self._told.is_log else float(value)

    def unit(self, values: Sequence[float]) -> list[float]:
        """Return the places of values."""
        # Of halves, as the width of the whole range may be beyond floats.
        width = (self._high / 2 - self._low / 2) or 1.0
        return [(self._drawn(value) / 2 - self._low / 2) / width for value in values]

    def places(self, cells: int) -> list[float]:
        """Return the values at which the metric is worked out."""
        if self._told.categories:
            return [float(place) for place in range(len(self._told.categories))]
        if self._high == self._low:
            return [10**self._low if self._told.is_log else self._low]
        shares = [cell / (cells - 1) for cell in range(cells)]
        places = [self._low * (1 - share) + self._high * share for share in shares]
        return [10**place for place in places] if self._told.is_log else places


def _notes(
    data: SweepData, n_known: int, n_places: int, n_shown: int, told: Sequence[Column]
) -> list[str]:
    notes = []
    if n_places < _FEWEST:
        labels = " and ".join(shortened(each.label, 24) for each in told)
        notes.append(
            "Too few trials to say what is between them: "
            f"{n_places} different places of {labels}, and at least {_FEWEST} are needed."
        )
    else:
        notes.append("Between trials: the mean of the nearest ones. Nothing is said far from all.")
    if n_shown < n_known:
        notes.append(f"{n_shown:,} of {n_known:,} trials are marked; all are reckoned with.")
    n_left = len(data.trials) - n_known
    if n_left:
        notes.append(f"{n_left:,} trials lack one of the values, or a finite {data.metric_name}.")
    return notes

"""Slices: the metric against each hyperparameter, one panel each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hyperlocal.views.figures.columns import Column, column, metric_key, parameter_columns
from hyperlocal.views.figures.drawing import Figure, empty, figure
from hyperlocal.views.figures.points import best_marker, points, scatter_kind
from hyperlocal.views.figures.wording import shortened, trials_text
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["grid", "sampled", "slices"]

_MOST_PANELS = 12
_COLUMNS = 3
_MOST_TRIALS = 1500  # in each panel
_GAP = 0.08


def slices(
    data: SweepData,
    *,
    metric: str | None = None,
    parameters: Sequence[str] | None = None,
    webgl: bool | None = None,
) -> Figure:
    """Draw the metric of all trials against each hyperparameter.

    Args:
        data: The sweep.
        metric: The key of the column upwards; by default the primary metric.
        parameters: The keys of the columns of the panels; by default the hyperparameters that are
            not the same in all trials, as many as there is room for.
        webgl: Whether points are drawn by WebGL; by default if they are many.
    """
    key = metric_key(data) if metric is None else metric
    if key is None:
        return empty("These runs have no primary metric; choose one.")
    height = column(data, key)
    panels = (
        parameter_columns(data) if parameters is None else [column(data, k) for k in parameters]
    )
    if not panels:
        return empty("All trials have the same hyperparameters: there is nothing to compare.")
    known = [t for t, y in zip(data.trials, height.values, strict=True) if y is not None]
    if not known:
        return empty(f"No trial has logged a finite number of {height.label} yet.")
    shown = sampled(data, known, _MOST_TRIALS)
    drawn = panels[:_MOST_PANELS]
    kind = scatter_kind(len(shown) * len(drawn), webgl)
    traces, layout = [], grid(len(drawn), height.axis())
    for place, panel in enumerate(drawn, start=1):
        suffix = "" if place == 1 else str(place)
        layout[f"xaxis{suffix}"] = {**panel.axis(28), **layout[f"xaxis{suffix}"]}
        traces += _panel(data, shown, panel, height, suffix, kind)
    return figure(
        traces,
        kept=f"{data.run_id} {key} {' '.join(panel.key for panel in drawn)}",
        notes=_notes(data, known, shown, panels, drawn, height),
        height=90 + 230 * math.ceil(len(drawn) / _COLUMNS),
        **layout,
    )


def _panel(
    data: SweepData,
    shown: Sequence[TrialData],
    panel: Column,
    height: Column,
    suffix: str,
    kind: str,
) -> list[dict[str, Any]]:
    rows = {trial.run_id: row for row, trial in enumerate(data.trials)}
    places = {}
    for trial in shown:
        row = rows[trial.run_id]
        if panel.values[row] is not None:
            x, y = panel.drawn(panel.values[row]), height.drawn(height.values[row])
            places[trial.run_id] = {"x": x, "y": y}
    traces = [*points(data, places, kind=kind), *best_marker(data, places)]
    for trace in traces:
        trace |= {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "showlegend": not suffix}
    return traces


def grid(n_panels: int, height: dict[str, Any], n_columns: int = _COLUMNS) -> dict[str, Any]:
    """Return the axes of panels, from left to right and from top to bottom.

    Args:
        n_panels: How many there are.
        height: The axis upwards, which they share.
        n_columns: How many stand side by side at most.
    """
    n_columns = min(n_columns, n_panels)
    n_rows = math.ceil(n_panels / n_columns)
    gap = 0.45  # of a panel: there stand the names of its axis
    layout: dict[str, Any] = {}
    for place in range(n_panels):
        row, across = divmod(place, n_columns)
        suffix = "" if place == 0 else str(place + 1)
        top = 1 - row * (1 + gap) / (n_rows + gap * (n_rows - 1))
        left = across * (1 + _GAP) / (n_columns + _GAP * (n_columns - 1))
        width = 1 / (n_columns + _GAP * (n_columns - 1))
        tall = 1 / (n_rows + gap * (n_rows - 1))
        layout[f"xaxis{suffix}"] = {
            "domain": [left, min(left + width, 1.0)],
            "anchor": f"y{suffix}",
        }
        layout[f"yaxis{suffix}"] = {
            **height,
            "domain": [max(top - tall, 0.0), top],
            "anchor": f"x{suffix}",
            **({"matches": "y"} if place else {}),
            **({"title": {"text": ""}, "showticklabels": False} if across else {}),
        }
    return layout


def sampled(data: SweepData, trials: Sequence[TrialData], most: int) -> list[TrialData]:
    """Return at most so many trials: half of them the best, the others evenly by number."""
    if len(trials) <= most:
        return list(trials)
    among = {trial.run_id for trial in trials}
    best = [t.run_id for t in data.ranked if t.run_id in among][: most // 2]
    kept = set(best)
    rest = [trial for trial in trials if trial.run_id not in kept]
    n_rest = most - len(kept)
    kept |= {rest[place * len(rest) // n_rest].run_id for place in range(n_rest)}
    return [trial for trial in trials if trial.run_id in kept]


def _notes(
    data: SweepData,
    known: Sequence[TrialData],
    shown: Sequence[TrialData],
    panels: Sequence[Column],
    drawn: Sequence[Column],
    height: Column,
) -> list[str]:
    notes = []
    ids = {trial.run_id for trial in known}
    without = [trial for trial in data.trials if trial.run_id not in ids]
    if without:
        notes.append(f"Without a finite {height.label}, not shown: {trials_text(without)}.")
    if len(shown) < len(known):
        notes.append(f"{len(shown):,} of {len(known):,} trials are shown, the best among them.")
    if len(drawn) < len(panels):
        notes.append(f"{len(drawn)} of {len(panels):,} hyperparameters are shown.")
    lacking = [shortened(panel.label, 24) for panel in drawn if panel.n_missing]
    if lacking:
        notes.append(f"Some trials have no {', '.join(lacking)}, and are not in its panel.")
    return notes

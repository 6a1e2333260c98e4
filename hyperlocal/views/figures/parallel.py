"""Parallel coordinates: a line for each trial through all its hyperparameters to its metric."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hyperlocal.views.figures.columns import Column, column, metric_key, parameter_columns
from hyperlocal.views.figures.drawing import Figure, empty, figure, log_ticks
from hyperlocal.views.figures.palette import SCALE
from hyperlocal.views.figures.wording import literal, plain, shortened, trials_text
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = [
    "brushed",
    "colour_range",
    "constraints_from",
    "parallel_columns",
    "parallel_coordinates",
]

_MOST_DIMENSIONS = 12
_MISSING = "none"
_BELOW = 0.1  # of the range: where trials are drawn that have no value
_LARGEST = 1.7e308
_CHANGE = re.compile(r"dimensions\[(\d+)\]\.constraintrange(\[\d+\])?")

Ranges = Sequence[Any]
"""One range `[low, high]`, or several, in the places of the axis as it is drawn."""


def parallel_columns(data: SweepData) -> list[str]:
    """Return the keys of the columns that are drawn unless others are asked for.

    Those are the hyperparameters that are not the same in all trials, and the primary metric.
    """
    keys = [each.key for each in parameter_columns(data)][: _MOST_DIMENSIONS - 1]
    key = metric_key(data)
    return keys if key is None else [*keys, key]


def parallel_coordinates(
    data: SweepData,
    *,
    columns: Sequence[str] | None = None,
    constraints: Mapping[int, Ranges] | None = None,
    most_lines: int = 2000,
) -> Figure:
    """Draw trials as lines through parallel axes, coloured by the primary metric.

    Each line's run id is in the trace's `ids` and `customdata`, in the order of the lines.

    Args:
        data: The sweep.
        columns: The axes, from left to right; by default `parallel_columns`.
        constraints: What is brushed, by the number of the axis; `brushed` has the same.
        most_lines: How many trials are drawn: without a graphics card a browser needs seconds for
            thousands of lines, which hide each other. What is brushed and what is best come first.
    """
    shown = _rows(data)
    keys = parallel_columns(data) if columns is None else list(columns)
    if not shown or not keys:
        return empty(_nothing(data, shown))
    told = [_of_rows(data, key) for key in keys]
    places = _drawn_places(data, keys, constraints or {}, most_lines)
    dimensions = [_of_places(_dimension(each), "values", places) for each in told]
    drawn = [shown[place] for place in places]
    for place, ranges in (constraints or {}).items():
        if 0 <= place < len(dimensions) and ranges:
            dimensions[place]["constraintrange"] = list(ranges)
    trace = {
        "type": "parcoords",
        "dimensions": dimensions,
        "line": _of_places(_line(data, shown), "color", places),
        "ids": [trial.run_id for trial in drawn],
        "customdata": [trial.run_id for trial in drawn],
        "labelangle": -20,
        "labelside": "bottom",
    }
    without = [trial for trial in data.trials if trial.best is None]
    return figure(
        [trace],
        kept=f"{data.run_id} {' '.join(keys)}",
        notes=[
            *_notes(data, told, without),
            *_left_out(data, keys, columns),
            *_not_drawn(len(drawn), len(shown)),
        ],
        margin={"l": 80, "r": 60, "t": 60, "b": 90},
    )


def _drawn_places(
    data: SweepData, keys: Sequence[str], constraints: Mapping[int, Ranges], most: int
) -> list[int]:
    """Return which of the rows are drawn: all, or those that are asked for, the best, and some."""
    shown = _rows(data)
    if len(shown) <= most:
        return list(range(len(shown)))
    ranks = {trial.run_id: rank for rank, trial in enumerate(data.ranked)}
    order = sorted(range(len(shown)), key=lambda place: ranks.get(shown[place].run_id, place))
    if constraints:
        asked = set(brushed(data, constraints, columns=keys))
        order.sort(key=lambda place: shown[place].run_id not in asked)
    n_first = most // 4
    rest = order[n_first:]
    n_rest = most - n_first
    evenly = [rest[n * len(rest) // n_rest] for n in range(n_rest)]
    return sorted([*order[:n_first], *evenly])


def _of_places(held: dict[str, Any], name: str, places: Sequence[int]) -> dict[str, Any]:
    """Return a part of a trace with the values of some rows, where it has one for each."""
    values = held[name]
    return {**held, name: [values[place] for place in places]} if type(values) is list else held


def _not_drawn(n_drawn: int, n_shown: int) -> list[str]:
    if n_drawn == n_shown:
        return []
    return [
        f"{n_drawn:,} of {n_shown:,} trials are drawn: the best ones, and others evenly by rank. "
        "A brush chooses among all."
    ]


def _rows(data: SweepData) -> list[TrialData]:
    """Return the trials that are drawn: with a metric, where there is one to be judged by."""
    return [data.trials[place] for place in _places_of(data)]


def _places_of(data: SweepData) -> list[int]:
    """Return where they are among all trials."""
    if "parallel" not in data.kept:
        is_judged = data.metric_name is not None
        data.kept["parallel"] = [
            place
            for place, trial in enumerate(data.trials)
            if (trial.best is not None if is_judged else trial.parameters)
        ]
    found: list[int] = data.kept["parallel"]
    return found


def _of_rows(data: SweepData, key: str) -> Column:
    """Return a column of the trials that are drawn."""
    told = column(data, key)
    return replace(told, values=[told.values[place] for place in _places_of(data)])


def _nothing(data: SweepData, shown: Sequence[TrialData]) -> str:
    if not data.trials:
        return "No trial has begun yet."
    if not shown and data.metric_name is not None:
        return f"No trial has logged a finite number of {data.metric_name} yet."
    return "These runs have no parameters to compare."


def _dimension(told: Column) -> dict[str, Any]:
    """Return an axis. What trials lack is drawn below all values."""
    low, high = _range(told)
    drawn = _drawn(told)
    places, names = _ticks(told, low, high)
    if told.n_missing:
        bottom = _bottom(low, high)
        places, names, low = [bottom, *places], [_MISSING, *names], bottom
    dimension: dict[str, Any] = {"label": literal(told.label, 24), "values": drawn}
    if places:
        dimension |= {"tickvals": places, "ticktext": names}
    return dimension | {"range": [low, high]}


def _drawn(told: Column) -> list[float]:
    """Return the places of all trials on the axis."""
    bottom = _bottom(*_range(told)) if told.n_missing else 0.0
    if told.is_log:
        return [bottom if value is None else math.log10(value) for value in told.values]
    return [bottom if value is None else float(value) for value in told.values]


def _place(told: Column, value: float) -> float:
    return math.log10(value) if told.is_log else float(value)


def _range(told: Column) -> tuple[float, float]:
    if told.categories:
        return 0.0, max(len(told.categories) - 1.0, 1.0)
    places = [_place(told, value) for value in told.values if value is not None]
    if not places:
        return 0.0, 1.0
    low, high = min(places), max(places)
    if low < high:
        return low, high
    return _bounded(low - 0.5 - abs(low) / 2), _bounded(high + 0.5 + abs(high) / 2)


def _bottom(low: float, high: float) -> float:
    return _bounded(low - _BELOW * (high - low))


def _bounded(place: float) -> float:
    """Return a place that JSON can hold: near the ends of what floats can tell, sums are none."""
    return max(-_LARGEST, min(place, _LARGEST))


def _ticks(told: Column, low: float, high: float) -> tuple[list[float], list[str]]:
    if told.categories:
        names = [plain(name, 24) for name in told.categories]
        return [float(place) for place in range(len(names))], names
    if told.is_log:
        return log_ticks(low, high)
    if told.n_missing:
        places = [low, low / 2 + high / 2, high]
        return places, [f"{place:.4g}" for place in places]
    return [], []


def _line(data: SweepData, shown: Sequence[TrialData]) -> dict[str, Any]:
    if data.metric_name is None or data.goal is None:
        return {"color": "#0072B2"}
    numbers = [trial.best for trial in shown if trial.best is not None]
    low, high = colour_range(sorted(numbers))
    return {
        "color": numbers,
        "colorscale": SCALE,
        "reversescale": not data.goal.wants_greatest,
        "cmin": low,
        "cmax": high,
        "showscale": True,
        "colorbar": {"title": {"text": literal(data.metric_name, 24)}},
    }


def colour_range(ordered: Sequence[float]) -> tuple[float, float]:
    """Return the range of the colours: without outliers that would make all others look alike."""
    low, high = ordered[0], ordered[-1]
    inner_low, inner_high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    width = inner_high - inner_low
    if width > 0:
        low, high = max(low, inner_low - 2 * width), min(high, inner_high + 2 * width)
    return _bounded(low), _bounded(high)


def _notes(data: SweepData, told: Sequence[Column], without: Sequence[TrialData]) -> list[str]:
    notes = []
    if without and data.metric_name is not None:
        notes.append(f"Without a finite {data.metric_name}, not shown: {trials_text(without)}.")
    missing = [shortened(each.label, 24) for each in told if each.n_missing]
    if missing:
        notes.append(f"Trials without a value are at '{_MISSING}' of {', '.join(missing)}.")
    return notes


def _left_out(data: SweepData, keys: Sequence[str], asked: Sequence[str] | None) -> list[str]:
    if asked is not None:
        return []
    n_others = len(data.parameter_names) - sum(key.startswith("parameter:") for key in keys)
    if not n_others:
        return []
    return [f"{n_others:,} of {len(data.parameter_names):,} hyperparameters are not shown."]


def brushed(
    data: SweepData,
    constraints: Mapping[int, Ranges],
    *,
    columns: Sequence[str] | None = None,
) -> list[str]:
    """Return the run ids of the trials that are within all constraints, in order of creation.

    Args:
        data: The sweep.
        constraints: The number of an axis to its range or ranges, as the axis is drawn:
            logarithms to the base 10 on a logarithmic one, numbers of categories from 0.
        columns: The axes, as they were given to `parallel_coordinates`.

    Returns:
        All trials of the sweep if nothing is constrained, else those of the drawn ones that fit.
    """
    active = {place: _ranges(held) for place, held in constraints.items() if _ranges(held)}
    if not active:
        return [trial.run_id for trial in data.trials]
    shown = _rows(data)
    keys = parallel_columns(data) if columns is None else list(columns)
    kept = [True] * len(shown)
    for place, ranges in active.items():
        if not 0 <= place < len(keys):
            continue
        for row, value in enumerate(_drawn(_of_rows(data, keys[place]))):
            kept[row] = kept[row] and any(low <= value <= high for low, high in ranges)
    return [trial.run_id for trial, is_kept in zip(shown, kept, strict=True) if is_kept]


def _ranges(held: Any) -> list[tuple[float, float]]:
    """Return ranges of whatever Plotly tells: none, one, several, or one in a list by itself."""
    if not held:
        return []
    if not isinstance(held[0], (list, tuple)):
        low, high = held
        return [(min(low, high), max(low, high))]
    return [pair for each in held for pair in _ranges(each)]


def constraints_from(
    earlier: Mapping[int, Ranges], changes: Iterable[Mapping[str, Any]] | Mapping[str, Any]
) -> dict[int, Ranges]:
    """Return the constraints after what Plotly tells of a brush.

    Args:
        earlier: The constraints before.
        changes: Plotly's `restyleData`: changes by path, such as
            `{"dimensions[1].constraintrange": [[0.1, 0.4]]}`; a list of them, which may hold the
            numbers of traces too, or one.
    """
    told: list[Any] = [changes] if isinstance(changes, Mapping) else list(changes or ())
    constraints = dict(earlier)
    for change in told:
        if not isinstance(change, Mapping):
            continue
        for path, ranges in change.items():
            found = _CHANGE.fullmatch(str(path))
            if found is None:
                continue
            place, held = int(found[1]), _ranges(ranges)
            constraints.pop(place, None)
            if held:
                constraints[place] = [list(pair) for pair in held]
    return constraints

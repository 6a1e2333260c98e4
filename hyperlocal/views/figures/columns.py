"""Columns: hyperparameters, metrics and facts of trials as axes.

A column has a key, so that a hyperparameter and a metric of one name stay apart:
`parameter:lr`, `metric:loss` (the best of the primary metric, the last of any other),
`metric:loss:least`, `metric:loss:greatest`, `metric:loss:last`, `trial:number`,
`trial:duration`, `trial:started`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hyperlocal.domain.distribution import (
    Choice,
    LogNormal,
    LogUniform,
    QLogNormal,
    QLogUniform,
)
from hyperlocal.domain.parameters import identity
from hyperlocal.errors import HyperlocalError
from hyperlocal.views import text
from hyperlocal.views.figures.drawing import axis, finite
from hyperlocal.views.figures.wording import literal, plain, shortened
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["Column", "column", "columns", "metric_key", "parameter_columns"]

_MOST_CATEGORIES = 20  # a choice of more numbers is an axis of numbers
_LONGEST_CATEGORY = 40
_LOGARITHMIC = (LogNormal, LogUniform, QLogNormal, QLogUniform)
_FACTS = ("trial:number", "trial:duration", "trial:started")
_PARTS = ("best", "least", "greatest", "last")


@dataclass(frozen=True)
class Column:
    """One value of each trial.

    Attributes:
        key: Names it, among all columns.
        label: What people call it.
        values: Of each trial, in their order, a number, or the place of its category in
            `categories`; None where it has none that can be drawn.
        categories: The names of the categories; empty if the values are numbers.
        is_log: Whether it is drawn on a logarithmic scale; then all values are above 0.
    """

    key: str
    label: str
    values: Sequence[float | None]
    categories: tuple[str, ...] = ()
    is_log: bool = False

    @cached_property
    def n_missing(self) -> int:
        """How many trials have no value that can be drawn."""
        return sum(value is None for value in self.values)

    @cached_property
    def is_constant(self) -> bool:
        """Whether all trials that have a value have the same."""
        return len({value for value in self.values if value is not None}) <= 1

    def drawn(self, value: float | None) -> Any:
        """Return a value as an axis takes it: a category by its name."""
        if value is None or not self.categories:
            return value
        return literal(self.categories[int(value)])

    def in_space(self, value: float | None) -> Any:
        """Return a value as an axis in three dimensions takes it."""
        if value is None or not self.categories:
            return value
        return plain(self.categories[int(value)])

    def axis_in_space(self) -> dict[str, Any]:
        """Return the axis of this column in three dimensions."""
        made = {**self.axis(), "title": {"text": plain(self.label)}}
        if self.categories:
            made["categoryarray"] = [plain(name) for name in self.categories]
        return made

    def axis(self, longest: int = 60) -> dict[str, Any]:
        """Return the axis of this column, with so many letters of its name."""
        label = shortened(self.label, longest)
        if self.categories:
            names = [literal(name) for name in self.categories]
            return axis(label, type="category", categoryorder="array", categoryarray=names)
        return axis(label, type="log" if self.is_log else "linear", exponentformat="power")


def columns(data: SweepData) -> list[tuple[str, str]]:
    """Return key and label of each column that there is to choose from: metrics first."""
    told = [(f"metric:{name}", name) for name in data.metric_names]
    told += [(f"parameter:{name}", name) for name in data.parameter_names]
    return told + [(key, _fact_label(key)) for key in _FACTS]


def metric_key(data: SweepData) -> str | None:
    """Return the key of the primary metric; None if nothing is judged."""
    return None if data.metric_name is None else f"metric:{data.metric_name}"


def parameter_columns(data: SweepData) -> list[Column]:
    """Return the hyperparameters, without those that all trials have alike."""
    told = [column(data, f"parameter:{name}") for name in data.parameter_names]
    return [each for each in told if not each.is_constant]


def column(data: SweepData, key: str) -> Column:
    """Return a column of all trials; it is made once for the same data.

    Args:
        data: The sweep.
        key: Its key, or the name of a hyperparameter or else of a metric.

    Raises:
        HyperlocalError: There is none of this key.
    """
    if key not in data.kept:
        data.kept[key] = _made(data, key)
    found: Column = data.kept[key]
    return found


def _made(data: SweepData, key: str) -> Column:
    kind, _, name = key.partition(":")
    if key in _FACTS:
        return Column(key, _fact_label(key), [_fact(data, key, trial) for trial in data.trials])
    if kind == "parameter":
        return _parameter(data, key, name)
    if kind == "metric":
        return _metric(data, key, name)
    if key in data.parameter_names:
        return _parameter(data, f"parameter:{key}", key)
    if key in data.metric_names:
        return _metric(data, f"metric:{key}", key)
    known = ", ".join(shortened(each) for each, _ in columns(data)[:12])
    raise HyperlocalError(f"There is no column {key!r} to draw. There are {known}.")


def _fact_label(key: str) -> str:
    return {
        "trial:number": "trial",
        "trial:duration": "duration in seconds",
        "trial:started": "seconds until its start",
    }[key]


def _fact(data: SweepData, key: str, trial: TrialData) -> float | None:
    if key == "trial:number":
        return trial.number
    if key == "trial:duration":
        return finite(trial.duration_s(data.read_at))
    return None if trial.started_at is None else trial.started_at - data.created_at


def _metric(data: SweepData, key: str, name: str) -> Column:
    base, _, part = name.rpartition(":")
    if part not in _PARTS or name in data.metric_names:
        base, part = name, "best" if name == data.metric_name else "last"
    label = base if part == "best" or ":" not in key[7:] else f"{base} ({part})"
    return Column(key, label, [_number_of(data, base, part, trial) for trial in data.trials])


def _number_of(data: SweepData, name: str, part: str, trial: TrialData) -> float | None:
    told = trial.metrics.get(name)
    if told is None:
        return None
    if part == "best" and data.goal is not None:
        part = "greatest" if data.goal.wants_greatest else "least"
    return finite(getattr(told, part, told.last))


def _parameter(data: SweepData, key: str, name: str) -> Column:
    space = {} if data.sweep is None else dict(data.sweep.space)
    distribution = space.get(name)
    held = [trial.parameters[name] for trial in data.trials if name in trial.parameters]
    options = distribution.options if isinstance(distribution, Choice) else ()
    if (
        all(map(_is_number, held))
        and not 0 < len({*map(identity_of, options)}) <= _MOST_CATEGORIES
    ):
        numbers = [finite(trial.parameters.get(name)) for trial in data.trials]
        known = [value for value in numbers if value is not None]
        is_log = isinstance(distribution, _LOGARITHMIC) or _spans_magnitudes(options)
        return Column(key, name, numbers, (), is_log and bool(known) and min(known) > 0)
    return _categorical(key, name, [*options, *held], data.trials)


def _categorical(key: str, name: str, held: Sequence[Any], trials: Sequence[TrialData]) -> Column:
    found: dict[Any, Any] = {}
    for value in held:
        found.setdefault(identity_of(value), value)
    if all(map(_is_number, found.values())):
        found = dict(sorted(found.items(), key=lambda pair: pair[1]))
    names = _distinct([_category(value) for value in found.values()], list(found.values()))
    places = {key: float(place) for place, key in enumerate(found)}
    values = [
        places[identity_of(trial.parameters[name])] if name in trial.parameters else None
        for trial in trials
    ]
    used = sorted({int(value) for value in values if value is not None})
    renumbered = {old: float(new) for new, old in enumerate(used)}
    kept = tuple(names[place] for place in used)
    return Column(key, name, [None if v is None else renumbered[int(v)] for v in values], kept)


def _category(value: Any) -> str:
    return shortened(text.setting(value, text.SHORT_DIGITS), _LONGEST_CATEGORY)


def _distinct(names: list[str], values: list[Any]) -> list[str]:
    """Return names that differ: where some are alike, each says of what type it is."""
    told = [
        f"{name} ({type(value).__name__})" if names.count(name) > 1 else name
        for name, value in zip(names, values, strict=True)
    ]
    return [
        f"{name} [{place}]" if told.count(name) > 1 else name for place, name in enumerate(told, 1)
    ]


def identity_of(value: Any) -> Any:
    """Return what is equal for equal values; 1, 1.0, True and "1" stay apart."""
    if value is None or isinstance(value, (str, int, float)):
        return type(value), value
    return identity({"": value})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _spans_magnitudes(options: Sequence[Any]) -> bool:
    known = [option for option in options if _is_number(option) and option > 0]
    return bool(known) and len(known) == len(options) and max(known) >= 1000 * min(known)

"""Metric shapes: what the history holds as `get_metrics` shows them.

A metric logged once is a scalar, more often a list; rows and tables with one row are a dict of
scalars, with more a dict of lists. The first value fixes a column: after a float, all are floats.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hyperlocal.errors import MetricError
from hyperlocal.services.runs.metric_errors import malformed

if TYPE_CHECKING:
    from hyperlocal.history import Series

__all__ = ["artifact_uri", "metrics_by_run", "metrics_of"]

_TABULAR = {"row", "table"}


def artifact_uri(run_id: str, name: str) -> str:
    """Return the text that stands for an artifact among the metrics."""
    return f"aml://artifactId/ExperimentRun/dcid.{run_id}/{name}"


def metrics_of(series: Iterable[Series]) -> dict[str, Any]:
    """Return metric name to value, in order of first logging, of what one run logged."""
    return {each.name: _shape(each) for each in series}


def metrics_by_run(series: Iterable[Series]) -> dict[str, dict[str, Any]]:
    """Return run id to its metrics; runs without any are left out.

    A metric that cannot be shown in one shape has its values as they were logged, with a warning:
    one run must not hide all others.
    """
    by_run: dict[str, dict[str, Any]] = {}
    for each in series:
        by_run.setdefault(each.run_id, {})[each.name] = _leniently(each)
    return by_run


def _leniently(series: Series) -> Any:
    try:
        return _shape(series)
    except (MetricError, TypeError, ValueError) as error:
        message = getattr(error, "message", str(error))
        warnings.warn(f"{message} Its values are shown as they were logged.", stacklevel=4)
        return series.values


def _shape(series: Series) -> Any:
    kinds = {series.kinds} if isinstance(series.kinds, str) else set(series.kinds)
    if kinds & _TABULAR and kinds - _TABULAR:
        why = "it holds rows or tables as well as single values. Give each its own name."
        raise malformed(series.name, series.run_id, why)
    if kinds & _TABULAR:
        return _table(series)
    values, first = series.values, series.kind_at(0)
    if first == "artifact":
        return artifact_uri(series.run_id, values[0])
    if "artifact" in kinds:
        values = [
            artifact_uri(series.run_id, value) if series.kind_at(index) == "artifact" else value
            for index, value in enumerate(values)
        ]
    if first == "float" and len(kinds) > 1:
        values = _as_floats(values, series.name, series.run_id)
    return values[0] if len(values) == 1 else values


def _table(series: Series) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {column: [] for column in series.values[0]}
    for row in series.values:
        for column, cells in columns.items():
            if column not in row:
                why = f"column {column!r} is missing in one of its rows."
                raise malformed(series.name, series.run_id, why)
            held = row[column]
            if isinstance(held, list):
                cells.extend(held)
            else:
                cells.append(held)
    for column, cells in columns.items():
        if type(cells[0]) is float:
            columns[column] = _as_floats(cells, f"{series.name}.{column}", series.run_id)
    if all(len(cells) == 1 for cells in columns.values()):
        return {column: cells[0] for column, cells in columns.items()}
    return dict(columns)


def _as_floats(values: list[Any], name: str, run_id: str) -> list[float]:
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"Metric {name!r} of run {run_id} began with a float, so that all its values must be "
            f"numbers: {error}. Log texts under another name."
        ) from error

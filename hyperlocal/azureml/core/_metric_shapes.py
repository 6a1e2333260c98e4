"""Metric shapes: points of the history as `get_metrics` shows them.

A metric logged once is a scalar, more often a list; rows and tables with one row are a dict of
scalars, with more a dict of lists. The first value fixes a column: after a float, all are floats.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._metric_errors import malformed
from hyperlocal.azureml.exceptions import AzureMLException

if TYPE_CHECKING:
    from hyperlocal.history import MetricPoint

__all__ = ["artifact_uri", "metrics_by_run", "metrics_of"]

_TABULAR = ("row", "table")


def artifact_uri(run_id: str, name: str) -> str:
    """Return the text that stands for an artifact among the metrics."""
    return f"aml://artifactId/ExperimentRun/dcid.{run_id}/{name}"


def metrics_of(points: Iterable[MetricPoint]) -> dict[str, Any]:
    """Return metric name to value, in order of first logging, of one run's points."""
    return {name: _shape(name, found) for name, found in _by_name(points).items()}


def metrics_by_run(points: Iterable[MetricPoint]) -> dict[str, dict[str, Any]]:
    """Return run id to its metrics; runs without any are left out.

    A metric that cannot be shown in one shape has its values as they were logged, with a warning:
    one run must not hide all others.
    """
    by_run: dict[str, list[MetricPoint]] = {}
    for point in points:
        by_run.setdefault(point.run_id, []).append(point)
    return {run_id: _leniently(found) for run_id, found in by_run.items()}


def _leniently(points: list[MetricPoint]) -> dict[str, Any]:
    by_name = _by_name(points)
    shown = {}
    for name, found in by_name.items():
        try:
            shown[name] = _shape(name, found)
        except (AzureMLException, TypeError, ValueError) as error:
            message = getattr(error, "message", str(error))
            warnings.warn(f"{message} Its values are shown as they were logged.", stacklevel=4)
            shown[name] = [point.value for point in found]
    return shown


def _by_name(points: Iterable[MetricPoint]) -> dict[str, list[MetricPoint]]:
    by_name: dict[str, list[MetricPoint]] = {}
    for point in points:
        by_name.setdefault(point.name, []).append(point)
    return by_name


def _shape(name: str, points: list[MetricPoint]) -> Any:
    first = points[0]
    n_tabular = sum(point.kind in _TABULAR for point in points)
    if 0 < n_tabular < len(points):
        why = "it holds rows or tables as well as single values. Give each its own name."
        raise malformed(name, first.run_id, why)
    if n_tabular:
        return _table(name, points)
    if first.kind == "artifact":
        return artifact_uri(first.run_id, first.value)
    values: list[Any] = [
        artifact_uri(point.run_id, point.value) if point.kind == "artifact" else point.value
        for point in points
    ]
    if first.kind == "float":
        values = _as_floats(values, name, first.run_id)
    return values[0] if len(values) == 1 else values


def _table(name: str, points: list[MetricPoint]) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {column: [] for column in points[0].value}
    for point in points:
        for column, cells in columns.items():
            if column not in point.value:
                why = f"column {column!r} is missing in one of its rows."
                raise malformed(name, point.run_id, why)
            held = point.value[column]
            if isinstance(held, list):
                cells.extend(held)
            else:
                cells.append(held)
    for column, cells in columns.items():
        if type(cells[0]) is float:
            columns[column] = _as_floats(cells, f"{name}.{column}", points[0].run_id)
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

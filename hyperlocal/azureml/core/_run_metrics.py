"""Metrics of runs, read from the history in the SDK's shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._metric_shapes import artifact_uri, metrics_of
from hyperlocal.azureml.core._run_lookup import HYPERDRIVE, select
from hyperlocal.reading import text_of

if TYPE_CHECKING:
    from hyperlocal.history import History, MetricPoint, RunRecord

__all__ = ["metrics_below", "metrics_of_run"]


def metrics_of_run(
    history: History, record: RunRecord, name: str | None, fills_in: bool
) -> dict[str, Any]:
    """Return one run's metrics, of a sweep with the table of its best children.

    Args:
        history: Where they are.
        record: The run.
        name: Only this metric.
        fills_in: Whether a JSON artifact is shown by its content.
    """
    points = history.metrics.points(record.run_id, None if name is None else text_of(name))
    metrics = metrics_of(points)
    if fills_in:
        _fill_in(history, points, metrics)
    if record.kind == HYPERDRIVE:
        from hyperlocal.azureml.train.hyperdrive._parent_facts import BEST_TABLE, best_table

        table = best_table(history, record) if name in (None, BEST_TABLE) else None
        if table is not None:
            metrics[BEST_TABLE] = table
    return metrics


def metrics_below(
    history: History, record: RunRecord, name: str | None, run_type: str | None, fills_in: bool
) -> dict[str, dict[str, Any]]:
    """Return run id to metrics, of a run and all below it that logged any."""
    below = select(history, history.runs.children(record.run_id, recursive=True), type=run_type)
    found = {r.run_id: metrics_of_run(history, r, name, fills_in) for r in (*below, record)}
    return {run_id: metrics for run_id, metrics in found.items() if metrics}


def _fill_in(history: History, points: list[MetricPoint], metrics: dict[str, Any]) -> None:
    for point in points:
        if point.kind != "artifact":
            continue
        path = history.folder(point.run_id).file(point.value)
        uri = artifact_uri(point.run_id, point.value)
        if path is None or metrics.get(point.name) != uri:
            continue
        try:
            metrics[point.name] = json.loads(path.read_bytes())
        except ValueError:
            continue  # an image

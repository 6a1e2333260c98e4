"""Metrics of runs, read from the history in the SDK's shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_lookup import select
from hyperlocal.reading import text_of
from hyperlocal.services.runs.kinds import HYPERDRIVE
from hyperlocal.services.runs.metric_shapes import metrics_of

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord, Series

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
    wanted = None if name is None else text_of(name)
    return _shown(history, record, history.series.of(record.run_id, wanted), name, fills_in)


@as_sdk_errors
def _shown(
    history: History, record: RunRecord, series: list[Series], name: str | None, fills_in: bool
) -> dict[str, Any]:
    metrics = metrics_of(series)
    if fills_in:
        _fill_in(history, series, metrics)
    if record.kind == HYPERDRIVE:
        from hyperlocal.services.runs.parent_facts import BEST_TABLE, best_table

        table = best_table(history, record) if name in (None, BEST_TABLE) else None
        if table is not None:
            metrics[BEST_TABLE] = table
    return metrics


def metrics_below(
    history: History, record: RunRecord, name: str | None, run_type: str | None, fills_in: bool
) -> dict[str, dict[str, Any]]:
    """Return run id to metrics, of a run and all below it that logged any."""
    below = select(history, history.runs.children(record.run_id, recursive=True), type=run_type)
    logged: dict[str, list[Series]] = {}
    for each in history.series.below(record.run_id, name):
        logged.setdefault(each.run_id, []).append(each)
    found = {
        each.run_id: _shown(history, each, logged.get(each.run_id, []), name, fills_in)
        for each in (*below, record)
        if each.run_id in logged or each.kind == HYPERDRIVE
    }
    return {run_id: metrics for run_id, metrics in found.items() if metrics}


def _fill_in(history: History, series: list[Series], metrics: dict[str, Any]) -> None:
    for each in series:
        if each.kind_at(0) != "artifact":
            continue
        path = history.folder(each.run_id).file(each.values[0])
        if path is None:
            continue
        try:
            metrics[each.name] = json.loads(path.read_bytes())
        except ValueError:
            continue  # an image

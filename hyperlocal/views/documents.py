"""Documents: runs as plain values for `--json`.

Times are ISO 8601 in UTC, secrets are hidden, and what JSON cannot hold (NaN, infinities) is null.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hyperlocal.domain.secrecy import shown_arguments, shown_value, shown_values
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import plans
from hyperlocal.views.leaderboard import Leaderboard, read_standing
from hyperlocal.views.tables import RunRow
from hyperlocal.views.text import run_duration, timestamp

__all__ = ["finite", "run_document", "runs_document", "trial_document"]


def runs_document(rows: Sequence[RunRow], now: float) -> list[dict[str, Any]]:
    """Return the list of runs."""
    return [
        {
            **_identity(row.record, now),
            "trials_ended": row.n_finished,
            "trials_total": row.n_trials,
            "metric": row.metric_name,
            "best": finite(row.best),
        }
        for row in rows
    ]


def run_document(history: History, record: RunRecord, now: float) -> dict[str, Any]:
    """Return everything about one run and, of a sweep, every trial, best first."""
    leaderboard = read_standing(history, record)
    trouble = plans.trouble_with(record)
    document = {
        **_trial(record, now),
        "display_name": record.display_name,
        "description": record.description,
        "tags": shown_values(record.tags),
        "properties": shown_values(record.properties),
        "error": record.error,
        "warnings": [*record.warnings, *([] if trouble is None else [trouble])],
        "folder": str(history.folder(record.run_id).path),
    }
    if leaderboard.sweep is not None:
        document["sweep"] = _sweep(leaderboard, leaderboard.sweep)
    if leaderboard.entries:
        document["children"] = [
            trial_document(entry.record, now, entry.metric) for entry in leaderboard.entries
        ]
    if record.parameters is not None or leaderboard.sweep is None:
        document["metrics"] = _metrics(history, record)
        document["decisions"] = [
            {"interval": d.interval, "stop": d.stop, "reason": d.reason}
            for d in history.decisions.of(record.run_id)
        ]
        document["files"] = history.folder(record.run_id).file_names()
    return document


def trial_document(record: RunRecord, now: float, metric: float | None) -> dict[str, Any]:
    """Return what there is to say of a trial, or of a run, with its best primary metric."""
    return {**_trial(record, now), "metric": finite(metric)}


def _identity(record: RunRecord, now: float) -> dict[str, Any]:
    return {
        "run_id": record.run_id,
        "parent_id": record.parent_id,
        "experiment": record.experiment,
        "number": record.number,
        "kind": record.kind,
        "status": record.status.value,
        "created": timestamp(record.created_at),
        "started": timestamp(record.started_at),
        "ended": timestamp(record.ended_at),
        "duration_s": run_duration(record, now),
    }


def _trial(record: RunRecord, now: float) -> dict[str, Any]:
    return {
        **_identity(record, now),
        "cause": None if record.cause is None else record.cause.value,
        "reason": record.reason,
        "exit_code": record.exit_code,
        "parameters": finite(shown_value("", record.parameters)),
        "command": shown_arguments(plans.command_of(record)) or None,
    }


def _sweep(leaderboard: Leaderboard, sweep: Sweep) -> dict[str, Any]:
    best = leaderboard.best
    return {
        "metric": sweep.metric_name,
        "goal": sweep.goal.value,
        "sampling": sweep.sampling.kind.value,
        "seed": sweep.sampling.seed,
        "space": plans.space_text(sweep),
        "policy": None if sweep.policy is None else plans.policy_text(sweep),
        "max_trials": sweep.limits.max_trials,
        "max_concurrent": sweep.limits.max_concurrent,
        "max_duration_s": sweep.limits.max_duration_s,
        "max_trial_duration_s": sweep.launch.max_duration_s,
        "counts": leaderboard.counts,
        "best_run_id": None if best is None else best.record.run_id,
        "best": None if best is None else finite(best.metric),
    }


def _metrics(history: History, record: RunRecord) -> dict[str, list[Any]]:
    metrics: dict[str, list[Any]] = {}
    for point in history.metrics.points(record.run_id):
        metrics.setdefault(point.name, []).append(finite(point.value))
    return metrics


def finite(value: Any) -> Any:
    """Return `value` with None for every number that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: finite(held) for name, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(held) for held in value]
    return value

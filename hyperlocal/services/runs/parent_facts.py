"""Parent facts: tags, properties and the table that the service keeps with a sweep's parent run.

None of it is stored: it follows from the plan, the children and what they logged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.secrecy import shown_value
from hyperlocal.domain.status import Status
from hyperlocal.services.runs.configurations import (
    generator_config_of,
    policy_config_of,
    primary_metric_config_of,
)
from hyperlocal.services.runs.definitions import definition_of, hyperparameters_text, snapshot_id
from hyperlocal.services.runs.ranking import best_child, sweep_from

if TYPE_CHECKING:
    from hyperlocal.domain.sweep import Sweep
    from hyperlocal.history import History, RunRecord

__all__ = ["BEST_TABLE", "best_table", "parent_properties", "parent_tags", "whole_minutes"]

BEST_TABLE = "best_child_by_primary_metric"
_PREFIX = "_aml_system_"


def parent_tags(history: History, record: RunRecord) -> dict[str, str]:
    """Return the tags that the service puts on a sweep's parent run."""
    sweep = sweep_from(record)
    children = history.runs.children_after(record.run_id, 0)
    is_over = record.status.is_terminal
    facts = {
        "max_concurrent_jobs": sweep.limits.max_concurrent,
        "max_total_jobs": sweep.limits.max_trials,
        "max_duration_minutes": whole_minutes(sweep),
        "policy_config": json.dumps(policy_config_of(sweep)),
        "generator_config": json.dumps(_shown_generator(generator_config_of(sweep))),
        "primary_metric_config": json.dumps(primary_metric_config_of(sweep)),
        "platform_config": json.dumps(_platform_config(history, record)),
        "resume_child_runs": "null",
        "all_jobs_generated": _truth(is_over or len(children) >= sweep.limits.max_trials),
        "cancellation_requested": _truth(
            record.status in (Status.CANCEL_REQUESTED, Status.CANCELED)
        ),
        "samples_generated_count": len(children),
        "environment_preparation_status": "PREPARED",
        "prepare_run_id": f"{record.run_id}_preparation",
    }
    facts.update({c.run_id: hyperparameters_text(c) for c in children if c.parameters is not None})
    return {f"{_PREFIX}{name}": str(fact) for name, fact in facts.items()}


def parent_properties(history: History, record: RunRecord) -> dict[str, str]:
    """Return the properties that the service puts on a sweep's parent run."""
    from hyperlocal.search import space_size

    sweep = sweep_from(record)
    size = space_size(sweep.space)
    properties = {
        "primary_metric_config": json.dumps(primary_metric_config_of(sweep)),
        "resume_from": "null",
        "runTemplate": "HyperDrive",
        "azureml.runsource": "hyperdrive",
        "platform": "AML" if sweep.workflow is None else "AML_PIPELINES",
        "ContentSnapshotId": snapshot_id(record),
        "user_agent": "hyperlocal",
        "space_size": "infinite_space_size" if size is None else str(size),
    }
    best = best_child(history, record.run_id, sweep) if record.status.is_terminal else None
    if best is not None:
        properties["score"] = str(best[1])
        properties["best_child_run_id"] = best[0].run_id
        properties["best_metric_status"] = "Succeeded"
        properties["best_data_container_id"] = f"dcid.{best[0].run_id}"
    return properties


def best_table(history: History, record: RunRecord) -> dict[str, Any] | None:
    """Return the table of each new best child, with the last repeated as final at the end.

    Columns are lists, or scalars while there is one row. None before any child logged a number.
    """
    sweep = sweep_from(record)
    rising = history.ranking.rising(
        record.run_id, sweep.metric_name, greatest=sweep.goal.wants_greatest
    )
    rows = [_row(sweep, *point, is_final=False) for point in rising]
    if not rows:
        return None
    if record.status.is_terminal:
        last = rows[-1]
        ended_at = record.ended_at if record.ended_at is not None else 0.0
        rows.append(_row(sweep, last["run_id"], last["metric_value"], ended_at, is_final=True))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return columns if len(rows) > 1 else rows[0]


def _row(
    sweep: Sweep, run_id: str, value: float, seconds: float, *, is_final: bool
) -> dict[str, Any]:
    from datetime import datetime, timezone

    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return {
        "metric_name": sweep.metric_name,
        "timestamp": moment.strftime("%Y-%m-%d %H:%M:%S.%f+00:00"),
        "run_id": run_id,
        "metric_value": value,
        "final": is_final,
    }


def whole_minutes(sweep: Sweep) -> float:
    """Return the time limit of a sweep in minutes, an integer if it is one."""
    minutes = sweep.limits.max_duration_s / 60
    return int(minutes) if minutes == minutes // 1 and minutes < 1e15 else minutes


def _platform_config(history: History, record: RunRecord) -> dict[str, Any]:
    definition = definition_of(history, record)
    overrides = {k: definition.get(k) for k in ("script", "arguments", "target", "framework")}
    return {
        "ExperimentName": record.experiment,
        "Definition": {"SnapshotId": snapshot_id(record), "Overrides": overrides},
    }


def _shown_generator(config: dict[str, Any]) -> dict[str, Any]:
    """Return a sampling's configuration without the options of choices that are secrets."""
    space = {
        name: [kind, *(shown_value(name, held) for held in rest)]
        for name, (kind, *rest) in config.get("parameter_space", {}).items()
    }
    return {**config, "parameter_space": space} if space else config


def _truth(is_true: bool) -> str:
    return "true" if is_true else "false"

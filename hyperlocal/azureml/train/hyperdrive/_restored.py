"""A recorded sweep as the configuration that it was submitted with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hyperlocal.azureml._translate.resume import RESUME_CHILD_RUNS_TAG, RESUME_FROM_PROPERTY
from hyperlocal.services.runs.configurations import (
    generator_config_of,
    policy_config_of,
    primary_metric_config_of,
)
from hyperlocal.services.runs.parent_facts import whole_minutes
from hyperlocal.services.runs.ranking import sweep_from

if TYPE_CHECKING:
    from hyperlocal.azureml.train.hyperdrive.runconfig import HyperDriveConfig
    from hyperlocal.history import RunRecord

__all__ = ["restored_config"]


def restored_config(record: RunRecord) -> HyperDriveConfig:
    """Return a configuration equal to the one that a sweep was submitted with."""
    from hyperlocal.azureml.train.hyperdrive.runconfig import HyperDriveConfig

    sweep = sweep_from(record)
    return HyperDriveConfig._restored(
        generator_config=generator_config_of(sweep),
        policy_config=policy_config_of(sweep),
        primary_metric_config=primary_metric_config_of(sweep),
        max_total_runs=sweep.limits.max_trials,
        max_concurrent_runs=sweep.limits.max_concurrent,
        max_duration_minutes=whole_minutes(sweep),
        runs_pipelines=sweep.workflow is not None,
        resume_from=json.loads(record.properties.get(RESUME_FROM_PROPERTY, "null")),
        resume_child_runs=json.loads(record.tags.get(RESUME_CHILD_RUNS_TAG, "null")),
    )

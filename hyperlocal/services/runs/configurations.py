"""Configurations: a sweep in the documents that are kept of one with its parent run."""

from __future__ import annotations

from typing import Any

from hyperlocal.domain import distribution as d
from hyperlocal.domain.policy import Bandit, TruncationSelection
from hyperlocal.domain.sweep import SamplingKind, Sweep

__all__ = ["generator_config_of", "policy_config_of", "primary_metric_config_of"]


def generator_config_of(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep's sampling as such a document."""
    names = {
        SamplingKind.GRID: "GRID",
        SamplingKind.RANDOM: "RANDOM",
        SamplingKind.BAYESIAN: "BayesianOptimization",
    }
    space = {name: _expression(held) for name, held in sweep.space}
    return {
        "name": names[sweep.sampling.kind],
        "parameter_space": space,
        "properties": {"seed": sweep.sampling.seed, **sweep.sampling.options},
    }


def _expression(held: d.Distribution) -> list[Any]:
    if isinstance(held, d.Choice):
        return ["choice", [list(held.options)]]
    return [type(held).__name__.lower(), list(vars(held).values())]


def policy_config_of(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep's policy as such a document."""
    policy = sweep.policy
    if policy is None:
        return {"name": "Default"}
    properties: dict[str, Any] = {
        "evaluation_interval": policy.schedule.evaluation_interval,
        "delay_evaluation": policy.schedule.delay_evaluation,
    }
    if isinstance(policy, Bandit):
        if policy.slack_factor is not None:
            properties["slack_factor"] = policy.slack_factor
        else:
            properties["slack_amount"] = policy.slack_amount
    elif isinstance(policy, TruncationSelection):
        properties["truncation_percentage"] = policy.percentage
        properties["exclude_finished_jobs"] = False
    return {"name": type(policy).__name__, "properties": properties}


def primary_metric_config_of(sweep: Sweep) -> dict[str, str]:
    """Return a sweep's metric and goal as such a document."""
    return {"name": sweep.metric_name, "goal": sweep.goal.value}

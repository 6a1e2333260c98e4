"""Plans: a sweep's settings, read from its run and put into words."""

from __future__ import annotations

import dataclasses
import math
from string import Template

from hyperlocal.domain.distribution import Choice, Distribution, RandInt
from hyperlocal.domain.policy import Bandit, MedianStopping, TruncationSelection
from hyperlocal.domain.secrecy import shown_value
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Job, Plan, Sweep, Workflow
from hyperlocal.errors import PlanError
from hyperlocal.history import plans as recorded_plans
from hyperlocal.history.records import RunRecord
from hyperlocal.views import text

__all__ = [
    "command_of",
    "earlier_text",
    "limits_text",
    "most_trials",
    "plan_of",
    "policy_text",
    "sampling_text",
    "space_text",
    "sweep_of",
    "trouble_with",
]

_SHOWN_OPTIONS = 12


def plan_of(record: RunRecord) -> Plan | Workflow | None:
    """Return what the run was told to do.

    None for a run without a controller of its own, and for one of which that cannot be read:
    `trouble_with` tells so, and what else is known of the run can be shown.
    """
    try:
        return recorded_plans.plan_of(record)
    except PlanError:
        return None


def trouble_with(record: RunRecord) -> str | None:
    """Return why it cannot be read what the run was told to do; None if it can."""
    try:
        recorded_plans.plan_of(record)
    except PlanError as error:
        return str(error)
    return None


def command_of(record: RunRecord) -> list[str]:
    """Return the argument vector of a trial or a single script; empty for what runs none."""
    if record.command is not None:
        return record.command
    plan = plan_of(record)
    if not isinstance(plan, Job):
        return []
    return [Template(token).safe_substitute() for token in plan.launch.command]


def sweep_of(record: RunRecord) -> Sweep | None:
    """Return the run's sweep, or None if it is not the parent of one."""
    plan = plan_of(record)
    return plan if isinstance(plan, Sweep) else None


def most_trials(sweep: Sweep) -> int:
    """Return how many trials the sweep can have: its limit, or fewer if its space is smaller."""
    points = _count_points(sweep.space)
    limit = sweep.limits.max_trials
    if points is None:
        return limit
    names = set(sweep.space.names)
    n_elsewhere = sum(set(each.parameters) != names for each in sweep.resumed)
    return min(limit, points + n_elsewhere)


def _count_points(space: Space) -> int | None:
    sizes = []
    for _, distribution in space:
        if isinstance(distribution, Choice):
            sizes.append(len(distribution.options))
        elif isinstance(distribution, RandInt):
            sizes.append(distribution.upper)
        else:
            return None
    return math.prod(sizes)


def sampling_text(sweep: Sweep) -> str:
    """Return how parameters are chosen, with the seed that repeats it."""
    sampling = sweep.sampling
    words = [sampling.kind.value, f"seed {sampling.seed}"]
    words += [f"{name} {content}" for name, content in sampling.options.items()]
    return ", ".join(words)


def space_text(sweep: Sweep) -> list[str]:
    """Return one line for each parameter of the search space."""
    return [f"{name}: {_distribution_text(name, held)}" for name, held in sweep.space]


def _distribution_text(name: str, distribution: Distribution) -> str:
    if isinstance(distribution, Choice):
        options = distribution.options[:_SHOWN_OPTIONS]
        shown = [text.setting(shown_value(name, option)) for option in options]
        n_hidden = len(distribution.options) - len(shown)
        return f"choice({', '.join(shown)}{f', ... {n_hidden} more' if n_hidden else ''})"
    fields = dataclasses.fields(distribution)
    values = ", ".join(text.value(getattr(distribution, field.name)) for field in fields)
    return f"{type(distribution).__name__.lower()}({values})"


def earlier_text(sweep: Sweep) -> str:
    """Return what the sweep builds on; empty for one that starts from nothing."""
    words = list(sweep.prior_sweeps)
    if sweep.resumed:
        words.append("resuming " + ", ".join(each.origin for each in sweep.resumed))
    return ", ".join(words)


def limits_text(sweep: Sweep) -> str:
    """Return how much the sweep may use."""
    limits = sweep.limits
    words = [
        text.counted(limits.max_trials, "trial"),
        f"at most {limits.max_concurrent:,} at a time",
        f"{text.duration(limits.max_duration_s)} for all",
    ]
    if sweep.launch.max_duration_s is not None:
        words.append(f"{text.duration(sweep.launch.max_duration_s)} for one")
    return ", ".join(words)


def policy_text(sweep: Sweep) -> str:
    """Return when a trial is given up early."""
    policy = sweep.policy
    if policy is None:
        return "none: every trial runs to its end"
    schedule = policy.schedule
    when = f"every {text.counted(schedule.evaluation_interval, 'interval')}"
    if schedule.evaluation_interval == 1:
        when = "at every interval"
    if schedule.delay_evaluation:
        when += f" from {schedule.delay_evaluation:,} on"
    return f"{_policy_name(policy)}, {when}"


def _policy_name(policy: Bandit | MedianStopping | TruncationSelection) -> str:
    if isinstance(policy, MedianStopping):
        return "median stopping"
    if isinstance(policy, TruncationSelection):
        return f"truncation of the worst {policy.percentage}%"
    if policy.slack_factor is not None:
        return f"bandit with slack factor {policy.slack_factor:g}"
    return f"bandit with slack amount {policy.slack_amount:g}"

"""Policies: by the SDK's names and parameters as text, as objects of the SDK, or as our own."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from hyperlocal.azureml._translate import policy_of
from hyperlocal.azureml.exceptions import AzureMLException
from hyperlocal.azureml.train.hyperdrive.policy import (
    BanditPolicy,
    EarlyTerminationPolicy,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
)
from hyperlocal.domain.policy import Bandit, MedianStopping, Policy, Schedule
from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.errors import HyperlocalError, SweepError
from hyperlocal.reading import shown

__all__ = ["OWN", "policy_from", "policy_text"]

OWN = "own"
"""In place of a policy: the one that the sweep had."""

_KINDS: dict[str, type[EarlyTerminationPolicy]] = {
    "bandit": BanditPolicy,
    "median": MedianStoppingPolicy,
    "medianstopping": MedianStoppingPolicy,
    "truncation": TruncationSelectionPolicy,
    "truncationselection": TruncationSelectionPolicy,
    "none": NoTerminationPolicy,
    "notermination": NoTerminationPolicy,
}
_EXAMPLE = "bandit:slack_factor=0.1,delay_evaluation=5"


def policy_from(told: Any, own: Policy | None) -> Policy | None:
    """Return the policy that is meant.

    Args:
        told: A text such as `bandit:slack_factor=0.1,delay_evaluation=5`, `median`,
            `truncation:truncation_percentage=20`, `none` or `own`; a policy of the SDK; None for
            no policy.
        own: What `own` means.

    Raises:
        SweepError: There is no such policy, or it cannot have these parameters.
    """
    if told is None or (isinstance(told, str) and told.strip().lower() == OWN):
        return None if told is None else own
    if not isinstance(told, str):
        return _translated(told, shown(told))
    name, _, settings = told.partition(":")
    plain = name.strip().lower().replace("_", "").replace("-", "").removesuffix("policy")
    kind = _KINDS.get(plain)
    if kind is None:
        raise SweepError(
            f"There is no policy {name!r} in {told!r}. There are bandit, median_stopping, "
            f"truncation_selection, none, and own for the sweep's own; for instance {_EXAMPLE}"
        )
    values = _values(told, settings)
    known = list(inspect.signature(kind).parameters)
    for parameter in values:
        if parameter not in known:
            has = f"It has {', '.join(known)}." if known else "It has none."
            raise SweepError(f"{kind.__name__} has no parameter {parameter!r} ({told!r}). {has}")
    try:
        made = kind(**values)
    except AzureMLException as error:
        raise SweepError(f"{told!r}: {error.message}") from error
    except TypeError as error:  # one that it must have
        raise SweepError(
            f"{told!r}: {kind.__name__} {error.args[0].partition(') ')[2]}"
        ) from error
    return _translated(made, told)


def _values(told: str, settings: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting in filter(None, (each.strip() for each in settings.split(","))):
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not equals or not name or name in values:
            raise SweepError(f"{setting!r} in {told!r} should be one name=value, as in {_EXAMPLE}")
        try:
            values[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):  # the last of deep nesting
            raise SweepError(
                f"{name} is {value!r} in {told!r}, but must be a number, as in {_EXAMPLE}"
            ) from None
    return values


def _translated(policy: Any, told: str) -> Policy | None:
    described = policy.to_json() if hasattr(policy, "to_json") else None
    if not isinstance(described, dict):
        raise SweepError(
            f"{told} is no policy. Give a policy of the SDK, or a text such as {_EXAMPLE!r}."
        )
    try:
        return policy_of(described, SamplingKind.RANDOM)
    except AzureMLException as error:
        raise SweepError(f"{told}: {error.message}") from error
    except HyperlocalError as error:
        raise SweepError(f"{told}: {error}") from error


def policy_text(policy: Policy | None) -> str:
    """Return a policy as `policy_from` takes it; parameters with their default are left out."""
    if policy is None:
        return "none"
    if isinstance(policy, Bandit):
        slack = "slack_amount" if policy.slack_factor is None else "slack_factor"
        return _with_schedule("bandit", [f"{slack}={getattr(policy, slack):g}"], policy.schedule)
    if isinstance(policy, MedianStopping):
        return _with_schedule("median_stopping", [], policy.schedule)
    share = f"truncation_percentage={policy.percentage}"
    return _with_schedule("truncation_selection", [share], policy.schedule)


def _with_schedule(name: str, settings: list[str], schedule: Schedule) -> str:
    if schedule.evaluation_interval != Schedule().evaluation_interval:
        settings = [*settings, f"evaluation_interval={schedule.evaluation_interval}"]
    if schedule.delay_evaluation != Schedule().delay_evaluation:
        settings = [*settings, f"delay_evaluation={schedule.delay_evaluation}"]
    return f"{name}:{','.join(settings)}" if settings else name

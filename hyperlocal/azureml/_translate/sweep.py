"""Sweeps: a HyperDriveConfig as our `Sweep`."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from hyperlocal.azureml._strict import allow
from hyperlocal.azureml._translate.refusal import is_positive, refused
from hyperlocal.azureml._translate.space import bare_name, flag_of, native, option_of, space_of
from hyperlocal.azureml.exceptions import TrainingException
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import (
    Bandit,
    MedianStopping,
    Policy,
    Schedule,
    TruncationSelection,
)
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.engine import is_strict, machine_slots, trial_start
from hyperlocal.errors import HyperlocalError, NotEmulatedError
from hyperlocal.reading import shown, text_of
from hyperlocal.services.advice import warn_caller

__all__ = ["check_emulated", "policy_of", "sweep_of"]

MOST_TRIALS_IN_CLOUD = 1000
_LARGEST_SEED = 2**63 - 1
_KINDS = {
    "grid": SamplingKind.GRID,
    "random": SamplingKind.RANDOM,
    "bayesianoptimization": SamplingKind.BAYESIAN,
}


def sweep_of(
    config: Any, launch: Launch, *, takes_arguments: bool, most_concurrent: int | None
) -> Sweep:
    """Return what a HyperDriveConfig asks for.

    Args:
        config: The configuration.
        launch: How its trials are started, without what depends on the space.
        takes_arguments: Whether parameters go on the command line; else only into variables.
        most_concurrent: How many nodes the compute target has, if that is known.

    Raises:
        TrainingException: Something that only the service would refuse.
    """
    try:
        return _sweep(config, launch, takes_arguments, most_concurrent)
    except TrainingException:
        raise
    except (HyperlocalError, ValueError) as error:
        raise refused(str(error)) from error


def _sweep(
    config: Any, launch: Launch, takes_arguments: bool, most_concurrent: int | None
) -> Sweep:
    kind = _KINDS.get(str(config._generator_config.get("name")).lower())
    if kind is None:
        raise refused(f"there is no sampling {shown(config._generator_config.get('name'))}.")
    space = space_of(config._generator_config.get("parameter_space"), kind)
    metric = config._primary_metric_config
    if not isinstance(metric["name"], str) or not metric["name"].strip():
        raise refused(
            f"primary_metric_name is {shown(metric['name'])}, but must be the name that the "
            "training script gives to run.log()."
        )
    sampling = _sampling(config, kind)
    _check_searchable(space, sampling)
    return Sweep(
        space=space,
        sampling=sampling,
        metric_name=metric["name"],
        goal=Goal(str(metric["goal"]).lower()),
        limits=_limits(config, most_concurrent),
        launch=dataclasses.replace(
            launch,
            flags={name: flag_of(name) for name in space.names} if takes_arguments else {},
            parameter_variables={
                name: f"AZUREML_SWEEP_{bare_name(name)}"
                for name in space.names
                if "=" not in name  # the name of no variable has one
            },
            # Seen in recorded runs: a grid keeps the order of declaration, the others sort.
            sorts_parameters=kind is not SamplingKind.GRID,
        ),
        policy=policy_of(config._policy_config, kind),
    )


def _check_searchable(space: Space, sampling: Sampling) -> None:
    """Refuse what the controller could only fail over."""
    if sampling.kind is SamplingKind.BAYESIAN and not sampling.options:
        return  # the SDK's constructor has looked at the space, and the model is slow to load
    from hyperlocal.search import make_sampler

    make_sampler(space, sampling)


def check_emulated(config: Any) -> None:
    """Refuse loudly what a HyperDriveConfig can say but a step cannot run.

    Raises:
        NotEmulatedError: It runs a pipeline.
    """
    if config.pipeline is not None:
        raise NotEmulatedError(
            "A HyperDriveStep with HyperDriveConfig(pipeline=...)",
            "Submit the sweep to an experiment, or give it run_config=ScriptRunConfig(...).",
        )


def _limits(config: Any, most_concurrent: int | None) -> Limits:
    n_trials = _count("max_total_runs", config._max_total_runs)
    n_concurrent = _count("max_concurrent_runs", config._max_concurrent_runs)
    minutes = config._max_duration_minutes
    if not is_positive(minutes) or not is_positive(minutes * 60):
        raise refused(
            f"max_duration_minutes is {shown(minutes)}, but must be a finite number above 0."
        )
    if n_trials > MOST_TRIALS_IN_CLOUD:
        sentence = (
            f"max_total_runs is {n_trials}: it runs here, but the cloud refuses more than "
            f"{MOST_TRIALS_IN_CLOUD}."
        )
        allow(refused(sentence), sentence)
    for check in (machine_slots, trial_start, is_strict):
        check()  # refuses a setting that the controller would fail over
    if most_concurrent is not None:
        n_concurrent = min(n_concurrent, most_concurrent)
    return Limits(n_trials, n_concurrent, minutes * 60)


def _count(argument: str, value: Any) -> int:
    plain = native(value)
    if isinstance(plain, bool) or not isinstance(plain, int) or not 1 <= plain <= _LARGEST_SEED:
        raise refused(
            f"{argument} is {shown(value)}, but must be an integer of at least 1 that a database "
            "holds."
        )
    return plain


def _sampling(config: Any, kind: SamplingKind) -> Sampling:
    properties = config._generator_config.get("properties", {})
    if not isinstance(properties, Mapping):
        raise refused(f"the sampling's properties are {shown(properties)}, but must be a dict.")
    seed = properties.get("seed")
    origin = "properties={'seed': ...}"
    if seed is None and os.environ.get("HYPERLOCAL_SEED"):
        seed, origin = os.environ["HYPERLOCAL_SEED"], "HYPERLOCAL_SEED"
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "little")
    number = _seed_in(native(seed))
    if number is None:
        raise refused(
            f"{origin} is {shown(seed)}, but must be a non-negative integer up to {_LARGEST_SEED}."
        )
    others = {text_of(k): v for k, v in properties.items() if k != "seed"}
    try:
        return Sampling(kind, number, {name: option_of(value) for name, value in others.items()})
    except TypeError as error:
        raise refused(f"the sampling's properties cannot be: {error}") from error


def _seed_in(told: Any) -> int | None:
    """Return the seed that a number or a text is; None if it is none."""
    try:
        if isinstance(told, str):
            told = int(told)
        # Compared first: to make an integer of Decimal("1e999999") takes minutes.
        is_possible = not isinstance(told, (bool, float)) and 0 <= told <= _LARGEST_SEED
        return int(told) if is_possible else None
    except (TypeError, ValueError, ArithmeticError):
        return None


def policy_of(described: Mapping[str, Any], kind: SamplingKind) -> Policy | None:
    """Return the policy that the SDK describes so; None if trials are never stopped."""
    name = str(described.get("name")).lower()
    if name == "default":
        return None
    if kind is SamplingKind.BAYESIAN:
        warn_caller(
            f"The policy {described.get('name')} is ignored: Bayesian sampling does not support "
            "early termination. Every trial runs to its end.",
        )
        return None
    properties = described.get("properties") or {}
    schedule = Schedule(
        _interval(properties, "evaluation_interval", 1),
        _interval(properties, "delay_evaluation", 0),
    )
    if name == "bandit":
        return _bandit(properties, schedule)
    if name == "medianstopping":
        return MedianStopping(schedule)
    if name == "truncationselection":
        return TruncationSelection(schedule, properties.get("truncation_percentage", 0))
    raise refused(f"there is no early termination policy {described.get('name')!r}.")


def _interval(properties: Mapping[str, Any], name: str, default: int) -> int:
    value = native(properties.get(name, default))
    if not isinstance(value, int):
        raise refused(f"{name} is {shown(value)}, but must be an integer.")
    return min(max(int(value), -_LARGEST_SEED), _LARGEST_SEED)  # beyond, it is never or always


def _bandit(properties: Mapping[str, Any], schedule: Schedule) -> Bandit:
    if "slack_factor" in properties and properties["slack_factor"] is not None:
        return Bandit(schedule, slack_factor=_slack(properties["slack_factor"]))
    # The SDK's BanditPolicy(slack_factor=0) says slack_amount=None: no slack at all.
    amount = properties.get("slack_amount")
    return Bandit(schedule, slack_amount=_slack(0 if amount is None else amount))


def _slack(value: Any) -> float:
    plain = native(value)
    if plain is not False and plain == 0:
        return 0.0
    if not is_positive(plain):
        raise refused(
            f"the bandit's slack is {shown(value)}, but must be a number, finite and not negative."
        )
    return float(plain)

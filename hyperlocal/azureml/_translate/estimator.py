"""Estimators: what a HyperDriveConfig runs, as a ScriptRunConfig."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml._translate.refusal import refused
from hyperlocal.azureml._translate.space import bare_name
from hyperlocal.services.advice import warn_caller

__all__ = ["script_run_of", "trial_of"]


def script_run_of(estimator: Any) -> Any:
    """Return the ScriptRunConfig that an estimator stands for.

    Raises:
        TrainingException: It is no estimator.
    """
    make = getattr(type(estimator), "_get_script_run_config", None)
    if make is None:
        hint = ""
        if is_instance(estimator, "ScriptRunConfig"):
            hint = " Give it as run_config=."
        raise refused(f"the estimator is {estimator!r}, which is none.{hint}")
    return make(estimator)


def trial_of(config: Any) -> Any:
    """Return the ScriptRunConfig that a trial of a HyperDriveConfig runs.

    An estimator's arguments that are sampled too are left out, which is said. Of a ScriptRunConfig
    they stay: what is sampled comes after them, and argparse takes the last.
    """
    if config.run_config is not None:
        return config.run_config
    script_run = script_run_of(config.estimator)
    space = config._generator_config.get("parameter_space")
    sampled = {bare_name(str(name)) for name in space} if isinstance(space, Mapping) else set()
    kept, left_out = _without(script_run.arguments or [], sampled)
    if left_out:
        warn_caller(
            f"The estimator's script_params {', '.join(left_out)} are sampled too: the sampled "
            "values are used.",
        )
        script_run = copy.copy(script_run)
        script_run.arguments = kept
    return script_run


def _without(arguments: list[Any], sampled: set[str]) -> tuple[list[Any], list[str]]:
    """Return the arguments without those of sampled names, and the names that are left out.

    Arguments are taken as names and values in turn, as the SDK takes them: after a flag without a
    value, names are at the places of values, and nothing is left out.

    Differs:
        Where something is left out, the SDK loses a last argument without a partner as well, and
        what a name said before it was repeated. Here these stay. It fails over a number at the
        place of a name; here that is no name.
    """
    kept: list[Any] = []
    left_out: list[str] = []
    for place in range(0, len(arguments), 2):
        pair = arguments[place : place + 2]
        name = pair[0]
        if len(pair) == 2 and isinstance(name, str) and bare_name(name) in sampled:
            left_out.append(name)
        else:
            kept += pair
    return kept, left_out

"""Building: configurations that stand in a file are made, to see whether they would be refused.

The face itself is asked, and the translation that a submission goes through: no rule is repeated
here. What only running would tell is filled in with something that nothing refuses.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from hyperlocal.check.values import UNKNOWN, Plain, Value, thing_of

__all__ = ["built", "refusal_of_sweep", "target_of", "what_target_means"]

_HYPERDRIVE = "hyperlocal.azureml.train.hyperdrive."
_MODULES = frozenset(f"{_HYPERDRIVE}{name}" for name in ("sampling", "policy", "runconfig"))
_CLUSTER = "cluster"
# Of the expressions: what each takes.
_EXAMPLES: dict[str, tuple[Any, ...]] = {
    "choice": (1,),
    "randint": (2,),
    "uniform": (0, 1),
    "quniform": (0, 1, 1),
    "loguniform": (0, 1),
    "qloguniform": (0, 1, 1),
    "normal": (0, 1),
    "qnormal": (0, 1, 1),
    "lognormal": (0, 1),
    "qlognormal": (0, 1, 1),
}


def built(
    function: Any, arguments: list[Value], named: dict[str, Value], *, is_whole: bool
) -> tuple[Any, str]:
    """Return what a call of the face makes, UNKNOWN if it is not made, and why it is refused."""
    if function is range:
        return _range(arguments) if is_whole and not named else UNKNOWN, ""
    if getattr(function, "__name__", "") == "Experiment":
        return UNKNOWN, _refused_name(arguments, named) if is_whole else ""
    module = getattr(function, "__module__", "")
    name = getattr(function, "__name__", "")
    if module.startswith(_HYPERDRIVE) and name in _EXAMPLES:
        return _expression(function, arguments, named, is_whole)
    is_script = hasattr(function, "_get_script_run_config") or name == "ScriptRunConfig"
    if not isinstance(function, type) or not (module in _MODULES or is_script):
        return UNKNOWN, ""
    return _configuration(function, arguments, named) if is_whole else (UNKNOWN, "")


def _range(arguments: list[Value]) -> Any:
    things = [thing_of(argument) for argument in arguments]
    is_known = bool(things) and all(isinstance(thing, int) for thing in things)
    return range(*things) if is_known and 0 not in things[2:] else UNKNOWN


def _refused_name(arguments: list[Value], named: dict[str, Value]) -> str:
    from hyperlocal.azureml.core.experiment import _check_name

    name = thing_of(named.get("name", arguments[1] if len(arguments) > 1 else None))
    return "" if name is UNKNOWN else _tried(lambda: _check_name(name))[1]


def _expression(
    function: Any, arguments: list[Value], named: dict[str, Value], is_whole: bool
) -> tuple[Any, str]:
    things = [thing_of(argument) for argument in arguments]
    words = {name: thing_of(value) for name, value in named.items()}
    if not is_whole or any(t is UNKNOWN for t in (*things, *words.values())):
        return function(*_EXAMPLES[function.__name__]), ""
    return _tried(lambda: function(*things, **words))


def _configuration(cls: Any, arguments: list[Value], named: dict[str, Value]) -> tuple[Any, str]:
    try:
        signature = inspect.signature(cls)
        given = signature.bind_partial(*arguments, **named).arguments
    except TypeError as error:
        return UNKNOWN, str(error)
    except ValueError:
        return UNKNOWN, ""
    stand_ins = _STAND_INS if cls.__module__ in _MODULES else _STAND_INS | _OF_SCRIPTS
    made = {name: _filled(name, value, stand_ins) for name, value in given.items()}
    is_short = any(p.default is p.empty and name not in given for name, p in _plain(signature))
    if is_short or any(value is UNKNOWN for value in made.values()):
        return UNKNOWN, ""
    return _tried(lambda: cls(**made))


def _plain(signature: inspect.Signature) -> list[tuple[str, inspect.Parameter]]:
    """Return the parameters that are one each, unlike `*args` and `**kwargs`."""
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [(n, p) for n, p in signature.parameters.items() if p.kind not in several]


def _filled(name: str, value: Value, stand_ins: Mapping[str, Callable[[], Any]]) -> Any:
    """Return an argument, or what stands in for it where only running would tell."""
    if isinstance(value, Plain) and name == "parameter_space" and value.thing:
        return value.thing  # what is known of it must still be allowed
    thing = thing_of(value)
    stand_in = stand_ins.get(name)
    if thing is not UNKNOWN or stand_in is None:
        return thing
    return stand_in()


def _any_sampling() -> Any:
    from hyperlocal.azureml.train.hyperdrive.sampling import RandomParameterSampling

    return RandomParameterSampling({"parameter": ["uniform", [0, 1]]})


def _any_script() -> Any:
    from hyperlocal.azureml.core.script_run_config import ScriptRunConfig

    return ScriptRunConfig(".", script="train.py", compute_target=_CLUSTER)


def _any_goal() -> Any:
    from hyperlocal.azureml.train.hyperdrive.runconfig import PrimaryMetricGoal

    return PrimaryMetricGoal.MAXIMIZE


def _any_run_config() -> Any:
    from hyperlocal.azureml.core.runconfig import RunConfiguration

    config = RunConfiguration()
    config.target = _CLUSTER
    return config


_STAND_INS: dict[str, Callable[[], Any]] = {
    "arguments": lambda: None,
    "compute_target": lambda: _CLUSTER,
    "distributed_job_config": lambda: None,
    "docker_runtime_config": lambda: None,
    "environment": lambda: None,
    "estimator": _any_script,  # it is taken as it is
    "hyperparameter_sampling": _any_sampling,
    "max_concurrent_runs": lambda: 1,
    "max_duration_minutes": lambda: 1,
    "max_total_runs": lambda: 1,
    "policy": lambda: None,
    "primary_metric_goal": _any_goal,
    "primary_metric_name": lambda: "metric",
    "run_config": _any_script,
    "script": lambda: "train.py",
    "source_directory": lambda: ".",
}
_OF_SCRIPTS: dict[str, Callable[[], Any]] = {
    "entry_script": lambda: "train.py",
    "run_config": _any_run_config,
    "script_params": lambda: None,
}


def refusal_of_sweep(config: Any) -> str:
    """Return why the submission of a HyperDriveConfig is refused, whatever it runs; else empty."""
    from hyperlocal.azureml._translate.sweep import check_emulated, sweep_of
    from hyperlocal.domain.launch import Launch

    def submit() -> None:
        check_emulated(config)
        sweep_of(config, Launch(command=("train.py",)), takes_arguments=True, most_concurrent=None)

    return _tried(submit)[1]


def target_of(config: Any) -> str:
    """Return the compute target of a HyperDriveConfig that was built; empty if it has none."""
    from hyperlocal.azureml._translate import Script, trial_of

    target, reason = _tried(lambda: Script(trial_of(config)).target)
    return "" if reason else str(target)


def what_target_means(target: str) -> tuple[str, bool]:
    """Return what the submission of a sweep to a target says, and whether it refuses it."""
    from hyperlocal.azureml._submit.sweeps import nodes_for_sweep

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            nodes_for_sweep(target)
        except Exception as error:
            return _message_of(error), True
    return "; ".join(str(warning.message) for warning in said), False


def _tried(make: Callable[[], Any]) -> tuple[Any, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the run itself will say so
        try:
            return make(), ""
        except Exception as error:
            return UNKNOWN, _message_of(error)


def _message_of(error: BaseException) -> str:
    """Return what an exception says, in one line and without what the SDK puts around it."""
    text = str(getattr(error, "message", "") or error)
    return " ".join(text.removeprefix("The run was refused: ").split())

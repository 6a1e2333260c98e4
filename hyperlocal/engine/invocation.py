"""Invocation: the command and the environment of one trial, from the plan's launch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace

from hyperlocal.domain.launch import Launch, StagedInput
from hyperlocal.domain.parameters import Parameters, to_argument
from hyperlocal.engine.passed_on import passed_on
from hyperlocal.history.fence import LIFE_VARIABLE, RUN_VARIABLE

__all__ = [
    "HOME_VARIABLE",
    "LIFE_VARIABLE",
    "RUN_VARIABLE",
    "TemplateValues",
    "command_of",
    "environment_of",
    "fix_inherited",
    "inherited",
    "staged_inputs_of",
]

HOME_VARIABLE = "HYPERLOCAL_HOME"
# What fits the terminal of who submitted, and that only: trials write UTF-8 into their logs.
_OF_THE_TERMINAL = frozenset({"PYTHONIOENCODING", "PYTHONLEGACYWINDOWSSTDIO", "PYTHONUTF8"})

_own: dict[str, str] = {}


def fix_inherited() -> None:
    """Let trials inherit, from now on, what this process's variables are now.

    For a controller: libraries that it imports, joblib for one, add some of their own, of which
    the first trials would know nothing.
    """
    _own.update(os.environ)


def inherited() -> dict[str, str]:
    """Return the variables that trials inherit."""
    return passed_on(_own or os.environ)


class TemplateValues(dict[str, str]):
    """What stands for `${run_id}` and the like; see `Launch`."""

    def __missing__(self, name: str) -> str:
        if name != "free_port":
            raise KeyError(name)
        self[name] = found = str(_free_port())  # the same wherever this trial names it
        return found


def command_of(
    launch: Launch,
    parameters: Parameters,
    template_values: TemplateValues,
    arguments: Iterable[str] = (),
) -> list[str]:
    """Return a trial's argument vector: the launch's own, a flag and a value each, `arguments`."""
    command = [_fill(token, template_values) for token in launch.command]
    for name, value in parameters.items():
        if name in launch.flags:
            command += [launch.flags[name], to_argument(value)]
    return command + [_fill(token, template_values) for token in arguments]


def environment_of(
    launch: Launch,
    parameters: Parameters,
    template_values: TemplateValues,
    inherited: Mapping[str, str],
) -> dict[str, str]:
    """Return a trial's environment: the inherited one, the launch's, the parameters and ours."""
    kept = {name: text for name, text in inherited.items() if name not in _OF_THE_TERMINAL}
    environment = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **kept}
    environment.update({k: _fill(v, template_values) for k, v in launch.environment.items()})
    for name, variable in launch.parameter_variables.items():
        if name in parameters:
            environment[variable] = to_argument(parameters[name])
    folders = [_fill(folder, template_values) for folder in launch.python_path]
    if environment.get("PYTHONPATH"):
        folders.append(environment["PYTHONPATH"])
    if folders:
        environment["PYTHONPATH"] = os.pathsep.join(folders)
    environment[HOME_VARIABLE] = template_values["home"]
    environment[RUN_VARIABLE] = template_values["run_id"]
    if "life" in template_values:
        environment[LIFE_VARIABLE] = template_values["life"]
    return environment


def staged_inputs_of(launch: Launch, template_values: TemplateValues) -> tuple[StagedInput, ...]:
    """Return what stands in a trial's working copy, with its texts filled in."""
    return tuple(
        replace(
            each,
            target=_fill(each.target, template_values),
            source=_fill(each.source, template_values),
        )
        for each in launch.staged_inputs
    )


def _fill(text: str, template_values: TemplateValues) -> str:
    if "$" not in text:
        return text
    from string import Template

    return Template(text).safe_substitute(template_values)


def _free_port() -> int:
    """Return a port that nobody listens on: trials run side by side on one machine."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

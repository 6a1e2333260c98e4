"""Scripts: a ScriptRunConfig as our `Launch`, and the variables that trials find set."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from typing import Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._translate.data import RunData
from hyperlocal.azureml._translate.distribution import check_distribution, with_ranks
from hyperlocal.azureml._translate.given import Given, given
from hyperlocal.azureml._translate.interpreter import interpreter_for
from hyperlocal.azureml._translate.refusal import is_positive, passable, refused
from hyperlocal.azureml._translate.variables import python_path, run_variables
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.domain.launch import Launch, Pool, literal_text
from hyperlocal.engine import hint_about, is_strict, machine_slots, stands_in_for
from hyperlocal.errors import NotEmulatedError, SweepError
from hyperlocal.history.home import locate_home
from hyperlocal.reading import shown, text_of
from hyperlocal.services import compute
from hyperlocal.services.advice import warn_caller

__all__ = ["LOG_RECORD", "SWEEP_LOG", "Script"]
_MOST_ARGUMENTS = 1_000_000  # more than any system gives a process

# What Python would only stumble over in its first line.
_OTHER_LANGUAGES = {
    ".r": ("R", "Rscript"),
    ".jl": ("Julia", "julia"),
    ".sh": ("a shell script", "bash"),
    ".ipynb": ("a notebook", "papermill"),
}

SWEEP_LOG = "azureml-logs/hyperdrive.txt"
# As recorded: quoted, with a backslash and an n between records instead of a line end.
LOG_RECORD = '"<START>[{time}][{source}][{level}]{text}<END>\\n"'


class Script:
    """What a ScriptRunConfig says, as it is when it is submitted.

    Attributes:
        is_sweep: Whether it is what the trials of a sweep run.
        source: The folder of the source.
        target: The name of the compute target.
        definition: The configuration as plain values, for `get_details()`.
        is_command: Whether a shell command is run instead of a script.
        environment: The environment that it asks for.
        interpreter: The Python that trials run in; known once `launch` was called.
        data: The data that it is given; known then too.
    """

    def __init__(self, config: Any, *, is_sweep: bool = False) -> None:
        self._run_config = config._merged()
        self.source = os.path.abspath(str(config.source_directory or os.curdir))
        self.is_sweep = is_sweep
        self.target: str = self._run_config.target
        self._script = self._run_config.script or None
        self._command = self._run_config.command or None
        self.is_command = self._script is None and self._command is not None
        self._arguments = [] if self.is_command else self._read_arguments()
        self._command_parts = self._read_command() if self.is_command else []
        self.definition = self._defined()
        self.environment = self._run_config.environment
        self.interpreter = sys.executable
        self.data = RunData()

    def check(self) -> None:
        """Check what can be checked before anything is started.

        Raises:
            UserErrorException: The source folder or the script is not there.
            TrainingException: A limit that cannot be.
            NotEmulatedError: It needs several nodes or another language.
        """
        self._check_emulated()
        if not os.path.isdir(self.source):
            raise UserErrorException(
                f"source_directory is {self.source}, but there is no such folder."
            )
        if self._script is None and self._command is None:
            raise UserErrorException(
                "There is nothing to run: give ScriptRunConfig a script, or a command."
            )
        if self._command is not None and (self._script or self._run_config.arguments):
            raise UserErrorException(
                "A command is given together with a script or arguments. Give either command=, "
                "with everything in it, or script= and arguments=."
            )
        if self._script is not None:
            self._check_language()
        if self._script is not None and not self._has_script():
            raise UserErrorException(
                f"The training script {self._script!r} is not in the source folder {self.source}. "
                "It is looked for there, not in the working directory. "
                f"{hint_about(locate_home(), self.script)}".rstrip()
            )
        self._duration()
        try:
            for check in (machine_slots, is_strict):
                check()  # refuses a setting that the controller would fail over
        except SweepError as error:
            raise refused(str(error)) from error

    def check_snapshot(self, snapshot: Any) -> None:
        """Check that the copy of the source has the script.

        Raises:
            UserErrorException: An ignore file leaves it out.
        """
        if self._script is None or self.is_stood_in_for:
            return
        if not os.path.isfile(os.path.join(snapshot, self.script)):
            raise UserErrorException(
                f"The training script {self._script!r} is left out by .amlignore or .gitignore in "
                f"{self.source}. Take it out of there."
            )

    def _check_language(self) -> None:
        known = _OTHER_LANGUAGES.get(os.path.splitext(self.script)[1].lower())
        if known is not None:
            language, program = known
            raise UserErrorException(
                f"The script {self._script!r} is {language}, but a script is run by Python. "
                f"Run it as a command: ScriptRunConfig(command={[program, self.script]!r})."
            )

    def _has_script(self) -> bool:
        if self.is_stood_in_for:
            return True
        is_inside = self.script.split("/")[0] != ".."
        return is_inside and os.path.isfile(os.path.join(self.source, self.script))

    @property
    def is_stood_in_for(self) -> bool:
        """Whether a test has something else run in its place, so that it need not exist."""
        return self._script is not None and stands_in_for(
            locate_home(), self.script, is_sweep=self.is_sweep
        )

    @property
    def script(self) -> str:
        """The script, from the source folder, with forward slashes."""
        path = str(self._script)
        if os.path.isabs(path):
            path = os.path.relpath(path, self.source)
        return os.path.normpath(path).replace("\\", "/")

    def launch(self, workspace: Any, experiment: Any, *, is_sweep: bool) -> Launch:
        """Return how it is started; what depends on a search space is left open.

        It makes the environment that trials run in, if that is wanted and there is none yet, and
        remembers unregistered datasets, for trials to find them.

        Raises:
            UserErrorException: Data that is not there, or cannot be an input.
        """
        self.data = RunData()
        self.data.add_config(self._run_config)
        self.interpreter = interpreter_for(self.environment, str(experiment._history.home))
        if self.is_command:
            command: tuple[str, ...] = (*_shell(), self._filled_command_line())
            if is_sweep and "AZUREML_SWEEP_" not in self._command_line():
                warn_caller(
                    "The command refers to no variable AZUREML_SWEEP_<parameter>, the only way "
                    "for a command to get its parameters: every trial will do the same.",
                )
        else:
            arguments = self._filled_arguments()
            command = (literal_text(self.interpreter), literal_text(self.script), *arguments)
        self.definition.update(self.data.definition())
        return Launch(
            command=command,
            environment={
                **run_variables(
                    self._run_config, workspace, experiment, self.source, self.interpreter
                ),
                **self.data.variables(),
                **self._own_variables(),
            },
            python_path=python_path(),
            staged_inputs=tuple(self.data.staged_inputs),
            max_duration_s=self._duration(),
            log_file=SWEEP_LOG if is_sweep else "",
            log_format=LOG_RECORD,
            trial_kind="azureml.scriptrun",
            pool=self._pool(),
        )

    @as_sdk_errors
    def promise(self, run_id: str) -> None:
        """Note which outputs are registered as datasets when a run has completed."""
        if self.data.promises:
            from hyperlocal.services.data.registry import promise

            promise(run_id, self.data.promises)

    def _defined(self) -> dict[str, Any]:
        definition: dict[str, Any] = self._run_config._as_dict()
        definition["script"] = None if self._script is None else self.script
        definition["command"] = self._command_line() if self.is_command else ""
        definition["arguments"] = self._recorded_arguments()
        return {**definition, **RunData().definition()}

    def _read_command(self) -> list[Given | str]:
        command = self._command
        # Not quoted: the shell is to see variables in it, as in the cloud.
        return [*map(_part, command if isinstance(command, (list, tuple)) else [command])]

    def _command_line(self) -> str:
        return passable(" ".join(map(_recorded, self._command_parts)), "the command")

    def _read_arguments(self) -> list[Given | str]:
        given = self._run_config.arguments
        given = [] if given is None else given
        try:
            if isinstance(given, range) and given[_MOST_ARGUMENTS:]:
                raise ValueError(f"there are more than {_MOST_ARGUMENTS:,}")
            arguments = shlex.split(given) if isinstance(given, str) else [*given]
        except (TypeError, ValueError) as error:
            raise refused(
                f"the arguments are {shown(given)}, but must be a list, or a text as a shell "
                f"takes it ({error})."
            ) from error
        return [*map(_part, arguments)]

    def _recorded_arguments(self) -> list[str]:
        texts = [passable(_recorded(part), "the argument") for part in self._arguments]
        return with_ranks(self._run_config, texts)

    def _filled_arguments(self) -> list[str]:
        """Return the arguments as the script gets them, to be filled in per trial."""
        return [
            self.data.add(part) if isinstance(part, Given) else self.data.filled(text)
            for part, text in zip(self._arguments, self._recorded_arguments(), strict=True)
        ]

    def _filled_command_line(self) -> str:
        # Data is quoted, for paths may have spaces; the rest is not, as in the cloud.
        return " ".join(
            f'"{self.data.add(part)}"'
            if isinstance(part, Given)
            else literal_text(passable(part, "the command"))
            for part in self._command_parts
        )

    def _duration(self) -> float | None:
        seconds = self._run_config.max_run_duration_seconds
        if seconds is None:
            return None
        if not is_positive(seconds):
            raise refused(
                f"max_run_duration_seconds is {shown(seconds)}, but must be a finite number "
                "above 0."
            )
        return float(seconds)

    def _pool(self) -> Pool | None:
        """Return the cluster's nodes, which all runs share that name it."""
        n_nodes = compute.max_nodes(self.target)
        return Pool(self.target, n_nodes) if n_nodes else None

    def _own_variables(self) -> dict[str, str]:
        config = self._run_config
        named: dict[str, Any] = _conda_variables(config.environment)
        named.update(getattr(config.environment, "environment_variables", {}) or {})
        named.update(config.environment_variables or {})
        for name in map(text_of, named):
            if not name or "=" in passable(name, "the environment variable's name"):
                raise refused(f"{name!r} cannot be the name of an environment variable.")
        return {
            text_of(name): literal_text(
                passable(text_of(value), f"the environment variable {text_of(name)} =")
            )
            for name, value in named.items()
        }

    def _check_emulated(self) -> None:
        config = self._run_config
        check_distribution(config)
        if str(config.framework).lower() not in ("python", "pytorch", "tensorflow"):
            raise NotEmulatedError(f"A run with framework {config.framework!r}")


def _conda_variables(environment: Any) -> dict[str, Any]:
    """Return the `variables:` of the environment's conda file, which conda sets."""
    section = getattr(environment, "python", None)
    if getattr(section, "user_managed_dependencies", False):
        return {}
    return dict(getattr(getattr(section, "conda_dependencies", None), "_variables", {}))


def _shell() -> tuple[str, ...]:
    return (shutil.which("bash") or shutil.which("sh") or "/bin/sh", "-c")


def _part(argument: Any) -> Given | str:
    """An argument as data, or as the SDK makes a text of it.

    Raises:
        UserErrorException: It is a dataset, and not named as an input.
        NotEmulatedError: It is another object of the SDK.
    """
    data = given(argument)
    if data is not None:
        return data
    module = type(argument).__module__
    if re.match(r"(hyperlocal\.)?azureml(\.|$)", module):
        raise NotEmulatedError(
            f"A {type(argument).__qualname__} among the arguments of a script",
            "Give its path as a text.",
        )
    return text_of(argument)


def _recorded(part: Given | str) -> str:
    return part.recorded if isinstance(part, Given) else part

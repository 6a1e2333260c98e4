"""Stage: what a function finds around it, in place of a process of its own.

Of trials that run one after the other it is all that a script finds: its working copy as working
directory, `sys.argv`, the environment variables, and standard output and error that go to the
trial's log. Trials that run side by side share one process, and with it working directory,
arguments and variables: they are given their `Run`, their arguments and their log all the same.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from types import TracebackType
from typing import IO, TypeVar

from hyperlocal.azureml import _current
from hyperlocal.engine.inline import InlineTrial
from hyperlocal.testing.trial_run import TrialRun, conducting, current_run

__all__ = [
    "assigned",
    "become",
    "routed_streams",
    "say_last",
    "stage",
    "variables",
    "write_traceback",
]

_T = TypeVar("_T")

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_output: ContextVar[IO[str] | None] = ContextVar("output", default=None)


@contextmanager
def stage(trial: InlineTrial, run: TrialRun, *, is_alone: bool) -> Iterator[None]:
    """Set the stage for a trial's function.

    Args:
        trial: The trial.
        run: Its run.
        is_alone: Whether no other trial runs meanwhile, but within it.
    """
    spec = trial.spec
    with ExitStack() as stack:
        output = stack.enter_context(_opened(trial.output_path))
        stack.enter_context(assigned(current_run, run))
        stack.enter_context(assigned(conducting, None))
        if is_alone:
            stack.enter_context(_remembered(spec.environment, run))
            stack.enter_context(variables(spec.environment))
            stack.enter_context(_arguments(spec.command[1:]))
            stack.enter_context(_working_in(os.fspath(spec.folder.work)))
            stack.enter_context(redirect_stdout(output))
            stack.enter_context(redirect_stderr(output))
        else:
            stack.enter_context(assigned(_output, output))
        yield


@contextmanager
def routed_streams() -> Iterator[None]:
    """Let what is printed by trials that run side by side go to the log of each."""
    with redirect_stdout(_Routed(sys.stdout)), redirect_stderr(_Routed(sys.stderr)):
        yield


def say_last(text: str, trial: InlineTrial) -> None:
    """Add to a trial's output, which its function may have closed."""
    with _opened(trial.output_path) as output:
        output.write(text)


def write_traceback(error: BaseException, trial: InlineTrial) -> None:
    """Write what an interpreter says of a script that raised."""
    shown = error.__traceback__
    while shown is not None and _is_ours(shown):
        shown = shown.tb_next
    # Of an error of our own, such as an argument that is missing, nothing would be left.
    lines = traceback.format_exception(type(error), error, shown or error.__traceback__)
    say_last("".join(lines), trial)


def _opened(path: str) -> IO[str]:
    return open(path, "a", buffering=1, encoding="utf-8", errors="backslashreplace")


def _is_ours(shown: TracebackType) -> bool:
    return shown.tb_frame.f_code.co_filename.startswith(_OURS)


class _Routed(io.TextIOBase):
    """A stream that writes to the output of the trial that this thread works on."""

    def __init__(self, usual: IO[str]) -> None:
        self._usual = usual

    def write(self, text: str) -> int:
        return (_output.get() or self._usual).write(text)

    def flush(self) -> None:
        (_output.get() or self._usual).flush()

    def writable(self) -> bool:
        return True


@contextmanager
def assigned(variable: ContextVar[_T | None], value: _T | None) -> Iterator[None]:
    """Give a variable a value for a while."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


@contextmanager
def _remembered(environment: Mapping[str, str], run: TrialRun) -> Iterator[None]:
    """Let threads that the function starts find its run."""
    home = environment["HYPERLOCAL_HOME"]
    _current.put_in_place(home, run.id, run)
    try:
        yield
    finally:
        _current.put_in_place(home, run.id, None)


@contextmanager
def variables(environment: Mapping[str, str]) -> Iterator[None]:
    """Have these environment variables, and no others, in place of those of now.

    While a trial hangs, others run within it: what was before are then that trial's own.
    """
    before = dict(os.environ)
    become(environment, before)
    try:
        yield
    finally:
        become(before, dict(os.environ))


def become(environment: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Give this process these environment variables, and no others, in place of those of now."""
    for name in now.keys() - environment.keys():
        del os.environ[name]
    for name, value in environment.items():
        if now.get(name) != value:
            os.environ[name] = value


@contextmanager
def _arguments(argv: list[str]) -> Iterator[None]:
    before, sys.argv = sys.argv, argv
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def _working_in(folder: str) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

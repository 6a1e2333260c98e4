"""Program: how this program is called here, so that a command that is shown can be copied."""

from __future__ import annotations

import os
import shlex
import shutil
import sys

__all__ = ["call_it", "program"]

_NAME = "hyperlocal"
_called: list[str] = []


def call_it(name: str) -> None:
    """Let `program` return what was typed for the process that this one has replaced."""
    _called[:] = [name]


def program() -> str:
    """Return what to type for `hyperlocal`: that word, unless it was called in another way.

    A shell finds the word only where the environment is activated. `sys.orig_argv` is what was
    typed: a driver script has arguments of its own in `sys.argv`.
    """
    if _called:
        return _called[0]
    typed = sys.orig_argv[1:2]
    if typed == ["-m"] and sys.orig_argv[2:3] == [_NAME]:
        return f"{shlex.quote(sys.orig_argv[0])} -m {_NAME}"
    if not typed or os.path.basename(typed[0]) != _NAME or _is_found(typed[0]):
        return _NAME
    return shlex.quote(typed[0])


def _is_found(path: str) -> bool:
    """Return whether the word alone starts this file."""
    found = shutil.which(_NAME)
    return found is not None and os.path.realpath(found) == os.path.realpath(path)

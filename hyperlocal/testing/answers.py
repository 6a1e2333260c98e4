"""Answers: which functions stand for which scripts, and which scripts were asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from hyperlocal.testing.functions import Function

__all__ = ["EVERY_SCRIPT", "Answers"]

EVERY_SCRIPT = ""
"""The name under which a function stands for all scripts."""


class Answers:
    """The functions of a test, by the names of the scripts that they stand for."""

    def __init__(self) -> None:
        self._functions: dict[str, Function] = {}
        self._unasked: set[str] = set()
        self._asked: dict[str, str] = {}

    def add(self, name: str, function: Function) -> None:
        """Let a function stand for a script, or for `EVERY_SCRIPT`."""
        self._functions[name] = function
        if name != EVERY_SCRIPT:
            self._unasked.add(name)

    def clear(self) -> None:
        """Let no function stand for any script."""
        self._functions.clear()
        self._unasked.clear()
        self._asked.clear()

    def named(self, script: str) -> Function | None:
        """Return what stands for a script; None if nothing does."""
        names = (script, posixpath.basename(script), EVERY_SCRIPT)
        found = next((name for name in names if name in self._functions), None)
        if found is None:
            return None
        self._unasked.discard(found)
        return self._functions[found]

    def of(self, command: Sequence[str]) -> Function | None:
        """Return what stands for the script that a command runs."""
        script = _script_of(command)
        return None if script is None else self.named(script)

    def is_by_name(self, command: Sequence[str]) -> bool:
        """Whether a function stands for the script of a command, and for no other."""
        script = _script_of(command)
        return script is not None and bool(_names_of(script) & self._functions.keys())

    def note(self, command: Sequence[str], what_happens: str) -> None:
        """Remember what becomes of a script for which no function stands by its name."""
        script = _script_of(command)
        if script is not None:
            self._asked[script] = what_happens

    def missed(self) -> str | None:
        """Return which functions stood for nothing while others' scripts were asked for."""
        known = self._functions.keys()
        others = sorted(name for name in self._asked if not _names_of(name) & known)
        if not self._unasked or not others:
            return None
        names = ", ".join(map(repr, sorted(self._unasked)))
        asked = ", ".join(f"{name!r}, which {self._asked[name]}" for name in others)
        return (
            f"Functions were to answer {names}, and no run has a script of such a name. What runs "
            f"asked for is: {asked}."
        )

    def hint(self) -> str:
        """Return how a function can stand for a script that has none."""
        known = sorted(name for name in self._functions if name != EVERY_SCRIPT)
        answered = ", ".join(map(repr, known))
        only = f"So far a function answers {answered}. " if answered else ""
        return f"{only}In a test a function may stand for it: hyperdrive.answer(function)."


def _names_of(script: str) -> set[str]:
    return {script, posixpath.basename(script)}


def _script_of(command: Sequence[str]) -> str | None:
    # A shell command line is `bash -c LINE`.
    return None if len(command) < 2 or command[1] == "-c" else command[1]

"""Scripts that a driver runs: which, from which folder, and what is wrong with that."""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass

from hyperlocal.check.values import UNKNOWN, Known, Text, Value, thing_of

__all__ = ["ScriptUse", "script_use"]

_NAMES = ("script", "script_name", "entry_script")


@dataclass(frozen=True)
class ScriptUse:
    """A script that a driver runs, as far as it is known.

    Attributes:
        script: Its name in the folder.
        folder: The source folder; None if only running would tell.
    """

    script: str
    folder: str | None

    def path_from(self, base: str) -> str | None:
        """Return where the script is for a driver that runs in `base`; None if unknown."""
        return None if self.folder is None else os.path.join(base, self.folder, self.script)


def script_use(
    function: Value, arguments: list[Value], named: dict[str, Value]
) -> ScriptUse | None:
    """Return the script that a call of the face configures, None if it configures none."""
    if not isinstance(function, Known) or not isinstance(function.thing, type):
        return None
    try:
        signature = inspect.signature(function.thing)
        name = next((name for name in _NAMES if name in signature.parameters), None)
        if name is None or "source_directory" not in signature.parameters:
            return None
        given = signature.bind_partial(*arguments, **named).arguments
    except (TypeError, ValueError):
        return None
    script, folder = given.get(name), given.get("source_directory", Text("."))
    place = thing_of(folder)
    if not isinstance(script, Text) or not script.is_sure or not script.text.endswith(".py"):
        return ScriptUse("", place) if isinstance(place, str) else None
    known = place if isinstance(place, str) else None if place is UNKNOWN else "."
    return ScriptUse(script.text, known)

"""Shell: words and variables as a POSIX shell takes them, whatever is in them.

Everything that is written here can be pasted: what a terminal would not show is written as
`printf` makes it, and a secret is taken from a variable that its reader sets.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping

from hyperlocal.domain.secrecy import hidden_argument_places, hides, shown_text

__all__ = ["assignments", "quoted", "words"]

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Shells refuse to set these themselves.
_OF_SHELLS = ("BASH", "EUID", "PPID", "SHELLOPTS", "UID")


def quoted(text: str) -> str:
    """Return a text as one word of a shell."""
    if all(map(_is_shown, text)):
        return shlex.quote(text)
    pieces: list[str] = []
    kept = ""
    for char in text:
        if _is_shown(char):
            kept += char
            continue
        pieces += [shlex.quote(kept)] * bool(kept)
        kept = ""
        octal = "".join(f"\\{byte:03o}" for byte in os.fsencode(char))
        pieces.append(f"\"$(printf '{octal}')\"")
    return "".join([*pieces, *[shlex.quote(kept)] * bool(kept)])


def _is_shown(char: str) -> bool:
    return char.isprintable() or char in "\n\t"


def words(arguments: Iterable[str]) -> str:
    """Return an argument vector as a command line; secrets are taken from variables."""
    kept = list(arguments)
    secrets = {place: (before, name) for place, before, name in hidden_argument_places(kept)}
    shown = []
    for place, argument in enumerate(kept):
        if place in secrets:
            before, name = secrets[place]
            shown.append((quoted(before) if before else "") + _taken_from(_variable(name).upper()))
        else:
            shown.append(quoted(shown_text(argument)))
    return " ".join(shown)


def assignments(variables: Mapping[str, str]) -> list[str]:
    """Return what stands before a command that is to have these variables.

    Names that no shell could set are set by `env`.
    """
    # The system itself has no others.
    settable = {name: text for name, text in variables.items() if name and "=" not in name}
    if all(_IDENTIFIER.fullmatch(n) and not n.startswith(_OF_SHELLS) for n in settable):
        return [f"{name}={_setting(name, text)}" for name, text in settable.items()]
    command = ["env", "--"] if any(name.startswith("-") for name in settable) else ["env"]
    return command + [
        quoted(f"{name}=") + (_setting(name, text) if text else "")
        for name, text in settable.items()
    ]


def _setting(name: str, text: str) -> str:
    return _taken_from(_variable(name)) if hides(name, text) else quoted(text)


def _variable(name: str) -> str:
    """Return the name of a variable, for the name of an option."""
    made = re.sub(r"[^A-Za-z0-9_]", "_", name.lstrip("-"))
    return made if _IDENTIFIER.fullmatch(made) else f"_{made}"


def _taken_from(variable: str) -> str:
    """Return a word that a shell takes from a variable, and without which it does nothing."""
    return f'"${{{variable}:?}}"'

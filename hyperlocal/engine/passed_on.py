"""Passed on: which variables of who starts a run reach its scripts.

All of them do by default, which is convenient, and hides that a script would lack some of them
elsewhere. Under HYPERLOCAL_STRICT=1 only those do that every login shell has.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from hyperlocal.errors import SweepError

__all__ = ["STRICT_VARIABLE", "is_of_login", "is_strict", "passed_on"]

STRICT_VARIABLE = "HYPERLOCAL_STRICT"

_OF_LOGIN = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "LANGUAGE", "MAIL", "TERM", "TZ"),
        *("TMPDIR", "PWD", "XDG_RUNTIME_DIR", "XDG_SESSION_ID"),
        # Of Windows, without which no program starts.
        *("ALLUSERSPROFILE", "APPDATA", "COMPUTERNAME", "COMSPEC", "HOMEDRIVE", "HOMEPATH"),
        *("LOCALAPPDATA", "NUMBER_OF_PROCESSORS", "OS", "PATHEXT", "PROGRAMDATA", "PROGRAMFILES"),
        *("SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP", "USERDOMAIN", "USERNAME", "USERPROFILE"),
        "WINDIR",
    }
)
_OF_LOGIN_PREFIXES = ("LC_", "HYPERLOCAL_")


def is_strict(variables: Mapping[str, str] | None = None) -> bool:
    """Whether what would be refused elsewhere is to be refused here: HYPERLOCAL_STRICT=1.

    Args:
        variables: Where that is looked for; this process's own by default.

    Raises:
        SweepError: The variable is neither 1 nor 0.
    """
    named = (os.environ if variables is None else variables).get(STRICT_VARIABLE, "").strip()
    if named not in ("", "0", "1"):
        raise SweepError(
            f"{STRICT_VARIABLE} is {named!r}, but must be 1 (what the cloud refuses is refused "
            "here, too) or 0."
        )
    return named == "1"


def is_of_login(name: str) -> bool:
    """Whether every login shell has a variable, or hyperlocal itself needs it."""
    return name.upper() in _OF_LOGIN or name.startswith(_OF_LOGIN_PREFIXES)


def passed_on(variables: Mapping[str, str]) -> dict[str, str]:
    """Return those of the variables of who starts a run that its scripts get."""
    if not is_strict(variables):
        return dict(variables)
    return {name: text for name, text in variables.items() if is_of_login(name)}

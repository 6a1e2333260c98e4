"""Secrecy: which values are not shown to anybody, told by the names that they stand under.

It is a matter of views: who needs a secret, such as a trial, gets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

__all__ = [
    "HIDDEN",
    "hidden_argument_places",
    "hides",
    "is_secret_name",
    "shown_arguments",
    "shown_definition",
    "shown_text",
    "shown_value",
    "shown_values",
]

HIDDEN = "***"
"""What is shown in place of a secret."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NAME = r"[A-Za-z_][\w.-]*"

# These end a word, too, as in PGPASSWORD.
_ALWAYS = (
    *("password", "passwd", "passphrase", "secret", "secrets", "credential", "credentials"),
    *("apikey", "apikeys", "accesskey", "accountkey", "privatekey", "storagekey", "sharedkey"),
    *("accesstoken", "authtoken", "sastoken", "connectionstring", "connstr"),
)
# So do these, but not in other words: `sas` is in none, `pwd` by itself is a folder.
_ALWAYS_ALONE = frozenset({"sas", "pwd", "pat", "jwt"})
_FOLDERS = frozenset({"pwd", "oldpwd"})
# A secret if they come last, unless what comes before says what else they are...
_LAST = frozenset({"key", "token", "pass"})
_COUNTED = frozenset(
    {
        *("n", "num", "number", "max", "min", "per", "use", "is", "has", "with", "no", "add"),
        *("pad", "mask", "eos", "bos", "sep", "cls", "unk", "start", "end", "stop", "special"),
        *("sort", "group", "join", "foreign", "by", "one", "two", "single", "multi", "forward"),
        *("backward", "first", "second", "dict", "sum", "max", "dropout"),
    }
)
# ...and anywhere after one of these.
_KINDS = frozenset(
    {
        *("api", "access", "account", "auth", "secret", "private", "storage", "shared", "client"),
        *("subscription", "bearer", "refresh", "security", "master", "encryption", "signing"),
    }
)
_KEYS = frozenset({"key", "keys", "token", "tokens"})
_ENDS_OF_WORDS = re.compile(rf"(?:{'|'.join(_ALWAYS)})$")


_ARGUMENT = re.compile(
    rf"(?P<before>(?P<dash>--?)?(?P<name>{_NAME})=?)(?:(?<==)(?P<value>.*))?", re.DOTALL
)


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether what stands under a name is a secret, as far as the name tells."""
    return _kind_of(name) is not None


@lru_cache(maxsize=4096)
def _kind_of(name: str) -> str | None:
    """Return "sure" or "likely" for the name of a secret; None for any other."""
    if name.lower() in _FOLDERS:
        return None
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = list(pairwise(words))
    if any(_ENDS_OF_WORDS.search(word) or word in _ALWAYS_ALONE for word in words):
        return "sure"
    if any(one in ("connection", "conn") and two in ("string", "str") for one, two in pairs):
        return "sure"
    if any(one in _KINDS and two in _KEYS for one, two in pairs):
        return "likely"
    if words and words[-1] in _LAST and not _COUNTED & set(words[:-1]):
        return "likely"
    return None


def hides(name: object, value: object) -> bool:
    """Whether a value is not to be shown because of the name that it stands under.

    A number under a name such as `token` is one that somebody tunes; under `password` it is not.
    """
    kind = _kind_of(str(name))
    if kind is None or value is None or value == "":
        return False
    if isinstance(value, (bool, Mapping, list, tuple)):
        return False
    return kind == "sure" or (kind == "likely" and not isinstance(value, (int, float)))


def shown_value(name: object, value: Any) -> Any:
    """Return a value as it may be shown: itself, with what is secret in it hidden."""
    if hides(name, value):
        return HIDDEN
    if isinstance(value, (str, int, float)):  # most are, and the questions below take longer
        return value
    if isinstance(value, Mapping):
        return shown_values(value)
    if isinstance(value, (list, tuple)):
        return type(value)([shown_value(name, each) for each in value])
    return value


def shown_values(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return values by name as they may be shown."""
    return {name: shown_value(name, value) for name, value in values.items()}


def hidden_argument_places(arguments: Iterable[object]) -> Iterator[tuple[int, str, str]]:
    """Find secrets in an argument vector: `--password x`, `--password=x` and `PASSWORD=x`.

    Yields:
        Where each stands, what comes before it in the same argument, and the name it stands under.
    """
    name, is_program = None, False
    for place, argument in enumerate(arguments):
        text = argument if isinstance(argument, str) else ""
        if name is not None and not text.startswith("--"):
            yield place, "", name
            name = None
            continue
        found = None if is_program else _ARGUMENT.fullmatch(text)
        name, is_program = None, text == "-c"  # what follows is a shell's, a text of its own
        if found is None or not is_secret_name(found["name"]):
            continue
        if found["value"]:
            yield place, found["before"], found["name"]
        elif found["dash"] and found["value"] is None:
            name = found["name"]


def shown_arguments(arguments: Iterable[Any]) -> list[Any]:
    """Return an argument vector as it may be shown."""
    shown = list(arguments)
    places = {place: before for place, before, _ in hidden_argument_places(shown)}
    for place, argument in enumerate(shown):
        if place in places:
            shown[place] = places[place] + HIDDEN
        elif isinstance(argument, str):
            shown[place] = shown_text(argument)
        elif isinstance(argument, Mapping):
            shown[place] = shown_values(argument)
    return shown


def shown_definition(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a run, with its arguments and variables, as they may be shown."""
    return {name: _shown_setting(name, held) for name, held in settings.items()}


def _shown_setting(name: str, held: Any) -> Any:
    if name == "arguments" and isinstance(held, (list, tuple)):
        return shown_arguments(held)
    if name == "command":
        return shown_arguments(held) if isinstance(held, (list, tuple)) else _shown_command(held)
    return shown_definition(held) if isinstance(held, Mapping) else shown_value(name, held)


def _shown_command(held: Any) -> Any:
    return shown_text(held) if isinstance(held, str) else held


_NAMED = re.compile(rf"(?<![\w.-])(?P<dash>--?)?(?P<name>{_NAME})(?P<mark>=|\s+)")
_VALUE = re.compile(r"""(?!--)(?:"[^"]*"|'[^']*'|[^\s"';&|]+)""")


def shown_text(command: str) -> str:
    """Return a command line, told as one text, as it may be shown."""
    parts, begin = [], 0
    for named in _NAMED.finditer(command):
        is_option = named["mark"] == "=" or named["dash"]
        if named.start() < begin or not is_option or not is_secret_name(named["name"]):
            continue
        value = _VALUE.match(command, named.end())
        if value is not None:
            parts += [command[begin : named.end()], HIDDEN]
            begin = value.end()
    return "".join([*parts, command[begin:]])

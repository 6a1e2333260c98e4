"""Conda environment files, read and written without a YAML library.

The files that people write for conda are a small corner of YAML: a name, a list of channels, and a
list of dependencies with at most one nested list for pip. That corner is read here, so that a
sweep does not need PyYAML; where a file leaves it, PyYAML is asked if it is installed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["dump", "load"]

_KEY = re.compile(r"(?P<key>[A-Za-z_][\w.-]*):(?:\s+(?P<value>.*))?$")
# Plain scalars that mean something else than their text when they are not quoted.
_NEEDS_QUOTES = re.compile(r"^[\s!&*?|>%@`\"'{}\[\],#:-]|: |\s#|[:\s]$|^$")
_OPTION = re.compile(r"^-[-\w]")  # `--index-url x` is a plain scalar in spite of its dash


class _TooRich(Exception):
    """The text is not of the small corner that is read here."""


def load(text: str, source: str) -> Any:
    """Return the contents of a conda file.

    Args:
        text: The file's text.
        source: What to call it in an error.

    Raises:
        UserErrorException: The text needs a YAML library and none is installed, or is no YAML.
    """
    try:
        return json.loads(text) if text.lstrip().startswith("{") else _parse(text)
    except RecursionError as error:
        raise UserErrorException(f"{source} is nested too deeply.") from error
    except (_TooRich, ValueError) as reason:  # no JSON, or a number of thousands of digits
        return _load_with_yaml(text, source, str(reason))


def _load_with_yaml(text: str, source: str, reason: str) -> Any:
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise UserErrorException(
            f"{source} uses YAML beyond what conda files usually hold ({reason}). "
            "To have it read, install a YAML library: pip install pyyaml"
        ) from error
    try:
        return yaml.safe_load(text)
    except RecursionError as error:
        raise UserErrorException(f"{source} is nested too deeply.") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # also of impossible dates
        raise UserErrorException(f"{source} is not a YAML file: {error}") from error


def _parse(text: str) -> Any:
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip())
        for raw in text.splitlines()
        if (line := _without_comment(raw)).strip() and line.strip() != "---"
    ]
    if any("\t" in line for _, line in lines):
        raise _TooRich("a tab")
    if not lines:
        return None
    value, rest = _block(lines, lines[0][0])
    if rest:
        raise _TooRich(f"the indentation of {rest[0][1]!r}")
    return value


_Lines = list[tuple[int, str]]


def _without_comment(line: str) -> str:
    """Cut a comment off, unless the sign is inside quotes."""
    quote = ""
    for at, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "#" and (at == 0 or line[at - 1].isspace()):
            return line[:at].rstrip()
    return line.rstrip()


def _block(lines: _Lines, indent: int) -> tuple[Any, _Lines]:
    """Read one list or mapping whose entries start at column `indent`."""
    reads = _list if lines[0][1].startswith("- ") or lines[0][1] == "-" else _mapping
    return reads(lines, indent)


def _list(lines: _Lines, indent: int) -> tuple[list[Any], _Lines]:
    items: list[Any] = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
        text = lines[0][1][2:].strip()
        if _KEY.match(text):
            # `- pip:` opens a mapping whose column is that of its first key.
            column = indent + len(lines[0][1]) - len(lines[0][1][2:].lstrip())
            item, lines = _mapping([(column, text), *lines[1:]], column)
            items.append(item)
        else:
            items.append(_scalar(text))
            lines = lines[1:]
    return items, lines


def _mapping(lines: _Lines, indent: int) -> tuple[dict[str, Any], _Lines]:
    entries: dict[str, Any] = {}
    while lines and lines[0][0] == indent and not lines[0][1].startswith("- "):
        match = _KEY.match(lines[0][1])
        if match is None:
            raise _TooRich(repr(lines[0][1]))
        key, text, lines = match["key"], match["value"], lines[1:]
        if text:
            entries[key] = _scalar(text)
        elif lines and _is_inside(lines[0], indent):
            entries[key], lines = _block(lines, lines[0][0])
        else:
            entries[key] = None
    return entries, lines


def _is_inside(line: tuple[int, str], indent: int) -> bool:
    # A list may stand in the column of its key; a mapping may not.
    return line[0] > indent or (line[0] == indent and line[1].startswith("- "))


def _scalar(text: str) -> Any:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        if "\\" in text and text[0] == '"':
            raise _TooRich(repr(text))
        return text[1:-1]
    if text in ("[]", "{}"):
        return [] if text == "[]" else {}
    if text[0] in "&*!|>{}[],%@`\"'" or text.endswith(":") or ": " in text:
        raise _TooRich(repr(text))
    if text in ("null", "~"):
        return None
    if re.fullmatch(r"true|false", text):
        return text == "true"
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    if re.fullmatch(r"[-+]?\d+\.\d*", text):
        return float(text)
    return text


def dump(contents: dict[str, Any]) -> str:
    """Return a conda file's text for its contents."""
    lines: list[str] = []
    for key, value in contents.items():
        if isinstance(value, list) and value:
            lines.append(f"{key}:")
            for item in value:
                lines += _dump_item(item)
        else:
            lines.append(f"{key}: {_dump_scalar(value)}")
    return "\n".join(lines) + "\n"


def _dump_item(item: Any) -> list[str]:
    if not isinstance(item, dict):
        return [f"- {_dump_scalar(item)}"]
    lines = []
    for key, values in item.items():
        lines.append(f"- {key}:" if values else f"- {key}: []")
        lines += [f"  - {_dump_scalar(value)}" for value in values or []]
    return lines


def _dump_scalar(value: Any) -> str:
    if isinstance(value, str):
        is_plain = _OPTION.match(value) or not _NEEDS_QUOTES.search(value)
        reads_back = is_plain and _safe_scalar(value) == value
        return value if reads_back else json.dumps(value)
    return json.dumps(value)


def _safe_scalar(text: str) -> Any:
    try:
        return _scalar(text)
    except _TooRich:
        return None

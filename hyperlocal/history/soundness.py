"""Soundness: what a column must hold to be what it is for; a ValueError says what it does not.

SQLite keeps any value in any column, and any program can write to the file.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = [
    "FOLDER_NAME",
    "LARGEST_PROCESS",
    "LATEST_MOMENT",
    "UNREADABLE",
    "duration",
    "integer",
    "json_object",
    "json_texts",
    "moment",
    "number",
    "process_number",
    "reason",
    "run_id",
    "shown",
    "text",
]

_MOST_SHOWN = 60
UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError)
"""What is raised at a content that is not what it should be."""

LATEST_MOMENT = 253_402_300_799.0 - 2 * 86_400
"""What every platform can turn into a date, in every time zone."""

LARGEST_PROCESS = 2**31 - 1
"""The greatest number that a process can have."""

FOLDER_NAME = re.compile(r"(?!\.{1,2}\Z)[^/\\\0]{1,250}")
"""What the id of a run must be: the name of its folder, which must not lead out of `runs`."""


def shown(content: Any) -> str:
    """Return what a column holds, cut to what a sentence can carry."""
    told = repr(content)
    return told if len(told) <= _MOST_SHOWN else f"{told[:_MOST_SHOWN]}..."


def reason(error: BaseException) -> str:
    """Return why a column cannot be read, in words."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)


def _of(content: Any, *types: type) -> Any:
    if type(content) in types:
        return content
    found = "nothing" if content is None else f"{shown(content)}, a {type(content).__name__}"
    raise ValueError(f"it holds {found}")


def text(content: Any) -> str:
    """Return a text."""
    held: str = _of(content, str)
    return held


def integer(content: Any) -> int:
    """Return an integer."""
    held: int = _of(content, int)
    return held


def number(content: Any) -> float:
    """Return a finite number."""
    held: float = _of(content, float, int)
    if not math.isfinite(held):
        raise ValueError(f"it holds {held!r}")
    return held


def duration(content: Any) -> float:
    """Return a number of seconds that is not negative."""
    held = number(content)
    if held < 0:
        raise ValueError(f"it holds {held!r}, a negative duration")
    return held


def moment(content: Any) -> float:
    """Return seconds since the epoch that are a date."""
    held: float = _of(content, float, int)
    if not 0 <= held <= LATEST_MOMENT:
        raise ValueError(f"{held!r} is no time between 1970 and 9999")
    return held


def process_number(content: Any) -> int:
    """Return what can be the number of a process: not a group's, and not everybody's."""
    held = integer(content)
    if not 0 < held <= LARGEST_PROCESS:
        raise ValueError(f"{held!r} is no number of a process")
    return held


def run_id(content: Any) -> str:
    """Return what can be the id of a run."""
    held = text(content)
    if FOLDER_NAME.fullmatch(held) is None:
        raise ValueError(f"{shown(held)} is no id of a run")
    return held


def json_object(content: Any) -> dict[str, Any]:
    """Return a JSON object."""
    if content == "{}":
        return {}
    held = _json(content)
    if type(held) is not dict:
        raise ValueError(f"{shown(content)} is no JSON object")
    return held


def json_texts(content: Any) -> list[str]:
    """Return a JSON list of texts."""
    if content == "[]":
        return []
    held = _json(content)
    if type(held) is not list or not all(type(each) is str for each in held):
        raise ValueError(f"{shown(content)} is no JSON list of texts")
    return held


def _json(content: Any) -> Any:
    try:
        return json.loads(text(content))
    except json.JSONDecodeError as error:
        raise ValueError(f"{shown(content)} is no JSON ({error})") from error

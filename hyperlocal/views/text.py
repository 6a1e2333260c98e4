"""Text: durations, times, numbers and parameters as people read them."""

from __future__ import annotations

import json
import math
import re
import shlex
import time
from collections.abc import Iterable, Mapping
from typing import Any

from hyperlocal.domain.parameters import to_argument
from hyperlocal.domain.secrecy import shown_arguments, shown_values
from hyperlocal.domain.status import Cause
from hyperlocal.history.records import RunRecord

__all__ = [
    "NOTHING",
    "SHORT_DIGITS",
    "age",
    "command",
    "counted",
    "duration",
    "moment",
    "one_line",
    "parameters",
    "percent",
    "printable",
    "run_duration",
    "setting",
    "shown_parameters",
    "status",
    "timestamp",
    "untold_error",
    "value",
    "with_trial_numbers",
    "without_output",
]

NOTHING = "-"
SHORT_DIGITS = 6  # significant digits where a person reads along
_LONG_AGO_S = 30 * 86400
_FIRST_FAILURE = re.compile(r" failed; the first: [^\s:]+: (.+)")
_UNITS = ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s"))


def duration(seconds: float | None) -> str:
    """Return seconds in the largest two units that matter: `3.1s`, `42s`, `1m02s`, `7d`."""
    if seconds is None or math.isnan(seconds):
        return NOTHING
    if math.isinf(seconds):
        return "forever"
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    for size, unit, smaller_size, smaller_unit in _UNITS:
        if whole >= size:
            rest = whole % size // smaller_size
            return f"{whole // size}{unit}" + (f"{rest:02d}{smaller_unit}" if rest else "")
    raise AssertionError("unreachable: a minute is the smallest unit")


def moment(seconds: float | None, separator: str = " ") -> str:
    """Return a time of the history as local date and time."""
    if seconds is None:
        return NOTHING
    return time.strftime(f"%Y-%m-%d{separator}%H:%M:%S", time.localtime(seconds))


def age(seconds: float, now: float) -> str:
    """Return how long ago a time of the history was, or its date if that is long ago."""
    past = max(now - seconds, 0.0)
    if past >= _LONG_AGO_S:
        return time.strftime("%Y-%m-%d", time.localtime(seconds))
    for size, unit, _, _ in _UNITS:
        if past >= size:
            return f"{int(past // size)}{unit} ago"
    return f"{int(past)}s ago"


def timestamp(seconds: float | None) -> str | None:
    """Return a time of the history as ISO 8601 in UTC, for programs."""
    if seconds is None:
        return None
    whole = math.floor(seconds)
    microseconds = min(int((seconds - whole) * 1e6), 999_999)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{microseconds:06d}Z"


def value(content: object, digits: int | None = None) -> str:
    """Return one value, with all digits unless told how many; `-` for None."""
    if content is None:
        return NOTHING
    if isinstance(content, float) and digits is not None:
        return f"{content:.{digits}g}"
    if isinstance(content, str):
        is_printable = content.isprintable()
        if content and is_printable and not set(content) & set(" =\"'"):
            return content
        return json.dumps(content, ensure_ascii=not is_printable)
    return one_line(to_argument(content))


def setting(content: object, digits: int | None = None) -> str:
    """Return a parameter's value. A choice may hold None, so that is spelled out."""
    return "None" if content is None else value(content, digits)


def parameters(values: Mapping[str, Any] | None, digits: int | None = None) -> str:
    """Return parameters as `name=value` pairs in their order, secrets hidden."""
    if not values:
        return NOTHING
    return " ".join(
        f"{one_line(name)}={setting(content, digits)}"
        for name, content in shown_values(values).items()
    )


def shown_parameters(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Return parameters as texts by name, secrets hidden."""
    return {
        one_line(name): setting(content) for name, content in shown_values(values or {}).items()
    }


def one_line(text: str) -> str:
    """Return `text` with line ends and runs of blanks as single blanks, safe for a terminal."""
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """Return `text` without control characters, so that no log can command a terminal."""
    if text.isprintable():
        return text
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def with_trial_numbers(reason: str, parent_id: str) -> str:
    """Return a text in which the long ids of a sweep's own trials are their numbers."""
    return re.sub(rf"\b{re.escape(parent_id)}_(\d+)\b", r"trial \1", reason)


def counted(number: int, noun: str) -> str:
    """Return `1 trial`, `2 trials`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def status(record: RunRecord) -> str:
    """Return a run's status, with what ended it where that is not the script itself."""
    if record.cause in (None, Cause.SCRIPT):
        return record.status.value
    return f"{record.status.value} ({record.cause.value})"


def percent(share: float) -> str:
    """Return a share in whole percents; what is rounded to nothing has no sign."""
    return f"{round(100 * share)}%"


def run_duration(record: RunRecord, now: float) -> float | None:
    """Return for how many seconds a run has been, or was, running; None if it never was."""
    if record.started_at is None:
        return None
    if record.elapsed is not None:  # the clock may have been set, the run been interrupted
        return record.elapsed
    return max((record.ended_at or now) - record.started_at, 0.0)


def command(arguments: Iterable[str]) -> str:
    """Return an argument vector as one would type it, secrets hidden."""
    return shlex.join(shown_arguments(arguments))


def untold_error(record: RunRecord) -> str:
    """Return a run's error; nothing if its reason or a warning has told it.

    They may begin it, or tell of which failure it is that it names as the first.
    """
    if not record.error:
        return ""
    message = str(record.error.get("message", record.error))
    told = [each for each in (record.reason, *record.warnings) if each]
    failure = _FIRST_FAILURE.search(message.partition("\n")[0])
    if any(message.startswith(each) or (failure and failure[1] in each) for each in told):
        return ""
    return message


def without_output(message: str) -> str:
    """Return an error of a sweep without the output of the trial that it names."""
    sentence = message.partition("\n")[0]
    return message if _FIRST_FAILURE.search(sentence) is None else sentence

"""Raised: which exception ended a script, and what it said, read from the end of its output.

Nothing but text is known: scripts print tracebacks of what they caught, libraries put whole
tracebacks into messages, and bars and warnings may stand after the last one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Raised", "last_raised", "shortened", "without_noise"]

_HEADER = "Traceback (most recent call last):"
_GROUP_HEADER = re.compile(
    r"(?P<margin>\s*)\+ Exception Group Traceback \(most recent call last\):"
)
_SECTION = re.compile(r"\s*\+(?:-\+)?-+ \S+ -+$")
_GROUP_END = re.compile(r"\s*\+-+$")
_MARGIN = re.compile(r"\s*\| ?")
_FRAME = re.compile(r'\s+File "(?P<path>.+)", line (?P<line>\d+)(?P<function>, in .+)?$')
_CLASS = re.compile(r"(?P<name>[^\W\d][\w.<>]*)(?:: ?(?P<text>.*))?$")
_CHAINED = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
# What stands before the traceback of something that did not end the script.
_ELSEWHERE = re.compile(
    r"Exception (ignored|in thread)|Error in (atexit|sys)|--- Logging error|Process \S+:$|future: "
)
_LOGGED = re.compile(r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b")
_STACK_IN_MESSAGE = "(most recent call last):"
# A message in labelled lines, as exceptions write it that also hold an answer of a service.
_LABEL = re.compile(r"\t(?P<label>\w+)(?P<colon>:?) ?(?P<text>.*)$")
_WARNING = re.compile(
    r"\S+:\d+: (\w+Warning|DeprecationWarning): |\w*Warning: |Exception ignored "
)
_BAR = re.compile(r"\s*(?:[^|]*\d+%\||.*\[\d+:\d\d<[\d:?]+|\d+/\d+ \[[=>. -]+\])")
_LOCATED = ("SyntaxError", "IndentationError", "TabError")
_MOST_LINES = 12  # a message is not longer than this, unless something stands after it
_LONGEST = 480
_MOST_OF_A_FRAME = 8


@dataclass(frozen=True)
class Raised:
    """An exception as its traceback shows it.

    Attributes:
        text: Its class and message as one line, with the place where that is all there is.
        cause: The same of what it was raised from; None if that tells nothing more.
        after: The last line of what was printed after it; None if that is its own text.
    """

    text: str
    cause: str | None = None
    after: str | None = None


def last_raised(lines: Sequence[str]) -> Raised | None:
    """Return the exception that ended a script; None without any traceback."""
    found = _found(lines)
    if found is None:
        return None
    return Raised(shortened(found.text), found.cause and shortened(found.cause), found.after)


def without_noise(lines: Sequence[str]) -> list[str]:
    """Return the lines that are neither a warning nor a progress bar."""
    kept: list[str] = []
    after_warning = False
    for line in lines:
        # Below a warning stands the line of code that led to it.
        is_its_code = after_warning and line.startswith("  ")
        after_warning = bool(_WARNING.match(line))
        if not (after_warning or is_its_code or _BAR.match(line)):
            kept.append(line)
    return kept


def shortened(text: str) -> str:
    """Return a long text without its middle: at the end it may say what to do."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST * 2 // 3]} ... {text[-_LONGEST // 3 :]}"


def _found(lines: Sequence[str]) -> Raised | None:
    group = _last(n for n, line in enumerate(lines) if _GROUP_HEADER.match(line))
    starts = [n for n, line in enumerate(lines) if _is_header(line)]
    if group is not None and (not starts or group >= starts[-1]):
        return _group(lines, group)
    if not starts:
        return _without_header(lines)
    # Of tracebacks inside messages of others the outermost counts.
    main = [n for n in starts if not _ELSEWHERE.match(_before(lines, n))] or starts
    own = [n for n in main if n == main[0] or not _is_quoted(lines, n)]
    start = own[-1]
    quoted = [n for n in main if n > start]
    end = quoted[0] if quoted else _end(lines, start, starts)
    raised = _plain(lines[start + 1 : end])
    if raised is None:
        return None
    if quoted:
        inner = _plain(lines[quoted[-1] + 1 :])
        return Raised(raised.text, None if inner is None else inner.text)
    return Raised(raised.text, raised.cause or _cause(lines, start, raised.text), raised.after)


def _last(places: Iterator[int]) -> int | None:
    return max(places, default=None)


def _is_header(line: str) -> bool:
    # A bar that was not ended may stand on the same line.
    return line == _HEADER or (line.endswith(_HEADER) and bool(_BAR.match(line)))


def _before(lines: Sequence[str], start: int) -> str:
    return next((line for line in reversed(lines[:start]) if line), "")


def _is_quoted(lines: Sequence[str], start: int) -> bool:
    """Whether a traceback is part of a message, which then has announced it."""
    before = _before(lines, start)
    return before.endswith(":") and before not in _CHAINED and not _LOGGED.search(before)


def _end(lines: Sequence[str], start: int, starts: list[int]) -> int:
    return next((n for n in starts if n > start), len(lines))


def _without_header(lines: Sequence[str]) -> Raised | None:
    """Read what begins with a frame: a script that cannot be parsed, or a very long traceback."""
    frames = (n for n, line in enumerate(lines) if _FRAME.match(line))
    start = next(frames, None)
    if start is None:
        return None
    raised = _plain(lines[start:])
    is_one = raised is not None and (start == 0 or raised.text.startswith(_LOCATED))
    # The first frame may be cut itself: then a few lines of its code stand above the next one.
    is_cut = not is_one and raised is not None and start <= _MOST_OF_A_FRAME < len(lines)
    return raised if is_one or is_cut else None


def _plain(lines: Sequence[str]) -> Raised | None:
    """Read one traceback, of which the first line is a frame, or only an exception's text."""
    at = next((n for n, line in enumerate(lines) if line and not line[0].isspace()), None)
    if at is None:
        return None
    match = _CLASS.match(lines[at])
    if match is None:
        return Raised(lines[at])
    name = match["name"].rpartition(".")[2]
    body = [match["text"] or "", *_own_lines(lines[at + 1 :])]
    message, cause, after = _message(body)
    place = _place(lines[:at])
    if name in _LOCATED and place:
        message = f"{message} ({place})"
    if not message:
        return Raised(f"{name} in {place}" if place else name, cause, after)
    # Some say their name twice.
    message = message[len(name) + 1 :].strip() if message.startswith(f"{name}:") else message
    return Raised(f"{name}: {message}", cause, after)


def _own_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines below the first one of a message, up to what is surely not part of it."""
    kept: list[str] = []
    for line in without_noise(lines):
        if line in _CHAINED or _ELSEWHERE.match(line) or line.startswith("Warning"):
            break
        kept.append(line)
    return kept


def _message(body: Sequence[str]) -> tuple[str, str | None, str | None]:
    labelled = _labelled(body)
    if labelled is not None:
        return (*labelled, None)
    paragraphs = list(_paragraphs(_without_stacks(body)))
    told: list[str] = []
    for paragraph in paragraphs:
        told += paragraph
        if not paragraph[-1].endswith(":"):  # what it announces follows
            break
    later = [line for paragraph in paragraphs for line in paragraph][len(told) :]
    if body[0] and len(told) > _MOST_LINES:
        return body[0].strip(), None, told[-1].strip()
    last = later[-1].strip() if body[0] and len(told) == 1 and len(later) == 1 else None
    return _joined(told), None, last


def _labelled(body: Sequence[str]) -> tuple[str, str | None] | None:
    """Return message and inner exception of a text whose lines are labelled."""
    parts: dict[str, list[str]] = {}
    held: list[str] | None = None
    for line in body:
        match = _LABEL.match(line)
        # Only after the first label; a message may well have lines of its own that look alike.
        if match is not None and (match["colon"] or "Message" in parts):
            held = parts.setdefault(match["label"], [])
            held.append(match["text"])
        elif held is not None:
            held.append(line)
    if "Message" not in parts:
        return None
    inner = _joined(parts.get("InnerException", []))
    return _joined(parts["Message"]), None if inner in ("", "None") else inner


def _joined(lines: Sequence[str]) -> str:
    return " ".join(" ".join(lines).split())


def _without_stacks(body: Sequence[str]) -> Iterator[str]:
    is_stack = False
    for line in body:
        if is_stack and (line[:1].isspace() or line.startswith("<stack")):
            continue
        is_stack = line.endswith(_STACK_IN_MESSAGE)
        if not is_stack and set(line) != {"-"}:
            yield line


def _paragraphs(lines: Iterator[str]) -> Iterator[list[str]]:
    held: list[str] = []
    for line in lines:
        if line.strip():
            held.append(line)
        elif held:
            yield held
            held = []
    if held:
        yield held


def _place(frames: Sequence[str]) -> str:
    """Return file and line of the last frame, with its code where it stands."""
    at = _last(n for n, line in enumerate(frames) if _FRAME.match(line))
    if at is None:
        return ""
    match = _FRAME.match(frames[at])
    assert match is not None
    place = f"{os.path.basename(match['path'])}, line {match['line']}"
    code = frames[at + 1].strip() if match["function"] and at + 1 < len(frames) else ""
    return f"{place}: {code}" if code else place


def _cause(lines: Sequence[str], start: int, text: str) -> str | None:
    """Return the exception from which, or while handling which, another one was raised."""
    if _before(lines, start) not in _CHAINED:
        return None
    earlier = next((n for n in range(start - 1, -1, -1) if _is_header(lines[n])), None)
    raised = None if earlier is None else _plain(lines[earlier + 1 : start])
    # What another process raised is told twice: as the cause, and as the exception itself.
    if raised is None or earlier is None or _before(lines, earlier) == '"""':
        return None
    return None if raised.text.partition(": ")[2] in text.partition(": ")[2] else raised.text


def _group(lines: Sequence[str], start: int) -> Raised | None:
    """Read a group of exceptions, with what is in it."""
    sections: list[list[str]] = [[]]
    for line in lines[start + 1 :]:
        if _SECTION.match(line):
            sections.append([])
        elif _GROUP_END.match(line):
            break
        else:  # further lines of a message have no margin
            sections[-1].append(_MARGIN.sub("", line, count=1))
    own = _plain(sections[0])
    if own is None:
        return None
    parts = [part.text for part in map(_member, sections[1:]) if part is not None]
    return Raised(f"{own.text}: {'; '.join(parts)}" if parts else own.text)


def _member(lines: Sequence[str]) -> Raised | None:
    return _found(lines) or _plain(lines)

"""Uncaught: exceptions of ours that end a script are told once, without their answer in JSON.

Their `str()` holds the message twice, and the line that says what to do is not the last one. Who
catches one, and every tool with a hook of its own, still sees the SDK's text.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = ["IN_SHORT", "tell_in_short"]

IN_SHORT = "_is_told_in_short"


def tell_in_short() -> None:
    """From now on tell uncaught exceptions in short, unless somebody else tells them."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _tell


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    for each in _chain(error):
        each.__dict__[IN_SHORT] = True
    sys.__excepthook__(kind, error, trace)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        each = todo.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            todo += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
            if hasattr(each, "__dict__"):
                yield each

"""Expressions over the columns of a table, as plain values, and what they are worth."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

__all__ = ["evaluated"]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name)
    for name in ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "and_", "or_")
}


def evaluated(plain: list[Any], frame: Any) -> Any:
    """Return an expression's value for each row of a frame."""
    name, *arguments = plain
    if name == "column":
        return frame[arguments[0]]
    if name == "value":
        return arguments[0]
    if name == "datetime":
        return datetime.fromisoformat(arguments[0])
    if name == "invert":
        return ~evaluated(arguments[0], frame)
    left, right = (evaluated(argument, frame) for argument in arguments)
    return _OPERATORS[name](left, right)

"""Parameters: the values that one trial is started with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["Parameters", "identity", "to_argument"]

_MOST_DIGITS = 1e22  # up to here a float's shortest digits are those of its integer

Parameters = Mapping[str, Any]
"""Parameter name to value: int, float, str, bool, None, or a list or dict of these."""


def identity(parameters: Parameters) -> str:
    """Return a text that is equal for equal parameters, whatever their order.

    1, 1.0 and True stay apart, as they are different options of a choice.
    """
    try:
        return json.dumps(parameters, sort_keys=True, separators=(",", ":"), default=repr)
    except TypeError:  # a dict as a value, whose keys have no order
        return repr(sorted(parameters.items(), key=lambda item: item[0]))


def to_argument(value: object) -> str:
    """Return `value` as one command-line token.

    Integral floats are written as integers, so that `type=int` parses a quantised value. Other
    floats keep all digits, and negative ones have no exponent: argparse takes `-1e-08` for an
    option, but not `-0.00000001`. True, False and None are their names; lists and dicts compact
    JSON.
    """
    if isinstance(value, float):
        return _float_argument(value)
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, separators=(",", ":"), default=str)
    return str(value)


def _float_argument(value: float) -> str:
    if value.is_integer() and abs(value) < _MOST_DIGITS:
        return str(int(value))
    text = str(value)
    if text.startswith("-") and "e" in text:
        from decimal import Decimal

        return format(Decimal(text), "f")
    return text

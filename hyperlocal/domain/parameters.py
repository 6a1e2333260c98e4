"""Parameters: the values that one trial is started with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["Parameters", "identity", "to_argument"]

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

    Integral floats lose their `.0`, so that `type=int` parses a quantised value. Other floats
    keep all digits; True, False and None are their names; lists and dicts compact JSON.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, separators=(",", ":"), default=str)
    return str(value)

"""Shapes: whether a value is of the type that a field of a frozen class declares.

Only for values that come from outside, where no type checker has been: a history may be damaged.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["fields_of"]

_Fits = Callable[[Any], bool]
_UNIONS = (Union, types.UnionType)


_known: dict[type[Any], dict[str, _Fits]] = {}


def fields_of(kind: type[Any]) -> dict[str, _Fits]:
    """Return field name to what tells whether a value fits it, of a dataclass."""
    if kind not in _known:
        _known[kind] = {name: _fits(hint) for name, hint in get_type_hints(kind).items()}
    return _known[kind]


def _fits(hint: Any) -> _Fits:
    origin, of = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda value: True
    if origin in _UNIONS:
        any_of = [_fits(each) for each in of]
        return lambda value: any(fits(value) for fits in any_of)
    if origin is tuple:
        return _fits_tuple(of)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, held = map(_fits, of)
        return lambda value: (
            isinstance(value, dict) and all(key(k) and held(v) for k, v in value.items())
        )
    if hint is bool:
        return lambda value: isinstance(value, int)
    if hint is int:
        return lambda value: isinstance(value, int) or _is_number(value)
    if hint is float:
        return _is_number
    return lambda value: isinstance(value, hint)


def _fits_tuple(of: tuple[Any, ...]) -> _Fits:
    if of[-1] is Ellipsis:
        each = _fits(of[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    parts = [_fits(part) for part in of]
    return lambda value: (
        isinstance(value, tuple)
        and len(value) == len(parts)
        and all(fits(held) for fits, held in zip(parts, value, strict=True))
    )


def _is_number(value: Any) -> bool:
    """Whether it can be counted and measured with: scripts write 20.0 for 20."""
    if not isinstance(value, (int, float)):
        return False
    try:
        return not math.isnan(value)
    except OverflowError:  # an integer beyond every float
        return False

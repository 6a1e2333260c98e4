"""Typed: fields of delimited files as the parser types them, where inference would say the same.

To type texts one by one takes twenty times as long as to have the parser do it. It is trusted
where what it says is what `_inference` would: whole numbers, numbers below those that lose digits,
true and false. What it leaves as text is inferred; what is in doubt is read again, as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hyperlocal.services.data.packages import pandas

__all__ = ["typed_rows"]

_EXACT = float(2**53)
_TRUSTED = ("string", "boolean", "empty")
_Parse = Callable[..., Any]


def typed_rows(parse: _Parse, *, has_head: bool) -> tuple[Any, Any] | None:
    """Read the rows of a file.

    Args:
        parse: Reads it, given further arguments of `pandas.read_csv`.
        has_head: Whether the first row is names.

    Returns:
        The first row as texts, if it is names, and the other rows, in columns named by position;
        None if the file has to be read as text.
    """
    try:
        # With the second row: below given names it might have more fields than the first.
        first = parse(header=None, dtype=str, na_values=[], nrows=2)
        rows = _rows(parse, range(first.shape[1]), has_head)
    except Exception:  # whatever it is, it comes again, and is told, where all is read as text
        return None
    if rows is None:
        return None
    return (first.iloc[0] if has_head else None), rows


def _rows(parse: _Parse, positions: range, has_head: bool) -> Any:
    settings: dict[str, Any] = {
        "header": 0 if has_head else None,
        "names": list(positions),
        "na_values": [""],
    }
    rows = parse(low_memory=False, **settings)
    if not _is_plain(rows, positions):
        return None
    doubtful = [name for name in positions if _is_doubtful(rows[name])]
    if doubtful:
        again = parse(dtype=str, usecols=doubtful, **settings)
        rows = pandas().DataFrame(
            {name: again[name] if name in doubtful else rows[name] for name in positions}
        )
    return rows


def _is_plain(rows: Any, positions: range) -> bool:
    """Tell whether each field stands in a column of its own: no row has more than the first."""
    return isinstance(rows.index, pandas().RangeIndex) and list(rows.columns) == list(positions)


def _is_doubtful(column: Any) -> bool:
    if column.dtype.kind == "f":
        return bool((column.abs() >= _EXACT).any())
    if column.dtype != object:
        return False
    return pandas().api.types.infer_dtype(column, skipna=True) not in _TRUSTED

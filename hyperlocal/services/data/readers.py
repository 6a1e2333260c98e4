"""Readers: how tables are read from files, checked, as a definition holds it."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any

from hyperlocal.errors import ArgumentError, NotEmulatedError

__all__ = ["HEADERS", "delimited_reader", "json_lines_reader", "parquet_reader"]

HEADERS = (
    "NO_HEADERS",
    "ONLY_FIRST_FILE_HAS_HEADERS",
    "COMBINE_ALL_FILES_HEADERS",
    "ALL_FILES_HAVE_SAME_HEADERS",
)
"""Which files may have their columns' names in the first line; by their places in here, too."""

_ENCODINGS = ("utf8", "iso88591", "latin1", "ascii", "utf16", "utf32", "utf8bom", "windows1252")
_CODECS = {"iso88591": "iso8859-1", "windows1252": "cp1252"}


def delimited_reader(
    *,
    include_path: Any = False,
    infer_column_types: Any = True,
    set_column_types: Any = None,
    separator: Any = ",",
    header: Any = True,
    partition_format: Any = None,
    empty_as_string: Any = False,
    encoding: Any = "utf8",
) -> dict[str, Any]:
    """Return how delimited files are read.

    Raises:
        ArgumentError: A setting that cannot be.
        NotEmulatedError: Columns are to be taken from paths.
    """
    if not isinstance(separator, str) or not separator:
        raise ArgumentError(f"separator is {separator!r}, but must be a text such as ','.")
    return {
        "format": "delimited",
        **_common(include_path, set_column_types, partition_format),
        "infer_column_types": bool(infer_column_types),
        "separator": separator,
        "header": _header(header),
        "empty_as_string": bool(empty_as_string),
        "encoding": _encoding(encoding),
    }


def parquet_reader(
    *, include_path: Any, set_column_types: Any, partition_format: Any
) -> dict[str, Any]:
    """Return how Parquet files are read.

    Raises:
        ArgumentError: A type that is none.
        NotEmulatedError: Columns are to be taken from paths.
    """
    return {"format": "parquet", **_common(include_path, set_column_types, partition_format)}


def json_lines_reader(
    *,
    include_path: Any,
    set_column_types: Any,
    partition_format: Any,
    invalid_lines: Any,
    encoding: Any,
) -> dict[str, Any]:
    """Return how files with a JSON object in each line are read.

    Raises:
        ArgumentError: A setting that cannot be.
        NotEmulatedError: Columns are to be taken from paths.
    """
    if invalid_lines not in ("error", "drop"):
        raise ArgumentError(f"invalid_lines is {invalid_lines!r}, but must be 'error' or 'drop'.")
    return {
        "format": "json_lines",
        **_common(include_path, set_column_types, partition_format),
        "invalid_lines": invalid_lines,
        "encoding": _encoding(encoding),
    }


def _common(include_path: Any, set_column_types: Any, partition_format: Any) -> dict[str, Any]:
    if partition_format is not None:
        raise NotEmulatedError(
            "A dataset with a partition_format",
            "Use include_path=True and take the values from the column Path.",
        )
    return {"include_path": bool(include_path), "column_types": _types(set_column_types)}


def _types(wanted: Any) -> dict[str, Any]:
    if wanted is None:
        return {}
    if not isinstance(wanted, Mapping):
        raise ArgumentError(
            f"set_column_types is {wanted!r}, but must be a dict from columns to types such as "
            "DataType.to_float()."
        )
    for name, kind in wanted.items():
        if not hasattr(kind, "_plain"):
            raise ArgumentError(
                f"set_column_types: the type of {name!r} is {kind!r}, but must be one such as "
                "DataType.to_float()."
            )
    return {str(name): dict(kind._plain) for name, kind in wanted.items()}


def _header(header: Any) -> str:
    if isinstance(header, bool):
        return "ALL_FILES_HAVE_SAME_HEADERS" if header else "NO_HEADERS"
    place = getattr(header, "value", header)
    if place not in range(len(HEADERS)):
        raise ArgumentError(
            f"header is {header!r}, but must be True, False or a PromoteHeadersBehavior."
        )
    return HEADERS[int(place)]


def _encoding(encoding: Any) -> str:
    if encoding not in _ENCODINGS:
        raise ArgumentError(
            f"encoding is {encoding!r}, but must be one of {', '.join(_ENCODINGS)}."
        )
    return str(encoding) if encoding == "utf8bom" else codecs.lookup(_codec(encoding)).name


def _codec(encoding: str) -> str:
    return _CODECS.get(encoding, encoding)

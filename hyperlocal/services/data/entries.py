"""Entries of the data map as definitions of datasets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hyperlocal.errors import DataError
from hyperlocal.services.data.definitions import Definition, Source

__all__ = ["definition_of", "kind_of", "reader_of"]

_FORMATS = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".parquet": "parquet",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
}
_DELIMITED = {
    "format": "delimited",
    "include_path": False,
    "infer_column_types": True,
    "column_types": {},
    "header": "ALL_FILES_HAVE_SAME_HEADERS",
    "empty_as_string": False,
    "encoding": "utf8",
}


def kind_of(path: str) -> str:
    """Return what a file is taken for: "tabular" if its name ends like a table's, else "file"."""
    return "tabular" if _suffix(path) in _FORMATS else "file"


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def reader_of(path: str) -> dict[str, Any]:
    """Return how the table in a file is read, told by the end of its name.

    Raises:
        DataError: It cannot be told.
    """
    form = _FORMATS.get(_suffix(path))
    if form is None:
        known = ", ".join(_FORMATS)
        raise DataError(f"{path} cannot be read as a table: its name must end in one of {known}.")
    if form == "delimited":
        return {**_DELIMITED, "separator": "\t" if _suffix(path) == ".tsv" else ","}
    extra = {"invalid_lines": "error", "encoding": "utf8"} if form == "json_lines" else {}
    return {"format": form, "include_path": False, "column_types": {}, **extra}


def definition_of(entry: Mapping[str, Any]) -> Definition:
    """Return what an entry of the data map means.

    Raises:
        DataError: It is said to be a table, and its name does not tell of which kind.
    """
    path = entry["path"]
    reader = reader_of(path) if entry["type"] == "tabular" else {}
    return Definition(entry["type"], (Source(path),), reader)

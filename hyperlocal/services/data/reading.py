"""Reading: the files of a tabular dataset as one frame, fields of delimited files as text."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from hyperlocal.errors import DataError
from hyperlocal.services.data.files import Found
from hyperlocal.services.data.packages import pandas, pyarrow
from hyperlocal.services.data.typed import typed_rows

__all__ = ["PATH_COLUMN", "check_records", "read"]

PATH_COLUMN = "Path"


def read(files: list[Found], reader: Mapping[str, Any]) -> Any:
    """Return what is in the files.

    Raises:
        DataError: One of them cannot be read.
    """
    return _READERS[reader["format"]](files, reader)


def check_records(files: list[Found], reader: Mapping[str, Any]) -> None:
    """Check that there is something to read, without reading much of it.

    Raises:
        DataError: There is not.
    """
    if reader["format"] != "parquet" and not any(_has_lines(file, reader) for file in files):
        raise DataError(f"There are no records in {', '.join(f.origin for f in files[:3])}.")


def _has_lines(file: Found, reader: Mapping[str, Any]) -> bool:
    wanted = 1 + (reader.get("header") not in (None, "NO_HEADERS"))
    with open(file.path, encoding=_codec(reader), errors="replace") as stream:
        for line in stream:
            wanted -= bool(line.strip())
            if wanted == 0:
                return True
    return False


def _codec(reader: Mapping[str, Any]) -> str:
    encoding = str(reader.get("encoding", "utf8"))
    return "utf-8-sig" if encoding in ("utf8", "utf-8", "utf8bom") else encoding


def _read_delimited(files: list[Found], reader: Mapping[str, Any]) -> Any:
    if (
        len(files) == 1
        and len(reader["separator"]) == 1
        and reader.get("infer_column_types", True)
    ):
        frame = _read_typed(files[0], reader)
        if frame is not None:
            return frame
    return _read_texts(files, reader)


def _read_typed(file: Found, reader: Mapping[str, Any]) -> Any:
    """Read a file's fields with the types that they have; None if that cannot be."""
    if reader.get("empty_as_string") or reader.get("column_types"):
        return None
    has_head = reader["header"] != "NO_HEADERS"
    read = typed_rows(partial(_parsed, file, reader), has_head=has_head)
    if read is None:
        return None
    head, rows = read
    names = [] if head is None else [_clean(name) for name in head]
    return _named(_with_path(rows, file, reader), names)


def _read_texts(files: list[Found], reader: Mapping[str, Any]) -> Any:
    """Read fields as text; types come later, over all files."""
    mode = reader["header"]
    parts, heads = [], []
    for number, file in enumerate(files):
        rows = _fields(file, reader)
        has_head = mode != "NO_HEADERS" and (mode != "ONLY_FIRST_FILE_HAS_HEADERS" or number == 0)
        if has_head and len(rows):
            heads.append([_clean(name) for name in rows.iloc[0]])
            rows = rows.iloc[1:]
        parts.append(_with_path(rows, file, reader))
    if mode == "COMBINE_ALL_FILES_HEADERS":
        parts = [_named(rows, head) for rows, head in zip(parts, heads, strict=True)]
        return pandas().concat(parts, ignore_index=True)
    return _named(pandas().concat(parts, ignore_index=True), heads[0] if heads else [])


def _clean(name: Any) -> str:
    return name.strip() if isinstance(name, str) else ""


def _named(rows: Any, head: list[str]) -> Any:
    """Name columns: by the header, else by position; a name that is taken gets a number."""
    names: list[Any] = []
    for position in (column for column in rows.columns if column != PATH_COLUMN):
        name = head[position] if position < len(head) else ""
        name = name or f"Column{position + 1}"
        taken = sum(known == name or known.startswith(f"{name}_") for known in names)
        names.append(f"{name}_{taken}" if name in names else name)
    has_path = PATH_COLUMN in rows.columns
    return rows.set_axis(([PATH_COLUMN] if has_path else []) + names, axis=1)


def _with_path(rows: Any, file: Found, reader: Mapping[str, Any]) -> Any:
    if reader.get("include_path"):
        rows = rows.copy()
        rows.insert(0, PATH_COLUMN, file.origin)
    return rows


def _parsed(file: Found, reader: Mapping[str, Any], **settings: Any) -> Any:
    separator = reader["separator"]
    return pandas().read_csv(
        file.path,
        sep=separator if len(separator) == 1 else re.escape(separator),
        engine="c" if len(separator) == 1 else "python",
        keep_default_na=False,
        encoding=_codec(reader),
        **settings,
    )


def _fields(file: Found, reader: Mapping[str, Any]) -> Any:
    try:
        return _parsed(file, reader, header=None, dtype=str, na_values=[])
    except pandas().errors.EmptyDataError:
        return pandas().DataFrame()
    except pandas().errors.ParserError:
        return _ragged(file, reader)
    except UnicodeError as error:
        raise DataError(
            f"{file.origin} is not in the encoding {reader.get('encoding')!r} ({error}). "
            "Give the right one, for instance encoding='latin1'."
        ) from error


def _ragged(file: Found, reader: Mapping[str, Any]) -> Any:
    """Read a file in which some rows have more fields than the first."""
    with open(file.path, encoding=_codec(reader), newline="") as stream:
        rows = [row for row in csv.reader(stream, delimiter=reader["separator"]) if row]
    width = max(map(len, rows))
    return pandas().DataFrame([row + [None] * (width - len(row)) for row in rows], dtype=object)


def _read_parquet(files: list[Found], reader: Mapping[str, Any]) -> Any:
    pyarrow()
    parts = [
        _with_path(pandas().read_parquet(file.path, engine="pyarrow"), file, reader)
        for file in files
    ]
    return pandas().concat(parts, ignore_index=True)


def _read_json_lines(files: list[Found], reader: Mapping[str, Any]) -> Any:
    parts = []
    for file in files:
        rows = pandas().DataFrame(list(_records(file, reader)))
        parts.append(_with_path(rows, file, reader))
    return pandas().concat(parts, ignore_index=True)


def _records(file: Found, reader: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with open(file.path, encoding=_codec(reader)) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if isinstance(record, dict):
                yield record
            elif reader["invalid_lines"] == "error":
                raise DataError(
                    f"{file.origin}, line {number} is no JSON object: {line.strip()[:80]!r}. "
                    "invalid_lines='drop' leaves such lines out."
                )


_READERS: dict[str, Callable[[list[Found], Mapping[str, Any]], Any]] = {
    "delimited": _read_delimited,
    "parquet": _read_parquet,
    "json_lines": _read_json_lines,
}

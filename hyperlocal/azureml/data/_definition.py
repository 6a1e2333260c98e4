"""Definitions: what a dataset is, as plain values that can go into the history and come back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.core._ids import derived_uuid
from hyperlocal.azureml.data._urls import is_url, parts_of
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import HistoryError
from hyperlocal.reading import absolute_path, shown

__all__ = ["Definition", "Source", "inner_path", "sources_of"]


@dataclass(frozen=True)
class Source:
    """Where files come from: a path of this machine, of a datastore, or a URL.

    Attributes:
        place: The path or URL; paths may hold `*`, `?`, `[...]` and `**`, or name a folder.
        datastore: The name of the datastore that the path is in, or None.
    """

    place: str
    datastore: str | None = None

    @property
    def is_url(self) -> bool:
        """Whether it is on the web."""
        return self.datastore is None and is_url(self.place)

    def __str__(self) -> str:
        if self.datastore is None:
            return self.place
        return f"{self.datastore}/{self.place}".rstrip("/")


@dataclass(frozen=True)
class Definition:
    """What a dataset is.

    Attributes:
        kind: "tabular" or "file".
        sources: Where its files come from.
        reader: How tables are read from them: `format` and its settings; empty for files.
        steps: What is done then, each a list of a name and its arguments.
    """

    kind: str
    sources: tuple[Source, ...]
    reader: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[list[Any], ...] = ()

    @property
    def id(self) -> str:
        """The id under which it is remembered: the same for the same definition."""
        return derived_uuid("dataset", json.dumps(self.plain(), sort_keys=True))

    def then(self, *step: Any) -> Definition:
        """Return this with one more step."""
        return replace(self, steps=(*self.steps, list(step)))

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "kind": self.kind,
            "sources": [
                {"place": source.place, "datastore": source.datastore} for source in self.sources
            ],
            "reader": dict(self.reader),
            "steps": list(self.steps),
        }

    @classmethod
    def from_plain(cls, body: Mapping[str, Any]) -> Definition:
        """Return the definition that `plain` wrote.

        Raises:
            HistoryError: The history is damaged there.
        """
        try:
            made = cls(
                kind=body["kind"],
                sources=tuple(Source(**source) for source in body["sources"]),
                reader=body["reader"],
                steps=tuple(body["steps"]),
            )
            is_whole = not made.reader or "format" in made.reader
        except (TypeError, ValueError, KeyError):
            is_whole = False
        if not is_whole:
            raise HistoryError("The definition of a dataset is damaged. Register it again.")
        return made


def sources_of(path: Any) -> tuple[Source, ...]:
    """Return the sources that a factory's `path` means.

    It is one or a list of: a URL, a local path, a `DataPath`, a `DataReference` (as
    `datastore.path(...)` gives), a pair of a datastore and a path in it. Local paths become
    absolute here, for a trial works elsewhere.

    Raises:
        UserErrorException: It is something else, or nothing.
    """
    items = path if isinstance(path, list) else [path]
    sources = tuple(_source(item) for item in items)
    if not sources:
        raise _unusable(path)
    return sources


def _source(item: Any) -> Source:
    if isinstance(item, str) and item.strip():
        return Source(_from_text(item))
    if isinstance(item, os.PathLike):
        return Source(os.path.abspath(os.fspath(item)))
    if isinstance(item, tuple) and len(item) == 2:
        return _in_datastore(*item)
    if is_instance(item, "DataPath"):
        return _in_datastore(item._datastore, item.path_on_datastore)
    if is_instance(item, "DataReference"):
        return _in_datastore(item.datastore, item.path_on_datastore)
    raise _unusable(item)


def _from_text(text: str) -> str:
    if text.lower().startswith("file://"):
        from urllib.parse import unquote

        return unquote(parts_of(text).path)
    return text if is_url(text) else absolute_path(text)


def _in_datastore(datastore: Any, path: Any) -> Source:
    from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore

    if not isinstance(datastore, AbstractDatastore) or not isinstance(path, (str, type(None))):
        raise _unusable((datastore, path))
    return Source(inner_path(path), datastore.name)


def inner_path(path: str | None) -> str:
    """Return a path in a datastore, relative and with forward slashes.

    Raises:
        UserErrorException: It leads out of the datastore.
    """
    parts = [
        part for part in str(path or "").replace("\\", "/").split("/") if part not in ("", ".")
    ]
    if ".." in parts:
        raise UserErrorException(
            f"{path!r} cannot be a path in a datastore: it must stay inside, without '..'."
        )
    return "/".join(parts)


def _unusable(path: Any) -> UserErrorException:
    return UserErrorException(
        f"{shown(path)} cannot be the path of a dataset. Give one or a list of: a URL, a local "
        "path, a DataPath, or a pair (datastore, 'path/in/it'); paths may hold wildcards."
    )

"""Definitions: what a dataset is, as plain values that can go into the history and come back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hyperlocal.errors import ArgumentError, HistoryError
from hyperlocal.reading import absolute_path
from hyperlocal.services.data.urls import is_url, parts_of
from hyperlocal.services.ids import derived_uuid

__all__ = ["Definition", "Source", "inner_path", "place_of"]


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


def place_of(text: str) -> str:
    """Return the place that a text means: a URL, or the absolute path of a file."""
    if text.lower().startswith("file://"):
        from urllib.parse import unquote

        return unquote(parts_of(text).path)
    return text if is_url(text) else absolute_path(text)


def inner_path(path: str | None) -> str:
    """Return a path in a datastore, relative and with forward slashes.

    Raises:
        ArgumentError: It leads out of the datastore.
    """
    parts = [
        part for part in str(path or "").replace("\\", "/").split("/") if part not in ("", ".")
    ]
    if ".." in parts:
        raise ArgumentError(
            f"{path!r} cannot be a path in a datastore: it must stay inside, without '..'."
        )
    return "/".join(parts)

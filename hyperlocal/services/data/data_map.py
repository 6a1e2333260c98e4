"""The data map: which local file answers a URL, and which files are a dataset by name.

A file `hyperlocal-data.json` beside the project, for people to read and to keep with their code:

    {
      "urls": {"https://example.com/bank.csv": "data/bank.csv", "https://example.com/x/": "x"},
      "datasets": {"bank": {"path": "data/bank.csv", "type": "tabular"}}
    }

Paths are relative to the folder of the map. A URL that ends in a slash stands for everything below
it, and its path is a folder.
"""

from __future__ import annotations

import json
import os
from typing import Any

from hyperlocal.errors import DataError, FileError
from hyperlocal.history.home import locate_home
from hyperlocal.reading import absolute_path, file_json
from hyperlocal.services.data.urls import plain_url

__all__ = ["FILE_NAME", "VARIABLE", "DataMap", "locate_map"]

FILE_NAME = "hyperlocal-data.json"
VARIABLE = "HYPERLOCAL_DATA_MAP"  # set in trials, whose working directory is elsewhere


def locate_map(home: str | None = None) -> str:
    """Return where the data map is, or would be written.

    `$HYPERLOCAL_DATA_MAP`, else the nearest `hyperlocal-data.json` from the working directory
    upwards, else the one beside the home. A new one is made beside the home if that is above the
    working directory, else in the working directory: beside the project.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return absolute_path(named)
    start = folder = os.getcwd()
    while not os.path.isfile(os.path.join(folder, FILE_NAME)):
        above = os.path.dirname(folder)
        if above == folder:
            return _beside(os.path.dirname(os.path.abspath(home or locate_home())), start)
        folder = above
    return os.path.join(folder, FILE_NAME)


def _beside(parent: str, start: str) -> str:
    beside = os.path.join(parent, FILE_NAME)
    is_above = os.path.join(start, "").startswith(os.path.join(parent, ""))
    return beside if is_above or os.path.isfile(beside) else os.path.join(start, FILE_NAME)


class DataMap:
    """What a data map says; paths in it are absolute.

    Attributes:
        path: The file.
        urls: URL to file or, if the URL ends in a slash, folder.
        datasets: Name to an entry: `path`, `type` ("tabular" or "file").
    """

    def __init__(self, path: str) -> None:
        self.path = path
        body = _read(path)
        self.urls = {str(url): self._absolute(file) for url, file in body["urls"].items()}
        self.datasets: dict[str, dict[str, Any]] = {
            str(name): {**entry, "path": self._absolute(entry["path"])}
            for name, entry in body["datasets"].items()
        }

    @classmethod
    def load(cls, home: str | None = None) -> DataMap:
        """Read the map of this process; an absent file is an empty map.

        Raises:
            DataError: It cannot be understood.
        """
        return cls(locate_map(home))

    def file_for(self, url: str) -> str | None:
        """Return the file or folder that answers a URL, or None if it is not mapped.

        The very URL comes first, then the same without its query (tokens expire), then the
        longest mapped URL that ends in a slash and begins it.
        """
        wanted = (plain_url(url, with_query=True), plain_url(url, with_query=False))
        for with_query, text in zip((True, False), wanted, strict=True):
            for known, file in self.urls.items():
                if plain_url(known, with_query=with_query) == text:
                    return file
        return self._below_mapped_folder(wanted[1])

    def _below_mapped_folder(self, text: str) -> str | None:
        folders = (url for url in self.urls if url.endswith("/"))
        above = [url for url in folders if text.startswith(plain_url(url))]
        if not above:
            return None
        nearest = max(above, key=len)
        rest = text[len(plain_url(nearest)) :]
        if ".." in rest.split("/"):
            return None
        return os.path.join(self.urls[nearest], *rest.split("/"))

    def save(self) -> None:
        """Write the file, whole or not at all."""
        from hyperlocal.engine.staging import write_whole

        body = {
            "urls": {url: self._relative(file) for url, file in self.urls.items()},
            "datasets": {
                name: {**entry, "path": self._relative(entry["path"])}
                for name, entry in self.datasets.items()
            },
        }
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        # Names of files can be any bytes; what is no text is escaped as JSON escapes it.
        raw = json.dumps(body, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")
        write_whole(None, self.path, raw + b"\n", is_durable=True)

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(os.path.dirname(self.path), os.path.expanduser(path)))

    def _relative(self, path: str) -> str:
        """Return a path as it is written: what lies beside or below the map can move with it."""
        folder = os.path.dirname(self.path)
        inside = os.path.commonpath([folder, path]) == folder
        return os.path.relpath(path, folder).replace(os.sep, "/") if inside else path


def _read(path: str) -> dict[str, dict[str, Any]]:
    try:
        body = file_json(path, f"The data map {path}")
    except FileNotFoundError:
        return {"urls": {}, "datasets": {}}
    except FileError as error:
        raise DataError(str(error)) from error
    complaint = _complaint(body)
    if complaint is not None:
        raise DataError(
            f"The data map {path} cannot be understood: {complaint}. It looks like "
            '{"urls": {"https://example.com/bank.csv": "data/bank.csv"}, '
            '"datasets": {"bank": {"path": "data/bank.csv", "type": "tabular"}}}.'
        )
    return {"urls": body.get("urls", {}), "datasets": body.get("datasets", {})}


def _complaint(body: Any) -> str | None:
    if not isinstance(body, dict):
        return "it is not an object"
    urls, datasets = body.get("urls", {}), body.get("datasets", {})
    if not isinstance(urls, dict) or not all(isinstance(file, str) for file in urls.values()):
        return '"urls" is not an object of URLs and paths'
    if not isinstance(datasets, dict):
        return '"datasets" is not an object'
    for name, entry in datasets.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            return f'the dataset {name!r} has no "path"'
        if entry.get("type") not in ("tabular", "file"):
            return f'the dataset {name!r} has "type" {entry.get("type")!r}, not tabular or file'
    return None

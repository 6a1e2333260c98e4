"""Sources: what a factory's `path` means."""

from __future__ import annotations

import os
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.reading import shown
from hyperlocal.services.data.definitions import Source, inner_path, place_of

__all__ = ["sources_of"]


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
        return Source(place_of(item))
    if isinstance(item, os.PathLike):
        return Source(os.path.abspath(os.fspath(item)))
    if isinstance(item, tuple) and len(item) == 2:
        return _in_datastore(*item)
    if is_instance(item, "DataPath"):
        return _in_datastore(item._datastore, item.path_on_datastore)
    if is_instance(item, "DataReference"):
        return _in_datastore(item.datastore, item.path_on_datastore)
    raise _unusable(item)


def _in_datastore(datastore: Any, path: Any) -> Source:
    from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore

    if not isinstance(datastore, AbstractDatastore) or not isinstance(path, (str, type(None))):
        raise _unusable((datastore, path))
    return Source(inner_path(path), datastore.name)


def _unusable(path: Any) -> UserErrorException:
    return UserErrorException(
        f"{shown(path)} cannot be the path of a dataset. Give one or a list of: a URL, a local "
        "path, a DataPath, or a pair (datastore, 'path/in/it'); paths may hold wildcards."
    )

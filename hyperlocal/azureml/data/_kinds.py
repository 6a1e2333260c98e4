"""Kinds: definitions as objects of the class that is for them."""

from __future__ import annotations

import os
from typing import Any

from hyperlocal.azureml._classes import DATASETS, class_named
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._registry_mapping import StrictMapping
from hyperlocal.services.connection import this_history
from hyperlocal.services.data import registry
from hyperlocal.services.data.definitions import Definition

__all__ = ["dataset_of", "home_now", "newest_change", "registered_datasets"]


def home_now() -> str:
    """Return the home of this process."""
    return str(this_history().home)


def dataset_of(registration: registry.Registration) -> Any:
    """Return a remembered dataset as an object."""
    kind = class_named(DATASETS.get(registration.definition.kind, DATASETS["file"]))
    return kind._made(registration, is_saved=True)


def registered_datasets() -> StrictMapping[Any]:
    """Return the latest version of each registered dataset, by name."""
    with as_sdk_errors:
        known = {each.name: dataset_of(each) for each in registry.all_registered()}
    advice = "If you have its file, say where it is: hyperlocal data add NAME FILE"
    return StrictMapping(known, "dataset", advice)


def newest_change(definition: Definition) -> Any:
    """Return when the newest file of a definition changed."""
    from datetime import datetime, timezone

    from hyperlocal.services.data.files import find

    with as_sdk_errors:
        files = find(definition.sources, home_now())
    newest = max(os.stat(file.path).st_mtime for file in files)
    return datetime.fromtimestamp(newest, timezone.utc)

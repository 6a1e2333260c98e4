"""Run configurations in files: where they lie, and what is read from them."""

from __future__ import annotations

import os
from typing import Any

from hyperlocal.azureml._user_files import bytes_in
from hyperlocal.azureml.core._element import Element, camel_case
from hyperlocal.azureml.core._runconfig_data import (
    Data,
    DataLocation,
    DataReferenceConfiguration,
    Dataset,
)
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.environment import _from_dict
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import FileError
from hyperlocal.reading import json_value

__all__ = ["fill", "find", "read"]

_FOLDERS = ("", ".azureml", "aml_config")
_SUFFIXES = ("", ".runconfig")
_WITH_CONTENTS = ("environment", "data", "data_references")


def find(path: Any, name: Any) -> str | None:
    """Return the file of a run configuration; None if there is none.

    Args:
        path: The file itself, whatever `name` is, or a folder.
        name: Its name in that folder, or in the folders where the SDK saves them.
    """
    if os.path.isfile(path):
        return str(path)
    folders = [os.path.join(path, folder) for folder in _FOLDERS]
    files = [os.path.join(f, f"{name}{suffix}") for f in folders for suffix in _SUFFIXES]
    return None if name is None else next((f for f in files if os.path.isfile(f)), None)


def read(file_name: str) -> dict[str, Any]:
    """Return what a file holds, JSON or YAML.

    Raises:
        UserErrorException: It is no run configuration.
    """
    text = bytes_in(file_name)
    try:
        body = json_value(text, file_name)  # also of text that a byte order mark begins
    except FileError:
        from hyperlocal.azureml.core._conda_file import load

        body = load(text, f"The run configuration {file_name}")
    if not isinstance(body, dict):
        raise UserErrorException(f"{file_name} is not a run configuration: it holds {body!r}.")
    return body


def fill(config: Any, body: dict[str, Any], folder: str) -> None:
    """Set what a file says.

    Args:
        config: The configuration that is changed.
        body: What the file holds.
        folder: What a file of packages that is named in there is relative to.

    Raises:
        UserErrorException: There is no such file.
    """
    _set(config, {key: value for key, value in body.items() if key not in _KEYS_WITH_CONTENTS})
    if isinstance(body.get("environment"), dict):
        config.environment = _environment(body["environment"], folder)
    for name, told in _named(body, "dataReferences"):
        config.data_references[name] = _set(DataReferenceConfiguration(), told)
    for name, told in _named(body, "data"):
        config.data[name] = _set(Data(DataLocation(Dataset())), told)


_KEYS_WITH_CONTENTS = frozenset(map(camel_case, _WITH_CONTENTS))


def _named(body: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    told = body.get(key)
    if not isinstance(told, dict):
        return []
    return [(str(name), item) for name, item in told.items() if isinstance(item, dict)]


def _set(element: Any, body: dict[str, Any]) -> Any:
    """Set those settings of an element that are told, also of the elements in it; return it."""
    for name, value in element._settings().items():
        told = body.get(camel_case(name))
        if isinstance(value, Element) and isinstance(told, dict):
            _set(value, told)
        elif told is not None and element._knows(name):
            setattr(element, name, told)
    return element


def _environment(body: dict[str, Any], folder: str) -> Any:
    environment = _from_dict({"name": None, **body})
    named = (body.get("python") or {}).get("condaDependenciesFile")
    if named:
        environment.python.conda_dependencies = CondaDependencies(_packages(named, folder))
    return environment


def _packages(named: Any, folder: str) -> str:
    # The SDK saves it relative to the folder above `.azureml/`.
    candidates = [os.path.join(above, named) for above in (folder, os.path.dirname(folder))]
    found = next((each for each in candidates if os.path.isfile(each)), None)
    if found is None:
        raise UserErrorException(
            f"The run configuration names the file of packages {named!r}, but there is no "
            f"{candidates[0]}. Put it there, or take condaDependenciesFile out."
        )
    return found

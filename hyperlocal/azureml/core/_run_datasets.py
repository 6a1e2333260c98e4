"""Input and output datasets of a run, by name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["InputDatasets", "OutputDatasets", "inputs_of", "outputs_of"]

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Datasets(dict):  # type: ignore[type-arg]
    """Datasets, or paths, by the name that they have in the run."""

    _kind = "dataset"

    def __init__(self, workspace: Any) -> None:
        super().__init__()
        self.workspace = workspace

    def __missing__(self, name: object) -> Any:
        known = ", ".join(map(repr, self)) or "none"
        raise KeyError(
            f"The run has no {self._kind} {name!r}. It has: {known}. The name is the one that was "
            "given to as_named_input()."
        )

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class InputDatasets(_Datasets):
    """The inputs of a run: datasets, and in its script paths for those that are mounted."""

    _kind = "input dataset"


class OutputDatasets(_Datasets):
    """The outputs of a run: file datasets, and in its script the paths to write to."""

    _kind = "output dataset"


def inputs_of(workspace: Any, definition: Mapping[str, Any], names: str) -> InputDatasets:
    """Return the inputs of a run.

    Args:
        workspace: The workspace.
        definition: What was submitted.
        names: In the run's own process the variables that tell of its inputs; else empty.
    """
    found = InputDatasets(workspace)
    if names:
        found.update({name: _given(os.environ.get(name, "")) for name in names.split(",")})
        return found
    for name, each in definition.get("data", {}).items():
        found[name] = _dataset(each["dataLocation"]["dataset"]["id"])
    return found


def _given(text: str) -> Any:
    return _dataset(text) if _ID.fullmatch(text) else text


def _dataset(dataset_id: str) -> Any:
    from hyperlocal.azureml.data.abstract_dataset import AbstractDataset

    return AbstractDataset.get_by_id(None, dataset_id)


def outputs_of(
    workspace: Any, definition: Mapping[str, Any], run_id: str, names: str = ""
) -> OutputDatasets:
    """Return the outputs of a run.

    Args:
        workspace: The workspace.
        definition: What was submitted.
        run_id: The run.
        names: In the run's own process the variables that tell of its outputs; else empty.
    """
    found = OutputDatasets(workspace)
    if names:
        found.update({name: os.environ.get(name, "") for name in names.split(";")})
        return found
    from hyperlocal.azureml.data.file_dataset import FileDataset
    from hyperlocal.services.data.definitions import Definition, Source

    for name, each in definition.get("outputData", {}).items():
        place = each["outputLocation"]["dataPath"]
        path = place["relativePath"].replace("{run-id}", run_id)
        definition_now = Definition("file", (Source(path, place["datastoreName"]),))
        found[name] = FileDataset._new(definition_now)
    return found

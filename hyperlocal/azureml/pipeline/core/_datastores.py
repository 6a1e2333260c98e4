"""Where outputs of steps are kept: a folder of a datastore, one for each step's run."""

from __future__ import annotations

import os
from typing import Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._workspace_context import context_workspace
from hyperlocal.azureml.pipeline.core._places import Place

__all__ = ["place_in", "place_of_dataset_output"]


@as_sdk_errors
def place_in(datastore: Any, run_id: str, name: str, inside: str | None = None) -> Place:
    """Return where an output of a step is kept.

    Args:
        datastore: The datastore, or None for the default one.
        run_id: The step's run.
        name: The output.
        inside: Where in the datastore; by default a place of the run's own.
    """
    from hyperlocal.services.data.definitions import inner_path

    chosen = f"azureml/{run_id}/{name}" if inside is None else inner_path(inside)
    return _place(datastore, chosen, name)


def place_of_dataset_output(output: Any, run_id: str, name: str) -> Place:
    """Return where an `OutputFileDatasetConfig` is kept: its destination, or a default one."""
    inside = output._inside().replace("{run-id}", run_id)
    datastore = None if output.destination is None else output.destination[0]
    return _place(datastore, inside, name)


def _place(datastore: Any, inside: str, name: str) -> Place:
    from hyperlocal.azureml.data._datastores import default

    if datastore is None:
        datastore = default(context_workspace())
    path = os.path.join(datastore._folder, *inside.split("/"))
    return Place(name, path, datastore.name, inside)

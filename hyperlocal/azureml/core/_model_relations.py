"""What a registered model belongs to: a run, datasets, and the body that remembers all of it."""

from __future__ import annotations

import os
from typing import Any

from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.core.resource_configuration import ResourceConfiguration
from hyperlocal.azureml.exceptions import (
    AzureMLException,
    UserErrorException,
    WebserviceException,
)
from hyperlocal.errors import NotEmulatedError

__all__ = [
    "dataset_id",
    "dataset_of",
    "dataset_pairs",
    "dataset_references",
    "described",
    "resources_of",
]


def described(
    *,
    tags: Any,
    properties: Any,
    description: Any,
    datasets: Any,
    framework: Any,
    framework_version: Any,
    sample_input: Any,
    sample_output: Any,
    resources: Any,
    run: Any = None,
) -> dict[str, Any]:
    """Return what is remembered of a version, from the arguments of a registration.

    Raises:
        WebserviceException: A framework's version is given without a framework, or the resources
            are no numbers above zero.
    """
    if framework is None and framework_version is not None:
        raise WebserviceException(
            f"model_framework_version is {framework_version!r}, but model_framework is not given. "
            "Name the framework too, for instance Model.Framework.SCIKITLEARN."
        )
    user = os.environ.get("USER") or os.environ.get("USERNAME") or "local"
    return {
        "tags": as_texts(tags or {}),
        "properties": as_texts(properties or {}),
        "description": description,
        "datasets": dataset_pairs(datasets),
        "framework": framework,
        "framework_version": framework_version,
        "sample_input": dataset_id(sample_input),
        "sample_output": dataset_id(sample_output),
        "resources": resources_of(resources),
        "experiment_name": None if run is None else run.experiment.name,
        "run_id": None if run is None else run.id,
        "created_by": {"userName": user},
    }


def resources_of(configuration: Any) -> dict[str, Any] | None:
    """Return a resource configuration as plain values."""
    if configuration is None:
        return None
    if not isinstance(configuration, ResourceConfiguration):
        raise WebserviceException(
            f"resource_configuration is {configuration!r}, but must be a ResourceConfiguration."
        )
    configuration._check()
    return configuration.serialize()


def dataset_pairs(datasets: Any) -> list[list[Any]]:
    """Return `(word, dataset)` pairs with the datasets' ids instead of them."""
    return [[str(word), dataset_id(dataset)] for word, dataset in datasets or ()]


def dataset_id(dataset: Any) -> Any:
    """Return the id by which a dataset is found again; None for None.

    Raises:
        UserErrorException: It is no dataset.
    """
    if dataset is None:
        return None
    if not hasattr(dataset, "_save"):
        raise UserErrorException(
            f"{dataset!r} cannot be kept with a model: it is no dataset. "
            "Give what Dataset.Tabular, Dataset.File or Dataset.get_by_name returned."
        )
    return dataset._save()


def dataset_of(workspace: Any, id_: Any) -> Any:
    """Return the dataset of an id; None if it is gone or was never given."""
    if id_ is None:
        return None
    from hyperlocal.azureml.core.dataset import Dataset

    datasets: Any = Dataset
    try:
        return datasets.get_by_id(workspace, id_)
    except (AzureMLException, NotEmulatedError):
        return None


def dataset_references(datasets: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return a model's datasets as plain values."""
    return [
        {"name": word, "id": getattr(dataset, "id", None)}
        for word, items in datasets.items()
        for dataset in items
    ]

"""Dataset: where datasets are made and found."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.data.abstract_dataset import AbstractDataset
from hyperlocal.azureml.data.dataset_factory import FileDatasetFactory, TabularDatasetFactory
from hyperlocal.errors import NotEmulatedError

__all__ = ["Dataset"]


class Dataset(_placeholders.Emulated):
    """Makes and finds datasets.

    Differs:
        The definitions and snapshots of 2019, from before `Dataset.Tabular`, are not emulated.
    """

    Tabular = TabularDatasetFactory
    File = FileDatasetFactory

    def __init__(
        self, definition: Any, workspace: Any = None, name: Any = None, id: Any = None
    ) -> None:
        raise NotEmulatedError(
            "azureml.core.Dataset(...)",
            "Use Dataset.Tabular, Dataset.File or Dataset.get_by_name.",
        )

    @staticmethod
    def get(workspace: Any, name: Any = None, id: Any = None) -> Any:
        """Return a dataset by name or id. Deprecated: use `get_by_name` or `get_by_id`.

        Raises:
            UserErrorException: There is none.
        """
        if name is None:
            return AbstractDataset.get_by_id(workspace, id)
        return AbstractDataset.get_by_name(workspace, name)

    @staticmethod
    def get_by_name(workspace: Any, name: Any, version: Any = "latest", **kwargs: Any) -> Any:
        """Return a registered dataset: its latest version, or the one asked for.

        Raises:
            UserErrorException: There is none.
        """
        return AbstractDataset.get_by_name(workspace, name, version)

    @staticmethod
    def get_by_id(workspace: Any, id: Any, **kwargs: Any) -> Any:
        """Return the dataset of this id.

        Raises:
            UserErrorException: There is none.
        """
        return AbstractDataset.get_by_id(workspace, id)

    @staticmethod
    def get_all(workspace: Any) -> Any:
        """Return the latest version of each registered dataset, by name."""
        return AbstractDataset.get_all(workspace)

    @staticmethod
    def list(workspace: Any) -> list[Any]:
        """Return the registered datasets. Deprecated: use `get_all`."""
        return [*AbstractDataset.get_all(workspace).values()]


__getattr__ = _placeholders.lacking(__name__)

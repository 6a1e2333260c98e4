"""Datasets as inputs of runs."""

from __future__ import annotations

import re
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.ids import random_uuid

__all__ = ["DatasetConsumptionConfig"]

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_MODES = ("direct", "mount", "download", "hdfs")
_TABLES = ("TabularDataset", "OutputTabularDatasetConfig")


class DatasetConsumptionConfig(_placeholders.Emulated):
    """A dataset as an input of a run.

    Args:
        name: The name for `Run.input_datasets`, and of an environment variable; made up if it is
            empty.
        dataset: The dataset; a parameter that is one; or a tuple of a workspace, the name of a
            registered dataset, and a version if it is not to be the latest.
        mode: `direct`: the script gets its id; `mount`: a folder, or of a single file the file;
            `download`: a folder with a copy.
        path_on_compute: Where, in its working directory, the trial finds it.
    """

    def __init__(
        self, name: Any, dataset: Any, mode: Any = "direct", path_on_compute: Any = None
    ) -> None:
        self.mode = mode.lower()
        if self.mode not in _MODES:
            raise UserErrorException(
                f"DatasetConsumptionConfig: mode is {mode!r}, but must be one of "
                f"{', '.join(_MODES)}."
            )
        if isinstance(dataset, tuple):
            dataset = _dataset_named(*dataset)
        self._name = _checked_name(name) if name else _made_up_name(dataset)
        self.dataset = _checked_dataset(dataset, self._name, self.mode)
        self.path_on_compute = path_on_compute

    @property
    def name(self) -> Any:
        """The name of the input."""
        return self._name

    @name.setter
    def name(self, name: Any) -> None:
        self._name = _checked_name(name)

    @property
    def arg_val(self) -> str:
        """What stands in the record of a run's arguments for what the script gets."""
        return f"DatasetConsumptionConfig:{self._name}"

    def as_mount(self, path_on_compute: Any = None) -> DatasetConsumptionConfig:
        """Return this input, to be seen as a folder.

        Raises:
            UserErrorException: The dataset is no file dataset.
        """
        return self._in_mode("mount", path_on_compute)

    def as_download(self, path_on_compute: Any = None) -> DatasetConsumptionConfig:
        """Return this input, to be copied for each trial.

        Raises:
            UserErrorException: The dataset is no file dataset.
        """
        return self._in_mode("download", path_on_compute)

    def as_hdfs(self) -> DatasetConsumptionConfig:
        """Return this input, to be read from HDFS; a run cannot be submitted with it here."""
        return self._in_mode("hdfs", None)

    def _in_mode(self, mode: str, path_on_compute: Any) -> DatasetConsumptionConfig:
        return DatasetConsumptionConfig(self._name, self.dataset, mode, path_on_compute)


def _dataset_named(workspace: Any, name: Any, version: Any = "latest") -> Any:
    from hyperlocal.azureml.data._kinds import dataset_of
    from hyperlocal.services.data import registry

    with as_sdk_errors:
        return dataset_of(registry.find(name, version))


def _made_up_name(dataset: Any) -> str:
    """Return a name that is the dataset's own, or another one each time if it has no id yet."""
    if not hasattr(dataset, "id"):
        raise UserErrorException(f"The input {dataset!r} needs a name.")
    return f"input__{str(dataset.id or random_uuid())[:8]}"


def _checked_dataset(dataset: Any, name: Any, mode: str) -> Any:
    """Return a dataset, or a parameter that is one.

    Raises:
        UserErrorException: The parameter is something else, or a table is asked for as files.
    """
    is_parameter = hasattr(dataset, "default_value")
    chosen = dataset.default_value if is_parameter else dataset
    kinds = [base.__name__ for base in type(chosen).__mro__]
    if is_parameter and not {"FileDataset", "TabularDataset"} & set(kinds):
        raise UserErrorException(
            f"The input {name!r} is a parameter whose default is {chosen!r}, but must be a "
            "FileDataset or a TabularDataset."
        )
    if mode != "direct" and any(kind in _TABLES for kind in kinds):
        raise UserErrorException(
            f"The input {name!r} is a tabular dataset, which has no files for a script to see "
            f"(mode {mode!r}): use as_named_input alone and "
            "run.input_datasets[name].to_pandas_dataframe() in the script, or "
            "Dataset.File.from_files."
        )
    return dataset


def _checked_name(name: Any) -> Any:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserErrorException(
            f"The input's name is {name!r}, but must have letters, digits and underscores only, "
            "and not start with a digit."
        )
    return name


__getattr__ = _placeholders.lacking(__name__)

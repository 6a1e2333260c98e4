"""Datasets as inputs of runs."""

from __future__ import annotations

import re
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["DatasetConsumptionConfig"]

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_MODES = ("direct", "mount", "download", "hdfs", "link")


class DatasetConsumptionConfig(_placeholders.Emulated):
    """A dataset as an input of a run.

    Args:
        name: The name for `Run.input_datasets`, and of an environment variable.
        dataset: The dataset.
        mode: `direct`: the script gets its id; `mount`: a folder, or of a single file the file;
            `download`: a folder with a copy.
        path_on_compute: Where, in its working directory, the trial finds it.
    """

    def __init__(
        self, name: Any, dataset: Any, mode: Any = "direct", path_on_compute: Any = None
    ) -> None:
        if mode not in _MODES:
            raise UserErrorException(
                f"DatasetConsumptionConfig: mode is {mode!r}, but must be one of "
                f"{', '.join(_MODES)}."
            )
        self._name = _checked_name(name)
        self.dataset = dataset
        self.mode = mode
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
        if is_instance(self.dataset, "TabularDataset"):
            raise UserErrorException(
                f"The input {self._name!r} is a tabular dataset, which has no files for a script "
                f"to see (mode {mode!r}): use as_named_input alone and "
                "run.input_datasets[name].to_pandas_dataframe() in the script, or "
                "Dataset.File.from_files."
            )
        return DatasetConsumptionConfig(self._name, self.dataset, mode, path_on_compute)


def _checked_name(name: Any) -> Any:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserErrorException(
            f"The input's name is {name!r}, but must have letters, digits and underscores only, "
            "and not start with a digit."
        )
    return name


__getattr__ = _placeholders.lacking(__name__)

"""Data of a pipeline as a dataset: `PipelineData(...).as_dataset()`."""

from __future__ import annotations

import copy
from typing import Any, NoReturn

from hyperlocal.azureml import _placeholders
from hyperlocal.errors import NotEmulatedError

__all__ = ["PipelineOutputAbstractDataset", "PipelineOutputFileDataset"]

_HERE = "azureml.pipeline.core.pipeline_output_dataset"


def __getattr__(name: str) -> object:
    return _placeholders.missing(__name__, name)


class PipelineOutputAbstractDataset:
    """Base of pipeline data that is used as a dataset."""

    def __init__(self, pipeline_data: Any) -> None:
        self._pipeline_data = pipeline_data
        self._input_name: Any = None

    @property
    def name(self) -> Any:
        """The name of the input."""
        return self._input_name or self._pipeline_data.name

    def as_named_input(self, name: Any) -> Any:
        """Return it under the name that the script of a step asks for."""
        named = copy.copy(self)
        named._input_name = name
        return named

    def register(self, name: Any, create_new_version: Any = True) -> NoReturn:
        """Raise: not emulated.

        Raises:
            NotEmulatedError: Always.
        """
        raise NotEmulatedError(
            f"{_HERE}.{type(self).__name__}.register",
            "Register a dataset of the step's output after the run.",
        )


class PipelineOutputFileDataset(PipelineOutputAbstractDataset):
    """Pipeline data as files."""

    def as_mount(self, path_on_compute: Any = None) -> Any:
        """Return it; the step gets its path."""
        return self

    def as_download(self, path_on_compute: Any = None) -> Any:
        """Return it; the step gets its path."""
        return self

    def as_direct(self) -> Any:
        """Return it; the step gets its path."""
        return self

    def parse_delimited_files(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: not emulated.

        Raises:
            NotEmulatedError: Always.
        """
        raise NotEmulatedError(
            f"{_HERE}.PipelineOutputFileDataset.parse_delimited_files",
            "Let the step read the files from the path that it gets.",
        )

    def parse_parquet_files(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: not emulated.

        Raises:
            NotEmulatedError: Always.
        """
        raise NotEmulatedError(
            f"{_HERE}.PipelineOutputFileDataset.parse_parquet_files",
            "Let the step read the files from the path that it gets.",
        )

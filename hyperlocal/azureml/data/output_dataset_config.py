"""Outputs of runs that become data: a folder of a datastore that a run writes into."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data.dataset_type_definitions import PromoteHeadersBehavior
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.data.definitions import Definition, Source, inner_path
from hyperlocal.services.ids import random_uuid

if TYPE_CHECKING:
    from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

__all__ = ["OutputDatasetConfig", "OutputFileDatasetConfig", "OutputTabularDatasetConfig"]

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DEFAULT_PATH = "dataset/{run-id}/{output-name}"


class OutputDatasetConfig(_placeholders.Emulated):
    """Base of outputs.

    Attributes:
        mode: `mount` or `upload`.
        destination: A pair of a datastore and a path in it, or None for the default one.
        source: Where, in its working directory, the script writes; None to be told by argument.
    """

    def __init__(self, mode: Any, name: Any = None, **kwargs: Any) -> None:
        self.mode = mode
        self._name = _checked_name(name or f"output_{random_uuid()[:8]}")
        self.destination: Any = None
        self.source: Any = None
        self._registration: dict[str, Any] | None = None
        self._reader: dict[str, Any] = {}
        self._steps: tuple[list[Any], ...] = ()
        self._origin = object()  # what copies of one output have in common

    @property
    def name(self) -> Any:
        """The name of the output."""
        return self._name

    @name.setter
    def name(self, name: Any) -> None:
        self._name = _checked_name(name)

    @property
    def arg_val(self) -> str:
        """What stands in the record of a run's arguments for the path that the script gets."""
        return f"DatasetOutputConfig:{self._name}"

    def register_on_complete(self, name: Any, description: Any = None, tags: Any = None) -> Any:
        """Return this output, to be registered as a dataset when its run has completed.

        Raises:
            ValueError: There is no name.
        """
        if not name:
            raise ValueError(
                f"register_on_complete: the output {self._name!r} is given no name to be "
                "registered under."
            )
        made = copy.copy(self)
        made._registration = {"name": name, "description": description, "tags": tags}
        return made

    def as_input(self, name: Any = None) -> DatasetConsumptionConfig:
        """Return this output as an input of a later step of a pipeline."""
        from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

        mode = "direct" if self._reader else "mount"
        return DatasetConsumptionConfig(name or self._name, self, mode)

    @as_sdk_errors
    def _inside(self) -> str:
        """Return where in the datastore it is, with `{run-id}` for the run's id.

        Raises:
            UserErrorException: The destination is no pair, or leads out of the datastore.
        """
        if self.destination is None:
            path: Any = None
        elif isinstance(self.destination, (tuple, list)) and len(self.destination) == 2:
            path = self.destination[1]
        else:
            raise UserErrorException(
                f"The destination of output {self._name!r} is {self.destination!r}, but must be a "
                "pair (datastore, 'path/in/it')."
            )
        inside = inner_path(path if path else _DEFAULT_PATH)
        return inside.replace("{output-name}", self._name)

    def _promised(self, datastore: str) -> dict[str, Any] | None:
        """Return what is registered when the run has completed, if anything is."""
        if self._registration is None:
            return None
        definition = Definition(
            "tabular" if self._reader else "file",
            (Source(self._glob(), datastore),),
            self._reader,
            self._steps,
        )
        return {**self._registration, "definition": definition.plain()}

    def _glob(self) -> str:
        return self._inside()


def _checked_name(name: Any) -> Any:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserErrorException(
            f"The output's name is {name!r}, but must have letters, digits and underscores only, "
            "and not start with a digit."
        )
    return name


class OutputTabularDatasetConfig(OutputDatasetConfig):
    """An output whose files are read as a table; made by `read_delimited_files` and the like."""

    def __init__(self, **kwargs: Any) -> None:
        raise UserErrorException(
            "OutputTabularDatasetConfig is not made directly: use "
            "OutputFileDatasetConfig(...).read_delimited_files() or read_parquet_files()."
        )

    _path_glob: Any

    @classmethod
    def _made_of(cls, output: Any, reader: dict[str, Any], path_glob: Any) -> Any:
        made = cls.__new__(cls)
        made.__dict__.update(output.__dict__)
        made._reader = reader
        made._path_glob = path_glob
        return made

    def _glob(self) -> str:
        return f"{self._inside()}/{self._path_glob}" if self._path_glob else self._inside()

    def as_mount(self) -> Any:
        """Return this output, written to its place directly."""
        return _in_mode(self, "mount")

    def as_upload(self, overwrite: Any = False, source_globs: Any = None) -> Any:
        """Return this output, to be uploaded; here it is written to its place directly."""
        _check_globs(source_globs)
        return _in_mode(self, "upload")

    def keep_columns(self, columns: Any) -> Any:
        """Keep only these columns of the table."""
        return self._then("keep", columns)

    def drop_columns(self, columns: Any) -> Any:
        """Leave out these columns of the table."""
        return self._then("drop", columns)

    def _then(self, name: str, columns: Any) -> Any:
        made = copy.copy(self)
        names = [columns] if isinstance(columns, str) else list(columns)
        made._steps = (*self._steps, [name, names])
        return made


class OutputFileDatasetConfig(OutputDatasetConfig):
    """A folder that a run writes into, which is in a datastore afterwards.

    Differs:
        Written to its place directly, also as an upload, and so is there as soon as it is
        written. `partition_format` is not emulated.

    Args:
        name: The name of the output.
        destination: A pair of a datastore and a path in it. `{run-id}` and `{output-name}` in it
            are filled in; by default `dataset/{run-id}/{output-name}` in the default datastore.
        source: A folder of the working directory that the script writes to, instead of being told
            by an argument.
        partition_format: Not emulated.
    """

    def __init__(
        self,
        name: Any = None,
        destination: Any = None,
        source: Any = None,
        partition_format: Any = None,
    ) -> None:
        if partition_format is not None:
            raise NotEmulatedError(
                "azureml.data.OutputFileDatasetConfig(partition_format=...)",
                "Leave it out, and take values from paths with include_path=True when reading.",
            )
        super().__init__("mount", name)
        self.destination = destination
        self.source = source

    def as_mount(self, disable_metadata_cache: Any = False) -> Any:
        """Return this output, written to its place directly."""
        return _in_mode(self, "mount")

    def as_upload(self, overwrite: Any = False, source_globs: Any = None) -> Any:
        """Return this output, to be uploaded; here it is written to its place directly.

        Raises:
            NotEmulatedError: Only some of the files are to be uploaded.
        """
        _check_globs(source_globs)
        return _in_mode(self, "upload")

    @as_sdk_errors
    def read_delimited_files(
        self,
        include_path: Any = False,
        separator: Any = ",",
        header: Any = PromoteHeadersBehavior.ALL_FILES_HAVE_SAME_HEADERS,
        partition_format: Any = None,
        path_glob: Any = None,
        set_column_types: Any = None,
    ) -> OutputTabularDatasetConfig:
        """Return this output as a table of its delimited files."""
        from hyperlocal.services.data.readers import delimited_reader

        reader = delimited_reader(
            include_path=include_path,
            separator=separator,
            header=header,
            partition_format=partition_format,
            set_column_types=set_column_types,
        )
        return self._as_table(reader, path_glob)

    @as_sdk_errors
    def read_parquet_files(
        self,
        include_path: Any = False,
        partition_format: Any = None,
        path_glob: Any = None,
        set_column_types: Any = None,
    ) -> OutputTabularDatasetConfig:
        """Return this output as a table of its Parquet files."""
        from hyperlocal.services.data.readers import parquet_reader

        reader = parquet_reader(
            include_path=include_path,
            partition_format=partition_format,
            set_column_types=set_column_types,
        )
        return self._as_table(reader, path_glob)

    def _as_table(self, reader: Mapping[str, Any], path_glob: Any) -> OutputTabularDatasetConfig:
        made: OutputTabularDatasetConfig = OutputTabularDatasetConfig._made_of(
            self, dict(reader), path_glob
        )
        return made


def _in_mode(output: Any, mode: str) -> Any:
    made = copy.copy(output)
    made.mode = mode
    return made


def _check_globs(source_globs: Any) -> None:
    if source_globs is not None:
        raise NotEmulatedError(
            "azureml.data.OutputFileDatasetConfig.as_upload(source_globs=...)",
            "Let the script write only what is to be kept.",
        )


__getattr__ = _placeholders.lacking(__name__)

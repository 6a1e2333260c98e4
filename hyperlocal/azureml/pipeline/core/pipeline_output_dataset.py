"""Data of a pipeline as a dataset: `PipelineData(...).as_dataset()`, and tables of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.data.dataset_type_definitions import PromoteHeadersBehavior
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError

__all__ = [
    "PipelineOutputAbstractDataset",
    "PipelineOutputFileDataset",
    "PipelineOutputTabularDataset",
]

_HERE = "azureml.pipeline.core.pipeline_output_dataset"
_EXTENSIONS = {",": ".csv", "\t": ".tsv"}

__getattr__ = _placeholders.lacking(__name__)


class PipelineOutputAbstractDataset(Emulated):
    """Base of pipeline data that is used as a dataset."""

    def __init__(self, pipeline_data: Any) -> None:
        self._pipeline_data = pipeline_data
        self._input_name = pipeline_data._output_name
        self._input_mode = "mount"
        self._registered_name: Any = None

    @property
    def name(self) -> Any:
        """The name of the output."""
        return self._pipeline_data._output_name

    @property
    def input_name(self) -> Any:
        """The name under which scripts find it in `run.input_datasets`."""
        return self._input_name

    def as_named_input(
        self, name: Any
    ) -> PipelineOutputFileDataset | PipelineOutputTabularDataset:
        """Return it under the name that the script of a step asks for."""
        named: Any = copy.copy(self)
        named._input_name = name
        return named  # type: ignore[no-any-return]

    def register(
        self, name: Any, create_new_version: Any = True
    ) -> PipelineOutputFileDataset | PipelineOutputTabularDataset:
        """Return it, to be registered when the step that has it as an output has completed.

        Raises:
            NotEmulatedError: No new version is to be made.
        """
        if not create_new_version:
            raise NotEmulatedError(
                f"{_HERE}.PipelineOutputFileDataset.register(create_new_version=False)",
                "Leave it out: each run of the step makes a new version.",
            )
        made: Any = copy.copy(self)
        made._registered_name = name
        return made  # type: ignore[no-any-return]

    def _promised(self, path: str, datastore: str) -> dict[str, Any] | None:
        """Return what is registered when its step has completed, if anything is."""
        from hyperlocal.services.data.definitions import Definition, Source

        if self._registered_name is None:
            return None
        definition = Definition("file", (Source(path, datastore),))
        told = {"name": self._registered_name, "description": None, "tags": None}
        return {**told, "definition": definition.plain()}

    def _definition(self, path: str, datastore: str) -> Any:
        """Return the dataset that scripts get; None if they get its path.

        Args:
            path: Where in the datastore the output is.
            datastore: The name of the datastore.
        """
        raise NotImplementedError


class PipelineOutputFileDataset(PipelineOutputAbstractDataset):
    """Pipeline data as files."""

    def as_mount(self, path_on_compute: Any = None) -> PipelineOutputFileDataset:
        """Return it; the step gets its path."""
        return self._in_mode("mount")

    def as_download(self, path_on_compute: Any = None) -> PipelineOutputFileDataset:
        """Return it; the step gets its path."""
        return self._in_mode("download")

    def as_direct(self) -> PipelineOutputFileDataset:
        """Return it; the step gets the dataset, and its id as an argument."""
        return self._in_mode("direct")

    def _in_mode(self, mode: str) -> PipelineOutputFileDataset:
        made = copy.copy(self)
        made._input_mode = mode
        return made

    def _definition(self, path: str, datastore: str) -> Any:
        from hyperlocal.services.data.definitions import Definition, Source

        if self._input_mode != "direct":
            return None
        return Definition("file", (Source(path, datastore),))

    @as_sdk_errors
    def parse_delimited_files(
        self,
        include_path: Any = False,
        separator: Any = ",",
        header: Any = PromoteHeadersBehavior.ALL_FILES_HAVE_SAME_HEADERS,
        partition_format: Any = None,
        file_extension: Any = "",
        set_column_types: Any = None,
        quoted_line_breaks: Any = False,
    ) -> PipelineOutputTabularDataset:
        """Return the table of its delimited files.

        Args:
            include_path: Add a column `Path`.
            separator: What stands between fields.
            header: Whether the first lines are names of columns.
            partition_format: Not emulated.
            file_extension: Read only files that end so, None for all; by default `.csv` or
                `.tsv` if the separator is a comma or a tab.
            set_column_types: Types of columns. The others are texts, as in the cloud.
            quoted_line_breaks: Line ends in quotes never end a record here.
        """
        from hyperlocal.services.data.readers import delimited_reader

        reader = delimited_reader(
            include_path=include_path,
            infer_column_types=False,
            separator=separator,
            header=header,
            partition_format=partition_format,
            set_column_types=set_column_types,
        )
        extension = _EXTENSIONS.get(separator) if file_extension == "" else file_extension
        return PipelineOutputTabularDataset(self, _Table(reader, extension))

    @as_sdk_errors
    def parse_parquet_files(
        self,
        include_path: Any = False,
        partition_format: Any = None,
        file_extension: Any = ".parquet",
        set_column_types: Any = None,
    ) -> PipelineOutputTabularDataset:
        """Return the table of its Parquet files.

        Args:
            include_path: Add a column `Path`.
            partition_format: Not emulated.
            file_extension: Read only files that end so; None for all.
            set_column_types: Types of columns.
        """
        from hyperlocal.services.data.readers import parquet_reader

        reader = parquet_reader(
            include_path=include_path,
            partition_format=partition_format,
            set_column_types=set_column_types,
        )
        return PipelineOutputTabularDataset(self, _Table(reader, file_extension))


class _Table:
    """How files become a table: which of them are read, how, and what is done then."""

    def __init__(
        self, reader: Mapping[str, Any], extension: Any, steps: tuple[list[Any], ...] = ()
    ) -> None:
        if not isinstance(extension, (str, type(None))):
            raise UserErrorException(
                f"file_extension is {extension!r}, but must be a text such as '.csv', or None."
            )
        self.reader = reader
        self.extension = f".{extension.removeprefix('.')}" if extension else ""
        self.steps = steps

    def then(self, *step: Any) -> _Table:
        return _Table(self.reader, self.extension, (*self.steps, list(step)))

    def definition(self, path: str, datastore: str) -> Any:
        from hyperlocal.services.data.definitions import Definition, Source

        wanted = f"{path}/**/*{self.extension}" if self.extension else path
        return Definition("tabular", (Source(wanted, datastore),), self.reader, self.steps)


class PipelineOutputTabularDataset(PipelineOutputAbstractDataset):
    """Pipeline data as a table; made by `parse_delimited_files` and `parse_parquet_files`.

    As in the SDK it has the name of the output again: `as_named_input` comes last.

    Args:
        pipeline_output_dataset: The files.
        additional_transformations: What makes a table of them.

    Raises:
        ValueError: Nothing makes a table of them.
    """

    def __init__(self, pipeline_output_dataset: Any, additional_transformations: Any) -> None:
        if not isinstance(additional_transformations, _Table):
            raise ValueError(
                "PipelineOutputTabularDataset: use parse_delimited_files() or "
                "parse_parquet_files() of PipelineData(...).as_dataset()."
            )
        super().__init__(pipeline_output_dataset._pipeline_data)
        self._pipeline_output_dataset = pipeline_output_dataset
        self._table = additional_transformations
        self._input_mode = "direct"

    def keep_columns(self, columns: Any) -> PipelineOutputTabularDataset:
        """Keep only these columns: a name, or a list of names."""
        return self._next("keep", _names(columns))

    def drop_columns(self, columns: Any) -> PipelineOutputTabularDataset:
        """Leave out these columns: a name, or a list of names."""
        return self._next("drop", _names(columns))

    def random_split(
        self, percentage: Any, seed: Any = None
    ) -> tuple[PipelineOutputTabularDataset, PipelineOutputTabularDataset]:
        """Put each row into the first of two tables with a probability, else into the second."""
        from hyperlocal.services.data.steps import checked_probability, checked_seed

        share, number = checked_probability("percentage", percentage), checked_seed(seed)
        return self._next("split", share, number, 0), self._next("split", share, number, 1)

    def _next(self, *step: Any) -> PipelineOutputTabularDataset:
        return PipelineOutputTabularDataset(self._pipeline_output_dataset, self._table.then(*step))

    def _definition(self, path: str, datastore: str) -> Any:
        return self._table.definition(path, datastore)


def _names(columns: Any) -> list[Any]:
    return [columns] if isinstance(columns, str) else list(columns)

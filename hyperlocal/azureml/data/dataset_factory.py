"""Making datasets: from delimited, Parquet and JSON-lines files, data frames, and any files."""

from __future__ import annotations

import os
from typing import Any, TypeVar

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data._column_types import DataType
from hyperlocal.azureml.data._kinds import home_now
from hyperlocal.azureml.data._sources import sources_of
from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.azureml.data.datapath import DataPath
from hyperlocal.azureml.data.dataset_error_handling import DatasetValidationError
from hyperlocal.azureml.data.dataset_type_definitions import PromoteHeadersBehavior
from hyperlocal.azureml.data.file_dataset import FileDataset
from hyperlocal.azureml.data.tabular_dataset import TabularDataset, tabular
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import DataError, NotEmulatedError
from hyperlocal.services.data.definitions import Definition, inner_path
from hyperlocal.services.data.packages import pandas, pyarrow
from hyperlocal.services.data.readers import delimited_reader, json_lines_reader, parquet_reader
from hyperlocal.services.data.transfer import copy_files, files_below
from hyperlocal.services.ids import random_uuid

__all__ = [
    "AbstractDatastore",
    "DataPath",
    "DataReference",
    "DataType",
    "FileDatasetFactory",
    "PromoteHeadersBehavior",
    "TabularDatasetFactory",
]


_Made = TypeVar("_Made", TabularDataset, FileDataset)


class TabularDatasetFactory(_placeholders.Emulated):
    """Makes tabular datasets.

    Every `path` is one or a list of: a URL, a local path, a `DataPath`, a pair of a datastore and
    a path in it. Paths may hold wildcards; a folder means all files below it.

    Differs:
        Local paths are taken too. A URL is answered by the data map if it is in there, else
        downloaded once into the home.
    """

    @staticmethod
    @as_sdk_errors
    def from_delimited_files(
        path: Any,
        validate: Any = True,
        include_path: Any = False,
        infer_column_types: Any = True,
        set_column_types: Any = None,
        separator: Any = ",",
        header: Any = True,
        partition_format: Any = None,
        support_multi_line: Any = False,
        empty_as_string: Any = False,
        encoding: Any = "utf8",
    ) -> TabularDataset:
        """Return a dataset of CSV files and the like.

        Args:
            path: Where they are.
            validate: Check now that there is something to read.
            include_path: Add a column `Path`.
            infer_column_types: Make numbers, booleans and dates of columns that hold nothing else.
            set_column_types: Types of columns, such as `DataType.to_float()`.
            separator: What stands between fields.
            header: Whether the first lines are names of columns, or a `PromoteHeadersBehavior`.
            partition_format: Not emulated.
            support_multi_line: Line ends in quotes never end a record here.
            empty_as_string: Take empty fields as empty texts, not as missing.
            encoding: The encoding, `utf8`, `latin1` and the like.

        Raises:
            DatasetValidationError: With `validate`, there is nothing to read.
            UserErrorException: An argument cannot be.
        """
        reader = delimited_reader(
            include_path=include_path,
            infer_column_types=infer_column_types,
            set_column_types=set_column_types,
            separator=separator,
            header=header,
            partition_format=partition_format,
            empty_as_string=empty_as_string,
            encoding=encoding,
        )
        return _validated(tabular(sources_of(path), reader), validate)

    @staticmethod
    @as_sdk_errors
    def from_parquet_files(
        path: Any,
        validate: Any = True,
        include_path: Any = False,
        set_column_types: Any = None,
        partition_format: Any = None,
    ) -> TabularDataset:
        """Return a dataset of Parquet files.

        Raises:
            DatasetValidationError: With `validate`, there are none.
            UserErrorException: An argument cannot be.
        """
        reader = parquet_reader(
            include_path=include_path,
            set_column_types=set_column_types,
            partition_format=partition_format,
        )
        return _validated(tabular(sources_of(path), reader), validate)

    @staticmethod
    @as_sdk_errors
    def from_json_lines_files(
        path: Any,
        validate: Any = True,
        include_path: Any = False,
        set_column_types: Any = None,
        partition_format: Any = None,
        invalid_lines: Any = "error",
        encoding: Any = "utf8",
    ) -> TabularDataset:
        """Return a dataset of files with a JSON object in each line.

        Raises:
            DatasetValidationError: With `validate`, there is nothing to read.
            UserErrorException: An argument cannot be.
        """
        reader = json_lines_reader(
            include_path=include_path,
            set_column_types=set_column_types,
            partition_format=partition_format,
            invalid_lines=invalid_lines,
            encoding=encoding,
        )
        return _validated(tabular(sources_of(path), reader), validate)

    @staticmethod
    def register_pandas_dataframe(
        dataframe: Any,
        target: Any,
        name: Any,
        description: Any = None,
        tags: Any = None,
        show_progress: Any = True,
        row_group_size: Any = None,
        make_target_path_unique: Any = True,
    ) -> TabularDataset:
        """Write a data frame as Parquet into a datastore and register it; return the dataset.

        Args:
            dataframe: The data frame.
            target: A datastore, or a pair of a datastore and a path in it.
            name: The name to register; an existing one gets a new version.
            description: A text about the dataset.
            tags: Its tags.
            show_progress: Print what is written.
            row_group_size: How many rows are in a part of the file.
            make_target_path_unique: Write into a new folder below the path.

        Raises:
            UserErrorException: It is no data frame, or `target` no place.
        """
        if not isinstance(dataframe, pandas().DataFrame):
            raise UserErrorException(
                f"dataframe is a {type(dataframe).__name__}, not a DataFrame."
            )
        from hyperlocal.engine.staging import Staging

        pyarrow()
        datastore, path = _target(target)
        inside = "/".join(
            part
            for part in (path or "managed-dataset", random_uuid() * bool(make_target_path_unique))
            if part
        )
        file = os.path.join(datastore._place(inside), "part-00000.parquet")
        more = {} if row_group_size is None else {"row_group_size": row_group_size}
        with Staging(home_now(), is_durable=True) as staging:
            draft = staging.draft_for(file)
            dataframe.to_parquet(draft, engine="pyarrow", index=False, **more)
            staging.put(draft, file)
        if show_progress:
            print(f"Wrote {len(dataframe)} rows to {file}")
        made = TabularDatasetFactory.from_parquet_files((datastore, inside))
        registered: TabularDataset = made.register(
            datastore.workspace, name, description, tags, create_new_version=True
        )
        return registered


class FileDatasetFactory(_placeholders.Emulated):
    """Makes file datasets. `path` is as for `TabularDatasetFactory`."""

    @staticmethod
    @as_sdk_errors
    def from_files(
        path: Any, validate: Any = True, partition_format: Any = None, is_file: Any = False
    ) -> FileDataset:
        """Return a dataset of files of any kind.

        Args:
            path: Where they are.
            validate: Check now that there are any.
            partition_format: Not emulated.
            is_file: Has no effect: whether a path is a file is seen.

        Raises:
            DatasetValidationError: With `validate`, there are none.
            UserErrorException: `path` cannot be.
        """
        if partition_format is not None:
            raise NotEmulatedError("A dataset with a partition_format")
        made: FileDataset = FileDataset._new(Definition("file", sources_of(path)))
        return _validated(made, validate)

    @staticmethod
    @as_sdk_errors
    def upload_directory(
        src_dir: Any,
        target: Any,
        pattern: Any = None,
        overwrite: Any = False,
        show_progress: Any = True,
    ) -> FileDataset:
        """Copy a folder into a datastore; return a dataset of what is there then.

        Args:
            src_dir: The folder.
            target: A datastore, or a pair of a datastore and a path in it.
            pattern: Only files whose names fit, such as `*.csv`.
            overwrite: Replace files that are there already.
            show_progress: Print what is copied.

        Raises:
            UserErrorException: There is no such folder, or `target` is no place.
        """
        if not os.path.isdir(src_dir):
            raise UserErrorException(f"src_dir is {src_dir!r}, but there is no such folder.")
        datastore, path = _target(target)
        copy_files(
            files_below(src_dir, pattern),
            datastore._place(path),
            home=home_now(),
            overwrite=bool(overwrite),
            tell=print if show_progress else None,
        )
        return FileDatasetFactory.from_files((datastore, path))


@as_sdk_errors
def _target(target: Any) -> tuple[Any, str]:
    datastore, path = target if isinstance(target, tuple) and len(target) == 2 else (target, "")
    if isinstance(target, DataPath):
        datastore, path = target._datastore, target.path_on_datastore
    if not isinstance(datastore, AbstractDatastore):
        raise UserErrorException(
            f"target is {target!r}, but must be a datastore, or a pair (datastore, 'path/in/it')."
        )
    return datastore, inner_path(path)


@as_sdk_errors
def _validated(dataset: _Made, validate: Any) -> _Made:
    """Look whether there is something to read; by default, as in the cloud."""
    if validate:
        from hyperlocal.services.data.files import find
        from hyperlocal.services.data.reading import check_records

        definition = dataset._definition
        try:
            files = find(definition.sources, home_now())
            if definition.kind == "tabular":
                check_records(files, definition.reader)
        except DataError as error:
            raise DatasetValidationError(str(error)) from error
    return dataset


__getattr__ = _placeholders.lacking(__name__)

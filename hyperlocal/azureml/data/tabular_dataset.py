"""Tabular datasets: files that are read as one table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data._expressions import RecordFieldExpression, plain_expression
from hyperlocal.azureml.data._kinds import home_now
from hyperlocal.azureml.data.abstract_dataset import AbstractDataset
from hyperlocal.azureml.data.file_dataset import FileDataset
from hyperlocal.azureml.exceptions import DatasetTimestampMissingError, UserErrorException
from hyperlocal.services.data.definitions import Definition
from hyperlocal.services.data.steps import checked_count, checked_probability, checked_seed

__all__ = ["AbstractDataset", "FileDataset", "TabularDataset"]


class TabularDataset(AbstractDataset):
    """Files that are read as one table.

    Every method that selects rows or columns returns a new dataset; nothing is read before
    `to_pandas_dataframe`.

    Differs:
        Profiles, partitions, Spark and Dask are not emulated.
    """

    def to_pandas_dataframe(
        self, on_error: Any = "null", out_of_range_datetime: Any = "null"
    ) -> Any:
        """Read the data as a pandas data frame.

        Args:
            on_error: What a value that is not of its column's given type becomes: `null`, a
                missing value; or `fail`.
            out_of_range_datetime: The same for dates that pandas cannot hold.

        Raises:
            UserErrorException: A file or a column is missing, or cannot be read.
            ImportError: pandas is not installed.
        """
        from hyperlocal.services.data.frames import frame_of

        for name, value in {
            "on_error": on_error,
            "out_of_range_datetime": out_of_range_datetime,
        }.items():
            if value not in ("null", "fail"):
                raise ValueError(f"{name} is {value!r}, but must be 'null' or 'fail'.")
        strictest = "fail" if "fail" in (on_error, out_of_range_datetime) else "null"
        with as_sdk_errors:
            return frame_of(self._definition, home_now(), strictest)

    def take(self, count: Any) -> TabularDataset:
        """Keep the first rows."""
        return self._next("take", checked_count(count))

    def skip(self, count: Any) -> TabularDataset:
        """Leave out the first rows."""
        return self._next("skip", checked_count(count))

    def take_sample(self, probability: Any, seed: Any = None) -> TabularDataset:
        """Keep each row with a probability."""
        share = checked_probability("probability", probability)
        return self._next("sample", share, checked_seed(seed))

    def random_split(
        self, percentage: Any, seed: Any = None
    ) -> tuple[TabularDataset, TabularDataset]:
        """Put each row into the first of two datasets with a probability, else into the second.

        Differs:
            A seed gives other rows than in the cloud, though the same ones whenever they are read.
        """
        share, number = checked_probability("percentage", percentage), checked_seed(seed)
        return self._next("split", share, number, 0), self._next("split", share, number, 1)

    def keep_columns(self, columns: Any, validate: Any = False) -> TabularDataset:
        """Keep these columns, in their order in the data.

        Args:
            columns: A name, or a list of names.
            validate: Check now that they are there.

        Raises:
            UserErrorException: With `validate`, one of them is not there.
        """
        chosen = self._next("keep", _names(columns))
        if validate:
            chosen.to_pandas_dataframe()
        return chosen

    def drop_columns(self, columns: Any) -> TabularDataset:
        """Leave out these columns, a name or a list of names; those that are not there too."""
        return self._next("drop", _names(columns))

    def filter(self, expression: Any) -> TabularDataset:
        """Keep the rows for which an expression is true, e.g. `dataset["age"] > 30`.

        Raises:
            UserErrorException: It is no such expression.
        """
        if not isinstance(expression, RecordFieldExpression):
            raise UserErrorException(
                f"filter: {expression!r} is no expression over columns. Give one, for instance "
                "dataset['age'] > 30."
            )
        return self._next("filter", plain_expression(expression))

    def __getitem__(self, name: Any) -> RecordFieldExpression:
        if not isinstance(name, str):
            raise TypeError(f"{name!r} is no column: give the name of one, for an expression.")
        return RecordFieldExpression(["column", name])

    @property
    def timestamp_columns(self) -> tuple[str | None, str | None]:
        """The columns that tell a row's time, fine and coarse."""
        for step in reversed(self._definition.steps):
            if step[0] == "timestamps":
                return step[1], step[2]
        return None, None

    def with_timestamp_columns(
        self,
        timestamp: Any = None,
        partition_timestamp: Any = None,
        validate: Any = False,
        **kwargs: Any,
    ) -> TabularDataset:
        """Say which column tells a row's time, for `time_before` and the like.

        Raises:
            UserErrorException: With `validate`, it is not there.
        """
        fine = timestamp if timestamp is not None else kwargs.get("fine_grain_timestamp")
        coarse = (
            partition_timestamp
            if partition_timestamp is not None
            else kwargs.get("coarse_grain_timestamp")
        )
        if validate and fine is not None:
            self.keep_columns(fine, validate=True)
        return self._next("timestamps", fine, coarse)

    def time_before(
        self, end_time: Any, include_boundary: Any = True, validate: Any = True
    ) -> TabularDataset:
        """Keep the rows up to a time.

        Raises:
            DatasetTimestampMissingError: No column tells the time.
        """
        return self._within("time_before", None, end_time, include_boundary)

    def time_after(
        self, start_time: Any, include_boundary: Any = True, validate: Any = True
    ) -> TabularDataset:
        """Keep the rows from a time on.

        Raises:
            DatasetTimestampMissingError: No column tells the time.
        """
        return self._within("time_after", start_time, None, include_boundary)

    def time_between(
        self,
        start_time: Any,
        end_time: Any,
        include_boundary: Any = True,
        validate: Any = True,
    ) -> TabularDataset:
        """Keep the rows between two times.

        Raises:
            DatasetTimestampMissingError: No column tells the time.
        """
        return self._within("time_between", start_time, end_time, include_boundary)

    def time_recent(
        self, time_delta: Any, include_boundary: Any = True, validate: Any = True
    ) -> TabularDataset:
        """Keep the rows of the last while, counted from now.

        Raises:
            DatasetTimestampMissingError: No column tells the time.
        """
        if not isinstance(time_delta, timedelta):
            raise UserErrorException(f"time_recent: {time_delta!r} is no datetime.timedelta.")
        now = datetime.now()  # noqa: DTZ005 - the times in files have no zone either
        return self._within("time_recent", now - time_delta, None, include_boundary)

    def _within(self, method: str, start: Any, end: Any, inclusive: Any) -> TabularDataset:
        fine, coarse = self.timestamp_columns
        column = fine if fine is not None else coarse
        if column is None:
            raise DatasetTimestampMissingError(
                f"{method}: no column is known to tell the time. Name it with "
                "with_timestamp_columns(timestamp=...)."
            )
        for time in (start, end):
            if time is not None and not isinstance(time, datetime):
                raise UserErrorException(f"{method}: {time!r} is no datetime.datetime.")
        return self._next(
            "within", column, start and start.isoformat(), end and end.isoformat(), bool(inclusive)
        )

    def _next(self, *step: Any) -> TabularDataset:
        made: TabularDataset = self._new(self._definition.then(*step))
        return made


def _names(columns: Any) -> list[str]:
    names = [columns] if isinstance(columns, str) else columns
    if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
        raise UserErrorException(f"{columns!r} is no column: give a name, or a list of names.")
    return list(names)


def tabular(sources: Any, reader: dict[str, Any]) -> TabularDataset:
    """Return the dataset of these sources, read in this way."""
    made: TabularDataset = TabularDataset._new(Definition("tabular", sources, reader))
    return made


__getattr__ = _placeholders.lacking(__name__)

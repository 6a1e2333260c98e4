"""Types of columns, as scripts name them."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["DataType"]


class DataType(Emulated):
    """The type of a column, for `set_column_types`."""

    _plain: dict[str, Any]

    def __init__(self) -> None:
        self._plain = {"type": "string"}

    @classmethod
    def _of(cls, **plain: Any) -> DataType:
        made = cls()
        made._plain = plain
        return made

    @staticmethod
    def to_string() -> DataType:
        """Text."""
        return DataType._of(type="string")

    @staticmethod
    def to_long() -> DataType:
        """Whole numbers."""
        return DataType._of(type="long")

    @staticmethod
    def to_float(decimal_mark: Any = ".") -> DataType:
        """Numbers.

        Args:
            decimal_mark: What stands before the fraction: `.` or `,`.
        """
        if decimal_mark not in (".", ","):
            raise UserErrorException(f"decimal_mark is {decimal_mark!r}, but must be '.' or ','.")
        return DataType._of(type="float", decimal_mark=decimal_mark)

    @staticmethod
    def to_bool() -> DataType:
        """True and false."""
        return DataType._of(type="bool")

    @staticmethod
    def to_datetime(formats: Any = None) -> DataType:
        """Dates and times.

        Args:
            formats: A format of `strftime`, or a list of them; found out by default.
        """
        shapes = [formats] if isinstance(formats, str) else list(formats or [])
        return DataType._of(type="datetime", formats=shapes)

"""Expressions: `dataset["age"] > 30`, kept as plain values until there is a frame to ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hyperlocal.azureml._placeholders import Emulated

__all__ = ["RecordFieldExpression", "plain_expression"]


class RecordFieldExpression(Emulated):
    """A column of a dataset, or what is computed from columns; for `filter`."""

    def __init__(self, plain: list[Any]) -> None:
        self._plain = plain

    def _with(self, name: str, other: Any) -> RecordFieldExpression:
        return RecordFieldExpression([name, self._plain, plain_expression(other)])

    # The SDK's expressions compare into expressions too, and so cannot be keys of a dict.
    def __eq__(self, other: object) -> Any:
        return self._with("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._with("ne", other)

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Any) -> RecordFieldExpression:
        return self._with("lt", other)

    def __le__(self, other: Any) -> RecordFieldExpression:
        return self._with("le", other)

    def __gt__(self, other: Any) -> RecordFieldExpression:
        return self._with("gt", other)

    def __ge__(self, other: Any) -> RecordFieldExpression:
        return self._with("ge", other)

    def __add__(self, other: Any) -> RecordFieldExpression:
        return self._with("add", other)

    def __sub__(self, other: Any) -> RecordFieldExpression:
        return self._with("sub", other)

    def __mul__(self, other: Any) -> RecordFieldExpression:
        return self._with("mul", other)

    def __truediv__(self, other: Any) -> RecordFieldExpression:
        return self._with("truediv", other)

    def __and__(self, other: Any) -> RecordFieldExpression:
        return self._with("and_", other)

    def __or__(self, other: Any) -> RecordFieldExpression:
        return self._with("or_", other)

    def __invert__(self) -> RecordFieldExpression:
        return RecordFieldExpression(["invert", self._plain])

    def __bool__(self) -> bool:
        raise TypeError(
            "An expression over columns is neither true nor false before there is data: join "
            "expressions with &, | and ~, not with and, or, not."
        )


def plain_expression(value: Any) -> list[Any]:
    """Return an expression, or a value in one, as JSON can hold it.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(value, RecordFieldExpression):
        return value._plain
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if hasattr(value, "item") and not getattr(value, "shape", ()):  # a scalar of numpy
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return ["value", value]
    raise TypeError(
        f"{value!r} cannot be compared with a column: give a number, a text, a boolean or a "
        "datetime."
    )

"""Logging: the `log...` family of a run. A value is safe in the history when a call returns."""

from __future__ import annotations

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_base import _RunBase
from hyperlocal.reading import shown, text_of
from hyperlocal.services.runs.metric_values import (
    generator_like,
    list_points,
    number_as_text,
    row_cells,
    scalar_point,
    table_cells,
)

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

__all__ = ["_RunLogging"]

_LEAST, _MOST = -(2**63), 2**63 - 1  # the integers that the history keeps as such
_PLAIN = {int: "int", float: "float", bool: "bool", str: "str"}


class _RunLogging(_RunBase):
    """What a training script tells of itself."""

    @as_sdk_errors
    def log(self, name: Any, value: Any, description: Any = "", step: Any = None) -> None:
        """Log one value of a metric; logged again, the metric becomes a list.

        Raises:
            UserErrorException: The value is a list, a range or a generator.
        """
        kind = _PLAIN.get(type(value))
        if kind is None:
            if generator_like(value):
                raise _is_list(name)
            if number_as_text(value):
                self._warn_of_text(name, value)
            kind, value = scalar_point(value)
        if type(name) is not str:
            name = _metric_name(name)
        if step is not None and (type(step) is not int or not _LEAST <= step <= _MOST):
            step = _step(step)
        history = self._known_history or self._history
        history.metrics.add(self._run_id, name, value, kind=kind, step=step)

    @as_sdk_errors
    def log_list(self, name: Any, value: Any, description: Any = "") -> None:
        """Log several values of a metric."""
        self._history.metrics.add_many(self._run_id, _metric_name(name), list_points(value))

    @as_sdk_errors
    def log_row(self, name: Any, description: Any = None, **kwargs: Any) -> None:
        """Log a row of a table: a value for each named column."""
        cells = row_cells(kwargs)
        self._history.metrics.add(self._run_id, _metric_name(name), cells, kind="row")

    @as_sdk_errors
    def log_table(self, name: Any, value: Any, description: Any = "") -> None:
        """Log a table: a dict of column names to lists."""
        cells = table_cells(value)
        self._history.metrics.add(self._run_id, _metric_name(name), cells, kind="table")

    @as_sdk_errors
    def log_image(
        self, name: Any, path: Any = None, plot: Any = None, description: Any = ""
    ) -> None:
        """Keep an image: a file, or a matplotlib figure or `pyplot` itself.

        Raises:
            AzureMLException: Not exactly one of both was given, the file is no image, or the
                plot cannot be saved.
        """
        from hyperlocal.services.runs.images import keep_image

        kept = keep_image(self._history.folder(self._run_id), _metric_name(name), path, plot)
        self._add_artifact(name, kept)

    def log_confusion_matrix(self, name: Any, value: Any, description: Any = "") -> None:
        """Keep a confusion matrix, a dict or JSON text, as a file of that name."""
        self._log_json(name, value)

    def log_accuracy_table(self, name: Any, value: Any, description: Any = "") -> None:
        """Keep an accuracy table, a dict or JSON text, as a file of that name."""
        self._log_json(name, value)

    def log_residuals(self, name: Any, value: Any, description: Any = "") -> None:
        """Keep residuals, a dict or JSON text, as a file of that name."""
        self._log_json(name, value)

    def log_predictions(self, name: Any, value: Any, description: Any = "") -> None:
        """Keep predictions, a dict or JSON text, as a file of that name."""
        self._log_json(name, value)

    def flush(self, timeout_seconds: Any = 300) -> None:
        """Do nothing: what was logged is in the history already."""

    @as_sdk_errors
    def _log_json(self, name: Any, value: Any) -> None:
        import json

        if isinstance(value, str):
            value = _parsed(value)
        from hyperlocal.services.runs.storage import keep_bytes

        try:
            text = json.dumps(value)
        except (TypeError, ValueError, RecursionError) as error:
            from hyperlocal.azureml.exceptions import UserErrorException

            raise UserErrorException(
                f"{shown(value)} cannot be written as JSON: {error}."
            ) from error
        folder = self._history.folder(self._run_id)
        self._add_artifact(name, keep_bytes(folder, _metric_name(name), text.encode()))

    def _add_artifact(self, name: Any, kept: str) -> None:
        self._history.metrics.add(self._run_id, _metric_name(name), kept, kind="artifact")

    def _warn_of_text(self, name: Any, value: Any) -> None:
        """Say, once a metric, what would else be found out only from a missing best run."""
        warned: set[str] = self.__dict__.setdefault("_warned", set())
        if str(name) in warned:
            return
        warned.add(str(name))
        self._history.runs.add_warning(
            self._run_id,
            f"Metric {str(name)!r} was logged as numpy.{type(value).__name__}, which the SDK "
            "keeps as text: it cannot be ranked. Log int(value) or float(value) instead.",
        )


def _metric_name(name: Any) -> str:
    if isinstance(name, str):
        return str(name)
    if name is None:
        from hyperlocal.azureml.exceptions import UserErrorException

        raise UserErrorException("A metric needs a name, but None was given.")
    return text_of(name)


def _step(step: Any) -> Any:
    """Steps only label values: anything that is like a number is kept as one, else as text."""
    for kind in (int, float):
        try:
            # Compared first: to make an integer of Decimal("1e999999") takes minutes.
            is_possible = kind is float or isinstance(step, str) or _LEAST <= step <= _MOST
            if is_possible and kind(step) == step:
                return kind(step)
        except (TypeError, ValueError, ArithmeticError):
            continue
    return text_of(step)


def _is_list(name: Any) -> Exception:
    from hyperlocal.azureml.exceptions import UserErrorException

    return UserErrorException(
        f"log({name!r}, ...) takes one value, but was given a list, range or generator. "
        "Use log_list() for several values at once."
    )


def _parsed(text: str) -> Any:
    from hyperlocal.azureml._user_files import value_of

    return value_of(text, "The text that was given")

"""What `Run.get_context()` gives outside of a submitted run: a run that prints."""

from __future__ import annotations

TYPE_CHECKING = False  # training scripts import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

__all__ = ["_OfflineRun"]


class _OfflineRun:
    """Says what would be logged, one line and the value a call, and keeps nothing.

    It has only these members: scripts find out where they are by what is missing, for instance
    `hasattr(run, "experiment")`. `log` has no `step`, as in the SDK.
    """

    DELIM = "#"

    def __init__(self, parent_logger: Any = None, run_id: Any = None, **kwargs: Any) -> None:
        if run_id is None:
            from hyperlocal.services.ids import random_uuid

            run_id = f"OfflineRun_{random_uuid()}"
        self._run_id: str = run_id

    @property
    def id(self) -> str:
        """A random id that starts with `OfflineRun_`."""
        return self._run_id

    @property
    def identity(self) -> str:
        """The id."""
        return self._run_id

    def log(self, name: Any, value: Any, description: Any = "") -> None:
        """Print a value."""
        _tell("scalar", name, value)

    def log_list(self, name: Any, value: Any, description: Any = "") -> None:
        """Print a list."""
        _tell("list", name, value)

    def log_row(self, name: Any, description: Any = None, **kwargs: Any) -> None:
        """Print a row."""
        _tell("row", name, kwargs)

    def log_table(self, name: Any, value: Any, description: Any = "") -> None:
        """Print a table."""
        _tell("table", name, value)

    def log_image(
        self, name: Any, path: Any = None, plot: Any = None, description: Any = ""
    ) -> None:
        """Print which image."""
        _tell("image", name, plot or path)

    def log_residuals(self, name: Any, value: Any, description: Any = None) -> None:
        """Print residuals."""
        _tell("residual", name, value)

    def log_predictions(self, name: Any, value: Any, description: Any = None) -> None:
        """Print predictions."""
        _tell("predictions", name, value)

    def log_accuracy_table(self, name: Any, value: Any, description: Any = None) -> None:
        """Print an accuracy table."""
        _tell("accuracy_table", name, value)

    def log_confusion_matrix(self, name: Any, value: Any, description: Any = None) -> None:
        """Print a confusion matrix."""
        _tell("confusion_matrix", name, value)

    def tag(self, name: Any, value: Any = None) -> None:
        """Print a tag."""
        _tell("tag", name, value)

    def set_tags(self, tags: Any) -> None:
        """Print tags."""
        _tell("tags", "", tags)

    def add_properties(self, properties: Any) -> None:
        """Print properties."""
        _tell("properties", "", properties)

    def upload_file(self, name: Any, path_or_stream: Any, datastore_name: Any = None) -> None:
        """Print which file."""
        _tell("file", name, path_or_stream)

    def upload_files(
        self,
        name: Any,
        paths: Any,
        return_artifacts: Any = False,
        timeout_seconds: Any = None,
        datastore_name: Any = None,
    ) -> None:
        """Print which files."""
        _tell("files", name, paths)

    def upload_folder(self, name: Any, path: Any, datastore_name: Any = None) -> None:
        """Print which folder."""
        _tell("folder", name, path)

    def child_run(self, name: Any = None, run_id: Any = None, outputs: Any = None) -> _OfflineRun:
        """Return another of this kind, with an id of its own."""
        if run_id is None:
            from hyperlocal.services.ids import random_uuid

            run_id = f"{self._run_id}.{random_uuid() if name is None else name}"
        return _OfflineRun(run_id=run_id)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def complete(self) -> None:
        """Do nothing."""

    def cancel(self) -> None:
        """Do nothing."""

    def fail(self, error_details: Any = None, error_code: Any = None) -> None:
        """Print what went wrong."""
        _tell("failure", error_code, error_details)

    def __enter__(self) -> _OfflineRun:
        return self

    def __exit__(self, *exception: object) -> None:
        """Do nothing."""


def _tell(kind: str, name: Any, value: Any) -> None:
    subject = f"{kind} {name}" if name not in (None, "") else kind
    print(f"Attempted to record {subject} outside of a submitted run:\n{value}")

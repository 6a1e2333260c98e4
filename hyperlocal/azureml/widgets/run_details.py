"""The details of a run: charts that go on in a notebook, plain text elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_metrics import metrics_of_run
from hyperlocal.azureml.core.run import Run
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.domain.secrecy import shown_values
from hyperlocal.services.runs.details import utc_text
from hyperlocal.services.runs.kinds import HYPERDRIVE
from hyperlocal.services.runs.metric_shapes import metrics_by_run

if TYPE_CHECKING:
    from hyperlocal.history import RunRecord
    from hyperlocal.views.widget import Widget

__all__ = ["RunDetails", "refresh"]

_SHOWN_CHILDREN = 20

shown: list[Run] | None = None
"""The runs that were shown, for who is to wait for them; None where nobody is."""

_widgets: list[Widget] = []

__getattr__ = _placeholders.lacking(__name__)


class RunDetails(_placeholders.Emulated):
    """Shows a run and its children.

    In a notebook these are a table and charts, which go on until the run has ended while cells
    are run, as in the cloud. What they last showed is saved with the notebook.

    Args:
        run_instance: The run.

    Differs:
        In a script it is a text, and shown once: call `show()` again, or wait with
        `run.wait_for_completion(show_output=True)`, to see how the run goes on.
    """

    def __init__(self, run_instance: Any) -> None:
        if not isinstance(run_instance, Run):
            raise UserErrorException(
                f"RunDetails was given {run_instance!r}, but shows only runs of an experiment."
            )
        self._run = run_instance

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """Show the run and its best children: in a notebook live, else as a text."""
        run = self._run
        run.get_status()  # a run that nobody looks after any more is shown as it is
        shell = _notebook()
        if shell is None:
            _print(run)
        else:
            _show_live(run, shell)
        if shown is not None:
            shown.append(run)

    @as_sdk_errors
    def get_widget_data(self, widget_settings: Any = None) -> dict[str, Any]:
        """Return what a widget would show, as plain values."""
        run = self._run
        history, record = run._history, run._fetch()
        children = history.runs.children(run.id)
        return {
            "status": record.status.value,
            "workbench_run_details_uri": run.get_portal_url(),
            "run_id": run.id,
            "run_properties": _properties(record),
            "child_runs": [_child(child) for child in reversed(children)],
            "children_metrics": metrics_by_run(history.series.of_children(run.id)),
            "run_metrics": metrics_of_run(history, record, None, fills_in=False),
            "run_logs": run.get_details_with_logs()["logFiles"],
            "graph": {},
            "widget_settings": dict(widget_settings or {}),
            "loading": False,
        }


def refresh(run_id: str) -> None:
    """Update what notebooks show of a run, at once."""
    for widget in [each for each in _widgets if each.run_id == run_id]:
        if widget.refresh():
            _widgets.remove(widget)


def _notebook() -> Any:
    """Return the IPython shell that shows more than text; None if there is none."""
    ipython = sys.modules.get("IPython")  # who is in a notebook has loaded it
    shell = None if ipython is None else ipython.get_ipython()
    # A terminal's shell has no kernel; the one of `hyperlocal run` may record what is shown.
    is_rich = getattr(shell, "kernel", None) or getattr(shell, "recorder", None)
    return shell if is_rich else None


def _print(run: Run) -> None:
    from hyperlocal.views.page import Page
    from hyperlocal.views.summary import write_summary

    record = run._history.runs.get(run.id)
    page = Page(sys.stdout)
    write_summary(page, run._history, record, n_rows=_SHOWN_CHILDREN, now=time.time())
    sys.stdout.flush()


def _show_live(run: Run, shell: Any) -> None:
    from hyperlocal.services.runs.interactive import look_after
    from hyperlocal.views.widget import Widget

    def publish(bundle: dict[str, Any], name: str, is_update: bool) -> None:
        shell.display_pub.publish(
            data=bundle, metadata={}, transient={"display_id": name}, update=is_update
        )

    history, run_id = run._history, run.id
    widget = Widget(history, run_id, publish, lambda: look_after(history, run_id))
    widget.show()
    _widgets.append(widget)


def _properties(record: RunRecord) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "run_id": record.run_id,
        "run_number": record.number,
        "status": record.status.value,
        "created_utc": utc_text(record.created_at),
        "end_time_utc": None if record.ended_at is None else utc_text(record.ended_at),
        "tags": record.tags,
    }
    if record.kind == HYPERDRIVE:
        from hyperlocal.services.runs.configurations import primary_metric_config_of
        from hyperlocal.services.runs.ranking import sweep_from

        properties["primary_metric"] = primary_metric_config_of(sweep_from(record))
    return properties


def _child(record: RunRecord) -> dict[str, Any]:
    return {
        "run_id": record.run_id,
        "run_number": record.number,
        "metric": None,
        "status": record.status.value,
        "start_time": None if record.started_at is None else utc_text(record.started_at),
        "end_time": None if record.ended_at is None else utc_text(record.ended_at),
        "hyperparameters": None if record.parameters is None else shown_values(record.parameters),
    }

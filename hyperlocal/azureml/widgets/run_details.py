"""The details of a run, as plain text."""

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

__all__ = ["RunDetails"]

_SHOWN_CHILDREN = 20

shown: list[Run] | None = None
"""The runs that were shown, for who is to wait for them; None where nobody is."""

__getattr__ = _placeholders.lacking(__name__)


class RunDetails(_placeholders.Emulated):
    """Shows a run and its children as they are now.

    Args:
        run_instance: The run.

    Differs:
        It is a text, and shown once: call `show()` again, or wait with
        `run.wait_for_completion(show_output=True)`, to see how the run goes on.
    """

    def __init__(self, run_instance: Any) -> None:
        if not isinstance(run_instance, Run):
            raise UserErrorException(
                f"RunDetails was given {run_instance!r}, but shows only runs of an experiment."
            )
        self._run = run_instance

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """Print the run and its best children."""
        from hyperlocal.views.page import Page
        from hyperlocal.views.summary import write_summary

        run = self._run
        run.get_status()  # a run that nobody looks after any more is shown as it is
        record = run._history.runs.get(run.id)
        page = Page(sys.stdout)
        write_summary(page, run._history, record, n_rows=_SHOWN_CHILDREN, now=time.time())
        sys.stdout.flush()
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

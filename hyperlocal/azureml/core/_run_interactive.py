"""Interactive runs: as objects, which are completed with their process at the latest."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._classes import class_named
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.errors import HyperlocalError
from hyperlocal.services.runs.interactive import DEFAULT_OUTPUTS, record_run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.history import History

__all__ = ["open_run", "start_run"]


def open_run(
    experiment: Any,
    name: Any = None,
    run_id: Any = None,
    outputs: Any = True,
    snapshot_directory: Any = None,
    display_name: Any = None,
    description: Any = None,
    tags: Any = None,
    properties: Any = None,
) -> Any:
    """Do what `Experiment.start_logging` says."""
    if outputs is True:
        outputs = DEFAULT_OUTPUTS
    run = start_run(
        experiment,
        history=experiment._history,
        run_id=run_id,
        display_name=display_name if display_name is not None else name,
        description=description,
        outputs=outputs or None,
        tags=tags,
        properties=properties,
    )
    if snapshot_directory is not None:
        run.take_snapshot(snapshot_directory)
    return run


@as_sdk_errors
def start_run(
    experiment: Any,
    *,
    history: History,
    parent_id: str | None = None,
    run_id: str | None = None,
    display_name: str | None = None,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    outputs: Any = None,
) -> Any:
    """Record a run that is running from now on, and that ends with this process at the latest."""
    run_id = record_run(
        history,
        experiment.name,
        run_id,
        parent_id=parent_id,
        display_name=display_name,
        description=description,
        tags=as_texts(tags or {}),
        properties=as_texts(properties or {}),
    )
    run = class_named("Run")(experiment, run_id, outputs=outputs, _history=history)
    # Scripts open runs and forget them; none shall look as if it were running for ever.
    atexit.register(_complete_at_exit, run, os.getpid())
    return run


def _complete_at_exit(run: Any, owner_pid: int) -> None:
    if os.getpid() != owner_pid:
        return  # a fork of the process that opened it
    if not os.path.isdir(run._history.home):
        return  # as after a test; looking would make a new one
    try:
        if not run._history.runs.get(run.id).status.is_terminal:
            run.complete()
    except (HyperlocalError, OSError):
        pass  # the home is gone, as after a test: nobody will look at the run

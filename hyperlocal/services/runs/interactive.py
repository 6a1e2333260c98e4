"""Interactive runs: opened by a script or notebook, which logs into them and completes them."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._run_base import as_texts
from hyperlocal.azureml.core._run_lookup import INTERACTIVE
from hyperlocal.domain.status import Status
from hyperlocal.errors import HyperlocalError
from hyperlocal.reading import shown, text_of
from hyperlocal.services.ids import random_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.azureml.core.run import Run
    from hyperlocal.history import History, RunRecord

__all__ = ["check_run_id", "collect_outputs", "look_after", "open_run", "start_run"]

_DEFAULT_OUTPUTS = "outputs"
_LONGEST_ID = 240  # bytes: it names a folder, as does each child's, with a number behind it


def open_run(
    experiment: Experiment,
    name: Any = None,
    run_id: Any = None,
    outputs: Any = True,
    snapshot_directory: Any = None,
    display_name: Any = None,
    description: Any = None,
    tags: Any = None,
    properties: Any = None,
) -> Run:
    """Do what `Experiment.start_logging` says."""
    if outputs is True:
        outputs = _DEFAULT_OUTPUTS
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


def start_run(
    experiment: Experiment,
    *,
    history: History,
    parent_id: str | None = None,
    run_id: str | None = None,
    display_name: str | None = None,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    outputs: Any = None,
) -> Run:
    """Record a run that is running from now on, and that ends with this process at the latest."""
    from hyperlocal.azureml.core.run import Run
    from hyperlocal.engine import own

    run_id = random_uuid() if run_id is None else check_run_id(run_id)
    history.runs.create(
        run_id,
        experiment=experiment.name,
        kind=INTERACTIVE,
        parent_id=parent_id,
        status=Status.RUNNING,
        display_name=None if display_name is None else text_of(display_name),
        tags=as_texts(tags or {}),
        properties=as_texts(properties or {}),
    )
    columns: dict[str, Any] = {"pid": os.getpid(), "owner": own(history.home)}
    if description is not None:
        columns["description"] = text_of(description)
    history.runs.update(run_id, **columns)
    history.folder(run_id).path.mkdir(parents=True, exist_ok=True)
    run = Run(experiment, run_id, outputs=outputs, _history=history)
    # Scripts open runs and forget them; none shall look as if it were running for ever.
    atexit.register(_complete_at_exit, run, os.getpid())
    return run


def _complete_at_exit(run: Run, owner_pid: int) -> None:
    if os.getpid() != owner_pid:
        return  # a fork of the process that opened it
    if not os.path.isdir(run._history.home):
        return  # as after a test; looking would make a new one
    try:
        if not run._history.runs.get(run.id).status.is_terminal:
            run.complete()
    except (HyperlocalError, OSError):
        pass  # the home is gone, as after a test: nobody will look at the run


def look_after(history: History, run_id: str) -> RunRecord:
    """Return a run as it is; one that nobody can end any more is brought to its end first."""
    from hyperlocal.engine import settle

    return settle(history, run_id)


def collect_outputs(run: Run) -> None:
    """Keep copies of what a script left in the output folder of its interactive run."""
    source = run._outputs
    if source and os.path.isdir(source):
        from hyperlocal.services.data.transfer import files_below
        from hyperlocal.services.runs.storage import keep_files

        pairs = [(f"{_DEFAULT_OUTPUTS}/{inner}", file) for file, inner in files_below(source)]
        keep_files(run._history.folder(run.id), pairs, with_times=True)


def check_run_id(run_id: Any) -> str:
    """Return a run id that somebody chose, if it can name a folder.

    Raises:
        UserErrorException: It cannot.
    """
    from hyperlocal.azureml.exceptions import UserErrorException

    text = text_of(run_id)
    is_safe = text.replace("-", "").replace("_", "").replace(".", "").replace(" ", "").isalnum()
    if not is_safe or text.startswith(".") or len(os.fsencode(text)) > _LONGEST_ID:
        raise UserErrorException(
            f"{shown(run_id)} cannot be the id of a run: use up to {_LONGEST_ID} letters, digits, "
            "'-', '_' and '.'."
        )
    return text

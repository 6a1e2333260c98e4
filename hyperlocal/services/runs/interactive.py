"""Interactive runs: opened by a script or notebook, which logs into them and completes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Status
from hyperlocal.errors import ArgumentError
from hyperlocal.reading import shown, text_of
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.kinds import INTERACTIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.history import History, RunRecord

__all__ = ["DEFAULT_OUTPUTS", "check_run_id", "keep_outputs", "look_after", "record_run"]

DEFAULT_OUTPUTS = "outputs"
_LONGEST_ID = 240  # bytes: it names a folder, as does each child's, with a number behind it


def record_run(
    history: History,
    experiment: str,
    run_id: Any,
    *,
    parent_id: str | None,
    display_name: Any,
    description: Any,
    tags: Mapping[str, str | None],
    properties: Mapping[str, str | None],
) -> str:
    """Record a run that is running from now on, and whose owner is this process; return its id.

    Raises:
        ArgumentError: A run cannot have that id.
    """
    from hyperlocal.engine import own

    run_id = random_uuid() if run_id is None else check_run_id(run_id)
    history.runs.create(
        run_id,
        experiment=experiment,
        kind=INTERACTIVE,
        parent_id=parent_id,
        status=Status.RUNNING,
        display_name=None if display_name is None else text_of(display_name),
        tags=tags,
        properties=properties,
    )
    columns: dict[str, Any] = {"pid": os.getpid(), "owner": own(history.home)}
    if description is not None:
        columns["description"] = text_of(description)
    history.runs.update(run_id, **columns)
    history.folder(run_id).path.mkdir(parents=True, exist_ok=True)
    return str(run_id)


def look_after(history: History, run_id: str) -> RunRecord:
    """Return a run as it is; one that nobody can end any more is brought to its end first."""
    from hyperlocal.engine import settle

    return settle(history, run_id)


def keep_outputs(history: History, run_id: str, source: str | None) -> None:
    """Keep copies of what a script left in the output folder of its interactive run."""
    if source and os.path.isdir(source):
        from hyperlocal.services.data.transfer import files_below
        from hyperlocal.services.runs.storage import keep_files

        pairs = [(f"{DEFAULT_OUTPUTS}/{inner}", file) for file, inner in files_below(source)]
        keep_files(history.folder(run_id), pairs, with_times=True)


def check_run_id(run_id: Any) -> str:
    """Return a run id that somebody chose, if it can name a folder.

    Raises:
        ArgumentError: It cannot.
    """
    text = text_of(run_id)
    is_safe = text.replace("-", "").replace("_", "").replace(".", "").replace(" ", "").isalnum()
    if not is_safe or text.startswith(".") or len(os.fsencode(text)) > _LONGEST_ID:
        raise ArgumentError(
            f"{shown(run_id)} cannot be the id of a run: use up to {_LONGEST_ID} letters, digits, "
            "'-', '_' and '.'."
        )
    return text

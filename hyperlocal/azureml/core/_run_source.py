"""Source: the snapshot of a run, taken and given back."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.exceptions import SnapshotException
from hyperlocal.errors import HyperlocalError

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["IGNORE_FILES", "restore", "take", "take_folder"]

IGNORE_FILES = (".amlignore", ".gitignore")


def take(history: History, run_id: str, path: Any) -> None:
    """Keep a copy of a source file or folder with a run; other files of its source stay.

    Raises:
        SnapshotException: It is not there or cannot be copied.
    """
    from hyperlocal.engine.staging import Staging, copy_into

    snapshot = history.folder(run_id).snapshot
    with Staging(history.home) as staging:
        if os.path.isfile(path):
            pairs = [(path, os.path.basename(path))]
            copy_into(staging, pairs, snapshot, with_times=True)
            return
        draft = staging.draft_for(snapshot)
        take_folder(path, draft)
        staging.put(draft, snapshot)


def take_folder(source: Any, target: Any) -> None:
    """Copy a source folder without what its ignore file names, to where nobody looks yet.

    Raises:
        SnapshotException: It is not there or cannot be copied.
    """
    from hyperlocal.engine import take_snapshot

    try:
        take_snapshot(source, target, ignore_files=IGNORE_FILES)
    except HyperlocalError as error:
        raise SnapshotException(str(error)) from error


def restore(history: History, record: RunRecord, snapshot_id: str, path: Any) -> str:
    """Put a run's source, which trials share with their parent, into a ZIP file.

    Raises:
        SnapshotException: There is none.
    """
    from hyperlocal.engine.staging import Staging

    for owner in (record.run_id, record.parent_id):
        if owner is not None and history.folder(owner).snapshot.is_dir():
            os.makedirs(path or ".", exist_ok=True)
            base = os.path.abspath(os.path.join(path or ".", snapshot_id))
            with Staging(history.home) as staging:
                draft = staging.draft_for(f"{base}.zip")
                zipped = shutil.make_archive(draft, "zip", history.folder(owner).snapshot)
                os.replace(zipped, draft)
                staging.put(draft, f"{base}.zip")
            return f"{base}.zip"
    raise SnapshotException(f"Run {record.run_id} was started without a copy of its source.")

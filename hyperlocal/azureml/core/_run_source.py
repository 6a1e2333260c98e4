"""Source: the snapshot of a run, taken and given back."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.exceptions import SnapshotException
from hyperlocal.errors import HyperlocalError

if TYPE_CHECKING:
    from hyperlocal.history import History, RunFolder, RunRecord

__all__ = ["IGNORE_FILES", "restore", "take", "take_folder"]

IGNORE_FILES = (".amlignore", ".gitignore")


def take(folder: RunFolder, path: Any) -> None:
    """Copy a source file or folder into a run's folder.

    Raises:
        SnapshotException: It is not there or cannot be copied.
    """
    if os.path.isfile(path):
        folder.snapshot.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder.snapshot)
        return
    take_folder(path, folder.snapshot)


def take_folder(source: Any, target: Any) -> None:
    """Copy a source folder without what its ignore file names.

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
    for owner in (record.run_id, record.parent_id):
        if owner is not None and history.folder(owner).snapshot.is_dir():
            os.makedirs(path or ".", exist_ok=True)
            base = os.path.abspath(os.path.join(path or ".", snapshot_id))
            return shutil.make_archive(base, "zip", history.folder(owner).snapshot)
    raise SnapshotException(f"Run {record.run_id} was started without a copy of its source.")

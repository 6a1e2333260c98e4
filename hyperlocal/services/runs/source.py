"""Source: the snapshot of a run, taken and given back."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Any

from hyperlocal.errors import HyperlocalError, SourceError
from hyperlocal.services.advice import warn_caller

if TYPE_CHECKING:
    from hyperlocal.engine.contents import Contents
    from hyperlocal.history import History, RunRecord

__all__ = ["IGNORE_FILES", "digest_of", "restore", "take", "take_folder"]

IGNORE_FILES = (".amlignore", ".gitignore")
_MOST_BYTES = 300 << 20
_MOST_NAMED = 3


def take(history: History, run_id: str, path: Any) -> None:
    """Keep a copy of a source file or folder with a run; other files of its source stay.

    Raises:
        SourceError: It is not there or cannot be copied.
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


def take_folder(source: Any, target: Any) -> list[str]:
    """Copy a source folder without what its ignore file names, to where nobody looks yet.

    Warns of what is left out because it cannot be copied, and of a size that the cloud refuses.

    Returns:
        The warnings.

    Raises:
        SourceError: It is not there or cannot be copied.
    """
    from hyperlocal.engine import take_snapshot

    told: list[str] = []

    def inspect(contents: Contents) -> None:
        told.extend(_sentences(os.path.abspath(source), contents))
        for sentence in told:
            warn_caller(sentence)

    try:
        take_snapshot(source, target, ignore_files=IGNORE_FILES, inspect=inspect)
    except HyperlocalError as error:
        raise SourceError(str(error)) from error
    return told


def _sentences(source: str, contents: Contents) -> list[str]:
    told = []
    complaint = contents.complaint()
    if complaint is not None:
        told.append(f"The source folder {source} is not copied as a whole. {complaint}")
    n_bytes = sum(contents.sizes.values())
    if n_bytes > _MOST_BYTES:
        told.append(
            f"The source folder {source} holds {n_bytes >> 20:,} MB, and the cloud refuses more "
            f"than {_MOST_BYTES >> 20} MB. Most is in {_largest(contents)}. Every trial has a "
            "copy of its own: list what trials do not need in .amlignore, or give them data as a "
            "dataset."
        )
    return told


def _largest(contents: Contents) -> str:
    """Name the files or folders at the top of a folder that hold most."""
    sizes: dict[str, int] = {}
    for name, n_bytes in contents.sizes.items():
        top, slash, _ = name.partition("/")
        sizes[top + slash] = sizes.get(top + slash, 0) + n_bytes
    largest = sorted(sizes, key=lambda name: -sizes[name])[:_MOST_NAMED]
    return ", ".join(f"{name} ({sizes[name] >> 20:,} MB)" for name in largest)


def restore(history: History, record: RunRecord, snapshot_id: str, path: Any) -> str:
    """Put a run's source, which trials share with their parent, into a ZIP file.

    Raises:
        SourceError: There is none.
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
    raise SourceError(f"Run {record.run_id} was started without a copy of its source.")


def digest_of(folder: str | os.PathLike[str]) -> str:
    """Return a text that is the same for the same files with the same content."""
    digest = hashlib.sha256()
    for path, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            file = os.path.join(path, name)
            digest.update(f"{os.path.relpath(file, folder)}\0".encode())
            if os.path.isfile(file):  # not a link that leads nowhere
                with open(file, "rb") as content:
                    digest.update(hashlib.sha256(content.read()).digest())
    return digest.hexdigest()

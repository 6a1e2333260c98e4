"""Mounts: files as a folder of links, which costs nothing and shows what is there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from hyperlocal.azureml.data._kinds import home_now
from hyperlocal.services.data.definitions import Source
from hyperlocal.services.data.files import Found, datastore_folder

__all__ = ["MountContext", "folder_for", "link_files"]


def link_files(files: Iterable[Found], folder: str) -> None:
    """Fill a folder with links to files, under the names that they have in their dataset."""
    os.makedirs(folder, exist_ok=True)
    for file in files:
        place = os.path.join(folder, *file.name.split("/"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with suppress(FileExistsError):  # made before, or by another process just now
            os.symlink(os.path.abspath(file.path), place)


def folder_for(dataset: Any) -> tuple[str, str]:
    """Return the folder in which trials see a file dataset, and the name of a single file in it.

    A whole folder is seen as it is. Otherwise it is a folder of links, the same for the same
    files.

    Raises:
        UserErrorException: A file is missing.
    """
    files = dataset._found()
    sources, steps = dataset._definition.sources, dataset._definition.steps
    only = _only_path(sources, files, home_now()) if not steps else None
    if only is not None and os.path.isdir(only):
        return only, ""
    listing = "\0".join(f"{file.path}\0{file.name}" for file in files)
    key = hashlib.sha256(listing.encode()).hexdigest()[:32]
    folder = os.path.join(home_now(), "data", "inputs", key)
    link_files(files, folder)
    return folder, files[0].name if only is not None else ""


def _only_path(sources: Sequence[Source], files: list[Found], home: str) -> str | None:
    """Return the one file or folder that the sources name, or None if they name several."""
    if len(sources) != 1:
        return None
    source = sources[0]
    if source.is_url:
        return files[0].path if len(files) == 1 and files[0].origin == source.place else None
    top = os.sep if source.datastore is None else datastore_folder(home, source.datastore)
    path = os.path.join(top, source.place).rstrip("/")
    return path if os.path.exists(path) else None


class MountContext:
    """Files that can be seen in a folder between `start` and `stop`, or in a `with` block.

    Attributes:
        mount_point: The folder.
    """

    def __init__(self, files: list[Found], mount_point: Any) -> None:
        self._files = files
        self._is_ours = mount_point is None
        self.mount_point = tempfile.mkdtemp() if mount_point is None else os.fspath(mount_point)

    def start(self) -> None:
        """Show the files."""
        link_files(self._files, self.mount_point)

    def stop(self) -> None:
        """Take away what `start` made. The files themselves stay."""
        if self._is_ours:
            shutil.rmtree(self.mount_point, ignore_errors=True)
            return
        for file in self._files:
            place = os.path.join(self.mount_point, *file.name.split("/"))
            if os.path.islink(place):
                os.unlink(place)

    def __enter__(self) -> MountContext:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

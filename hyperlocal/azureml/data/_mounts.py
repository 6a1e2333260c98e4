"""Mounts: files as a folder of links, which costs nothing and shows what is there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from typing import Any

from hyperlocal.azureml.data._files import Found

__all__ = ["MountContext", "link_files"]


def link_files(files: Iterable[Found], folder: str) -> None:
    """Fill a folder with links to files, under the names that they have in their dataset."""
    os.makedirs(folder, exist_ok=True)
    for file in files:
        place = os.path.join(folder, *file.name.split("/"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if not os.path.lexists(place):
            os.symlink(os.path.abspath(file.path), place)


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

"""Placing: what a trial finds in its working copy beside its source, as links or as copies."""

from __future__ import annotations

import os
import shutil

from hyperlocal.domain.launch import Placement
from hyperlocal.engine.contents import contents_of
from hyperlocal.engine.files import remove_tree

__all__ = ["place"]


def place(placement: Placement, working_folder: str) -> str | None:
    """Put something into a working folder; what the source has in its place is left out.

    Returns:
        Why that is impossible, or None.

    Raises:
        OSError: The home cannot take it.
    """
    target = os.path.normpath(placement.target)
    # Below it only: what is in the way is removed.
    if not target.startswith(os.path.normpath(working_folder) + os.sep):
        return f"{placement.target!r} is not below the working folder."
    if placement.makes_source:
        os.makedirs(placement.source, exist_ok=True)
    if not os.path.exists(placement.source):
        return f"There is nothing at {placement.source!r}, which the run was to be given."
    _clear(target)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if not placement.is_copy:
        os.symlink(os.path.abspath(placement.source), target)
    elif os.path.isdir(placement.source):
        # Links are followed: a copy is the trial's own to change.
        os.makedirs(target)
        for path, name in contents_of(placement.source).files:
            copy = os.path.join(target, *name.split("/"))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copy2(path, copy)
    else:
        shutil.copy2(placement.source, target)
    return None


def _clear(target: str) -> None:
    if os.path.isdir(target) and not os.path.islink(target):
        remove_tree(target)
    elif os.path.lexists(target):
        os.unlink(target)

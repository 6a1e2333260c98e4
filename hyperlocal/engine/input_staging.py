"""Placing: what a trial finds in its working copy beside its source, as links or as copies."""

from __future__ import annotations

import os
import shutil

from hyperlocal.domain.launch import StagedInput
from hyperlocal.engine.files import copy_tree, remove_tree
from hyperlocal.engine.leavings import is_of_the_machine

__all__ = ["place"]


def place(staged_input: StagedInput, working_folder: str) -> str | None:
    """Put something into a working folder; what the source has in its place is left out.

    Returns:
        Why that is impossible, or None.

    Raises:
        OSError: The machine is in trouble, as when the disk is full.
    """
    target = os.path.normpath(staged_input.target)
    # Below it only: what is in the way is removed.
    if not target.startswith(os.path.normpath(working_folder) + os.sep):
        return f"{staged_input.target!r} is not below the working folder."
    within = os.path.join(os.path.realpath(working_folder), "")
    if not os.path.join(os.path.realpath(os.path.dirname(target)), "").startswith(within):
        return f"{staged_input.target!r} is beyond a link that leads out of the working folder."
    try:
        return _place(staged_input, target)
    except OSError as error:
        if is_of_the_machine(error):
            raise
        return f"{staged_input.source!r}, which the run was to be given, cannot be: {error}."


def _place(staged_input: StagedInput, target: str) -> str | None:
    if staged_input.makes_source:
        os.makedirs(staged_input.source, exist_ok=True)
    if not os.path.exists(staged_input.source):
        return f"There is nothing at {staged_input.source!r}, which the run was to be given."
    _clear(target)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if not staged_input.is_copy:
        os.symlink(os.path.abspath(staged_input.source), target)
    elif os.path.isdir(staged_input.source):
        # Links are followed: a copy is the trial's own to change.
        copy_tree(staged_input.source, target, follows_links=True)
    else:
        shutil.copy2(staged_input.source, target)
    return None


def _clear(target: str) -> None:
    if os.path.isdir(target) and not os.path.islink(target):
        remove_tree(target)
    elif os.path.lexists(target):
        os.unlink(target)

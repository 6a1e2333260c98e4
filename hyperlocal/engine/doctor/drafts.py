"""What writers that were killed left half done, and how it is finished or removed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from hyperlocal.engine.doctor.finding import Finding
from hyperlocal.engine.files import remove_tree
from hyperlocal.engine.staging import LOCK_NAME, NOTES_NAME, merge
from hyperlocal.history import History, RunRecord
from hyperlocal.history.home import STAGING_NAME, is_draft
from hyperlocal.history.lock import is_held

__all__ = ["check_drafts"]


class _Draft(NamedTuple):
    path: str
    target: str
    is_whole: bool


def check_drafts(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Nobody left a draft: whoever writes one holds the lock of its entry."""
    top = history.home / STAGING_NAME
    for name in sorted(os.listdir(top)) if top.is_dir() else []:
        entry = os.path.join(top, name)
        if not os.path.isdir(entry) or _is_held(entry):
            continue
        drafts = _drafts_of(entry)
        whole = [draft for draft in drafts if draft.is_whole and os.path.lexists(draft.path)]
        if whole:
            yield Finding(
                None,
                f"Somebody was killed while putting files into {whole[-1].target}: the rest is "
                f"still in {entry}.",
                "--repair puts those that are not there into their place.",
                partial(_finish, entry, drafts, whole),
            )
        else:
            meant = ", ".join(dict.fromkeys(draft.target for draft in drafts)) or "something"
            yield Finding(
                None,
                f"Somebody was killed while writing {meant}: {entry} is left of it.",
                "Nobody reads it; --repair removes it. Unless it was done, do it again.",
                partial(_clear, entry, drafts),
            )


def _is_held(entry: str) -> bool:
    """Tell whether the writer of an entry is alive."""
    return is_held(os.path.join(entry, LOCK_NAME))


def _drafts_of(entry: str) -> list[_Draft]:
    """Return the drafts that an entry notes; the last note of each counts."""
    try:
        with open(os.path.join(entry, NOTES_NAME), encoding="ascii", errors="replace") as notes:
            lines = notes.readlines()
    except OSError:
        return []
    found: dict[str, _Draft] = {}
    for line in lines:
        try:
            told = json.loads(line)
            draft = _Draft(str(told["draft"]), str(told["target"]), bool(told["is_whole"]))
        except (KeyError, TypeError, ValueError):  # the writer was killed in the middle of it
            continue
        found[draft.path] = draft
    return list(found.values())


def _finish(entry: str, drafts: list[_Draft], whole: list[_Draft]) -> None:
    """Put what is whole into its place; what came there since stays as it is."""
    for draft in whole:
        os.makedirs(os.path.dirname(draft.target), exist_ok=True)
        merge(draft.path, draft.target, overwrites=False)
    _clear(entry, drafts)


def _clear(entry: str, drafts: list[_Draft]) -> None:
    if _is_held(entry):
        return
    for draft in drafts:
        # Only what bears the name of a draft: the notes are a file that anybody may have changed.
        if not is_draft(os.path.basename(draft.path)):
            continue
        if os.path.isdir(draft.path) and not os.path.islink(draft.path):
            remove_tree(draft.path)
        elif os.path.lexists(draft.path):
            os.unlink(draft.path)
    remove_tree(entry)

"""Refusals: what SQLite says of a file that it cannot use, in words that help."""

from __future__ import annotations

import os
import shutil

__all__ = ["explain"]

_LEAST_FREE = 1 << 16
_LONGEST_PATH = 500  # SQLite takes 512 bytes, with what it adds to the names of its other files


def explain(error: BaseException, path: str, waited_s: float) -> str:
    """Return why a database cannot be used, and what to do.

    Args:
        error: What SQLite or its driver raised.
        path: The database.
        waited_s: For how long it waits for a lock.
    """
    told = str(error) or type(error).__name__
    if _is_full(told, path):
        return f"{path}: the disk is full. Free some space and try again."
    if "readonly" in told or "unable to open" in told:
        return _cannot_open(told, path)
    if "locked" in told:
        return (
            f"{path} was locked by another program for over {waited_s:.0f} s (a backup "
            "tool?). Try again when it is done."
        )
    return (
        f"{path} is damaged or no database ({_in_words(error, told)}). Nothing was changed. "
        f"Put a copy of it back; `sqlite3 history.db .recover | sqlite3 new.db` may save what is "
        f"left of it. Move it away to start a new history; the files of earlier runs stay in "
        f"{os.path.join(os.path.dirname(path), 'runs')}."
    )


def _cannot_open(told: str, path: str) -> str:
    advice = "Set HYPERLOCAL_HOME to a folder that you can"
    if len(os.fsencode(path)) > _LONGEST_PATH:
        return (
            f"{path} cannot be opened: the path is longer than the {_LONGEST_PATH} bytes that "
            f"SQLite takes. {advice} name in fewer."
        )
    if os.path.lexists(path) and not os.access(path, os.R_OK):
        return f"{path} cannot be read ({told}). {advice} read."
    return f"{path} cannot be written ({told}). {advice} write."


def _is_full(told: str, path: str) -> bool:
    if "disk is full" in told:
        return True
    # Where SQLite cannot make or grow its shared memory, it says something else.
    if not any(sign in told for sign in ("I/O", "readonly", "unable to open")):
        return False
    try:
        return shutil.disk_usage(os.path.dirname(path)).free < _LEAST_FREE
    except (OSError, ValueError):
        return False


def _in_words(error: BaseException, told: str) -> str:
    if isinstance(error, MemoryError):
        return "it asks for more memory than there is"
    if isinstance(error, UnicodeDecodeError):
        return "a name in it is no text"
    return told

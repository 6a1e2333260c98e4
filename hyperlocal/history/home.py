"""Where things are: the home."""

from __future__ import annotations

import os
import stat

from hyperlocal.errors import FileError, HistoryError
from hyperlocal.history.privacy import open_private, seclude
from hyperlocal.reading import absolute_path

TYPE_CHECKING = False  # `typing` and `pathlib` are slow to load, and trials come through here
if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "DATABASE_NAME",
    "HOME_NAME",
    "STAGING_NAME",
    "check_files",
    "draft_name",
    "find_home",
    "home_named",
    "is_draft",
    "locate_home",
    "prepare_home",
]

HOME_NAME = ".hyperlocal"
DATABASE_NAME = "history.db"
_LEAST_HEADER = 100  # bytes; SQLite writes whole pages
STAGING_NAME = "staging"
_DRAFT_PREFIX, _DRAFT_ENDING = ".hyperlocal-", ".part"
_IGNORE_EVERYTHING = "# Written by hyperlocal: its home is not for version control.\n*\n"


def find_home() -> Path:
    """Return the home of this process, which need not exist yet.

    `$HYPERLOCAL_HOME`, else the nearest `.hyperlocal/` from the working directory upwards, else
    `.hyperlocal/` in the working directory.

    Raises:
        HistoryError: The working directory is gone, and nothing else names a home.
    """
    from pathlib import Path

    return Path(locate_home())


def locate_home() -> str:
    """Return the absolute path that `find_home` gives, as text."""
    named = os.environ.get("HYPERLOCAL_HOME")
    try:
        if named:
            return home_named(named)
        here = os.getcwd()
    except FileNotFoundError as error:
        raise HistoryError(
            "The working directory does not exist any more. Change into another one, or set "
            "HYPERLOCAL_HOME to the absolute path of a home."
        ) from error
    folder = here
    while not os.path.isdir(os.path.join(folder, HOME_NAME)):
        above = os.path.dirname(folder)
        if above == folder:
            return os.path.join(here, HOME_NAME)
        folder = above
    return os.path.join(folder, HOME_NAME)


def home_named(named: str) -> str:
    """Return the absolute path of a home that somebody names; `~` is a user's own folder.

    Raises:
        HistoryError: There is no such user, or no path can hold such a text.
    """
    try:
        return absolute_path(named)
    except FileError as error:
        raise HistoryError(f"The home {named!r} cannot be found. {error}") from error


def check_files(home: str, path: str) -> bool:
    """Return whether a home has a database, which is then a file, as are SQLite's other ones.

    SQLite would wait for ever at some things that are no files.

    Raises:
        HistoryError: Something else is there, the database is cut off, or nobody can look.
    """
    size = _size_of_file(path)
    for kind in ("-wal", "-shm", "-journal"):
        _size_of_file(path + kind)
    if size is None and os.path.islink(path):
        raise HistoryError(
            f"{path} is a link to {os.readlink(path)!r}, which is not there. Bring it back, or "
            "remove the link to start a new history."
        )
    if size is not None and size < _LEAST_HEADER and (size or _has_runs(home)):
        raise HistoryError(
            f"{path} is damaged: it was cut off after {size} bytes. Put a copy of it in its "
            f"place, or remove it to start a new history; the files of earlier runs stay in "
            f"{os.path.join(home, 'runs')}."
        )
    return size is not None


def _size_of_file(path: str) -> int | None:
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        why = getattr(error, "strerror", None) or error
        raise HistoryError(
            f"{path} cannot be read: {why}. Set HYPERLOCAL_HOME to a folder that you can read."
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise HistoryError(
            f"{path} cannot be written or read: it is {_kind_of(status.st_mode)}, not a file. "
            "Set HYPERLOCAL_HOME to another folder, or move it away."
        )
    return status.st_size


def _kind_of(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def _has_runs(home: str) -> bool:
    try:
        return bool(os.listdir(os.path.join(home, "runs")))
    except OSError:
        return False


def prepare_home(home: str) -> None:
    """Make the home's folders, for nobody but their owner.

    Raises:
        HistoryError: The folder cannot be made or is a file.
    """
    runs, ignore = os.path.join(home, "runs"), os.path.join(home, ".gitignore")
    try:
        for folder in (home, runs):
            if not os.path.isdir(folder):
                os.makedirs(folder, exist_ok=True)
                os.chmod(folder, 0o700)
        if not os.path.exists(ignore):
            draft = os.path.join(home, draft_name(f"{os.getpid()}-ignore"))
            with open(draft, "w", encoding="utf-8", opener=open_private) as file:
                file.write(_IGNORE_EVERYTHING)
            os.replace(draft, ignore)
        seclude(home)
    except OSError as error:
        raise HistoryError(
            f"The home {home} cannot be made or written: {error.strerror}. "
            "Set HYPERLOCAL_HOME to a folder that you can write."
        ) from error


def draft_name(key: str) -> str:
    """Return the name of a file that is being written beside what it is to become."""
    return f"{_DRAFT_PREFIX}{key}{_DRAFT_ENDING}"


def is_draft(name: str) -> bool:
    """Tell whether a file or folder of this name is being written: no listing shows it."""
    return name.startswith(_DRAFT_PREFIX) and name.endswith(_DRAFT_ENDING)

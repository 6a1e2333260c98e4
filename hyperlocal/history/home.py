"""Where things are: the home."""

from __future__ import annotations

import os
import stat

from hyperlocal.errors import HistoryError
from hyperlocal.history.privacy import open_private, seclude

TYPE_CHECKING = False  # `typing` and `pathlib` are slow to load, and trials come through here
if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "DATABASE_NAME",
    "HOME_NAME",
    "check_files",
    "find_home",
    "home_named",
    "locate_home",
    "prepare_home",
]

HOME_NAME = ".hyperlocal"
DATABASE_NAME = "history.db"
_LEAST_HEADER = 100  # bytes; SQLite writes whole pages
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
        HistoryError: There is no such user.
    """
    path = os.path.expanduser(named)
    if path.startswith("~"):
        user = path[1:].partition(os.sep)[0]
        whose = f"of a user {user!r}, whom this machine does not know" if user else "of this user"
        raise HistoryError(
            f"The home {named!r} is in the folder {whose}. Give it as an absolute path; a folder "
            f"that is really called so is {os.path.join(os.curdir, named)!r}."
        )
    return os.path.abspath(path)


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
            with open(ignore, "w", encoding="utf-8", opener=open_private) as file:
                file.write(_IGNORE_EVERYTHING)
        seclude(home)
    except OSError as error:
        raise HistoryError(
            f"The home {home} cannot be made or written: {error.strerror}. "
            "Set HYPERLOCAL_HOME to a folder that you can write."
        ) from error

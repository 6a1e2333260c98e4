"""Where things are: the home."""

from __future__ import annotations

import os

from hyperlocal.errors import HistoryError
from hyperlocal.reading import absolute_path

TYPE_CHECKING = False  # `typing` and `pathlib` are slow to load, and trials come through here
if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DATABASE_NAME", "HOME_NAME", "find_home", "locate_home", "prepare_home"]

HOME_NAME = ".hyperlocal"
DATABASE_NAME = "history.db"
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
            return absolute_path(named)
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


def prepare_home(home: str) -> None:
    """Make the home's folders.

    Raises:
        HistoryError: The folder cannot be made or is a file.
    """
    runs, ignore = os.path.join(home, "runs"), os.path.join(home, ".gitignore")
    try:
        os.makedirs(runs, exist_ok=True)
        if not os.path.exists(ignore):
            with open(ignore, "w", encoding="utf-8") as file:
                file.write(_IGNORE_EVERYTHING)
    except OSError as error:
        raise HistoryError(
            f"The home {home} cannot be made or written: {error.strerror}. "
            "Set HYPERLOCAL_HOME to a folder that you can write."
        ) from error

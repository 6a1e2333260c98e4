"""Lookup: opening the history of the home that is meant, and finding the run that is meant."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from hyperlocal.errors import HistoryError, RunNotFound
from hyperlocal.history.home import DATABASE_NAME, find_home, home_named
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History

__all__ = [
    "command_parser",
    "find_run",
    "has_history",
    "home_of",
    "open_history",
    "settled",
    "tell_damage",
]

_MOST_TOLD = 10
_opened: list[History] = []


def command_parser(name: str, about: str, examples: str) -> argparse.ArgumentParser:
    """Return a command's parser, which knows `--home`."""
    parser = argparse.ArgumentParser(
        prog=f"hyperlocal {name}",
        description=about,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--home", metavar="PATH", help="where runs are kept, instead of $HYPERLOCAL_HOME"
    )
    return parser


def home_of(arguments: argparse.Namespace) -> Path:
    """Return the home that is meant, which need not exist."""
    if arguments.home is not None:
        return Path(home_named(arguments.home))
    return find_home()


def has_history(home: Path) -> bool:
    """Whether anything ever ran in this home: looking at one must not make it.

    Raises:
        HistoryError: It is a file.
    """
    if os.path.isfile(home):
        raise HistoryError(
            f"The home {home} is a file. Set HYPERLOCAL_HOME, or --home, to a folder."
        )
    try:
        os.lstat(home / DATABASE_NAME)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise HistoryError(
            f"The home {home} cannot be read: {error.strerror}. Set HYPERLOCAL_HOME, or --home, "
            "to a folder that you can read."
        ) from error
    return True


def open_history(arguments: argparse.Namespace) -> History:
    """Open the history of the home that is meant.

    Raises:
        HistoryError: There is none, or it cannot be used.
    """
    home = home_of(arguments)
    if not has_history(home):
        raise HistoryError(
            f"There are no runs in {home}. `hyperlocal run driver.py` makes some; --home or "
            "HYPERLOCAL_HOME names another home."
        )
    history = History.open(home)
    _opened.append(history)
    return history


def tell_damage() -> None:
    """Say on standard error what could not be read in the histories that were opened."""
    while _opened:
        notes = _opened.pop().notes
        for sentence in list(notes)[:_MOST_TOLD]:
            print(f"hyperlocal: {sentence}", file=sys.stderr)
        if len(notes) > _MOST_TOLD:
            print(f"hyperlocal: ... and {len(notes) - _MOST_TOLD:,} more.", file=sys.stderr)
        if notes:
            print("hyperlocal: `hyperlocal doctor` says more.", file=sys.stderr)


def find_run(history: History, name: str) -> RunRecord:
    """Return the run that is meant by an id, an abbreviated id, or one with a trial's number.

    Raises:
        RunNotFound: There is none.
        HyperlocalError: There are several.
    """
    try:
        return history.runs.find(name)
    except RunNotFound:
        with_number = re.fullmatch(r"(.+)_(\d+)", name)
        if with_number is None:
            raise
    # `HD_1a2b_7` is no beginning of an id, but trial 7 of what `HD_1a2b` means.
    parent = history.runs.find(with_number[1])
    return history.runs.get(f"{parent.run_id}_{with_number[2]}")


def settled(history: History, record: RunRecord) -> RunRecord:
    """Return the run as it really is: its controller may have died without a word."""
    if record.status.is_terminal:
        return record
    from hyperlocal.engine import settle

    return settle(history, record.run_id)

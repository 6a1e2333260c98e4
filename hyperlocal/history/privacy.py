"""Privacy: a home is its owner's alone, whatever the umask.

Trials write as their scripts and the umask say, but below folders that nobody else can enter. A
home of an earlier version, or a folder that somebody made, is closed once; a note in it says so,
and whoever opens it to others after that has decided so.
"""

from __future__ import annotations

import os
import stat
import sys

__all__ = ["create_private", "open_private", "salt_of", "seclude"]

_NOTE = ".private"
_EXPLANATION = (
    "# Written by hyperlocal when it closed this home to all but its owner. As long as this file\n"
    "# is here, it leaves the rights as you set them. Below: what makes hashes differ from those\n"
    "# of other homes.\n"
)
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def seclude(home: str) -> None:
    """Close a home to all but its owner, unless that has been done before."""
    note = os.path.join(home, _NOTE)
    if os.path.exists(note) or not os.access(home, os.W_OK):
        return
    try:
        is_open = os.stat(home).st_mode & _FOR_OTHERS
        if os.name != "nt":
            _close(home)
        _write_once(note, f"{_EXPLANATION}{os.urandom(16).hex()}\n")
    except OSError:  # it is somebody else's, or cannot be written
        return
    # Of several processes at once, each that saw it open says so: rather twice than never.
    if is_open and not os.stat(home).st_mode & _FOR_OTHERS:
        _tell(
            f"hyperlocal: {home} was open to other users, and is now yours alone (it holds "
            "sources, arguments and outputs of your runs). To share it with your group again: "
            f"`chmod -R g+rX {home}`. It is not closed a second time.\n"
        )


def _close(home: str) -> None:
    """Take the rights of others from a home and from what stands in it at the top."""
    for entry in os.scandir(home):
        if not entry.is_symlink():
            os.chmod(entry.path, stat.S_IMODE(entry.stat().st_mode) & ~_FOR_OTHERS)
    status = os.stat(home)
    # A folder that is there for more than the runs keeps its rights; the folders in it do not.
    is_shared = status.st_mode & stat.S_ISVTX or home in ("/", os.path.expanduser("~"))
    if not is_shared:
        os.chmod(home, stat.S_IMODE(status.st_mode) & ~_FOR_OTHERS)


def _write_once(path: str, text: str) -> None:
    """Write a file, whole, unless it is there."""
    draft = f"{path}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        _put_once(draft, path)
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def _put_once(draft: str, path: str) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was quicker
    except OSError:  # a file system without links
        os.replace(draft, path)


def _tell(text: str) -> None:
    if sys.stderr is not None:  # it was closed by who started this
        sys.stderr.write(text)
        sys.stderr.flush()


def salt_of(home: str) -> str:
    """Return a text that makes hashes of this home differ from those of other homes."""
    try:
        with open(os.path.join(home, _NOTE), encoding="utf-8") as file:
            return file.read().split()[-1]
    except (OSError, UnicodeDecodeError, IndexError):
        return os.urandom(16).hex()


def create_private(path: str) -> None:
    """Make a file that only its owner may read, if there is none; who opens it says why not."""
    if os.path.exists(path):
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return
    try:
        if os.name != "nt":
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def open_private(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file that only its owner may read if it is made by this; an opener for `open`."""
    return os.open(path, flags, 0o600)

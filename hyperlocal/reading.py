"""Reading: what people wrote or typed, whatever is in it or stands in its place.

A file that is named on a command line, or found in a project, can be a pipe that never ends, a
device, twenty gigabytes, bytes in no encoding, or JSON nested deeper than a parser goes. Whoever
reads one comes through here, and has a text, a value, or one of two errors: `OSError` if the
system refuses, and `FileError` if what is there is not what it is taken for.

Values that code hands over can be too much to be shown, too: integers of more digits than Python
writes, lists nested deeper than it follows.
"""

from __future__ import annotations

import os

from hyperlocal.errors import FileError

TYPE_CHECKING = False  # trials find their home through this module
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "MOST_BYTES",
    "absolute_path",
    "file_bytes",
    "file_json",
    "file_text",
    "json_value",
    "shown",
    "text_of",
]

MOST_BYTES = 256 << 20  # far beyond what anybody writes, far below what a machine holds


def file_bytes(path: str | os.PathLike[str], *, most: int = MOST_BYTES) -> bytes:
    """Return what a plain file holds.

    Raises:
        OSError: It is not there, or cannot be read.
        FileError: It is no plain file, or larger than `most`.
    """
    try:
        # Without waiting: a pipe that nobody writes to would never be open.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError as error:  # a NUL character
        raise FileError(f"{path!r} cannot be a path: {error}.") from error
    with os.fdopen(descriptor, "rb") as file:
        import stat

        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise FileError(f"{os.fspath(path)} is no plain file, but {_kind(status.st_mode)}.")
        # Some of the system's own files are plain, and have nothing to say without waiting.
        raw = (b"" if status.st_size > most else file.read(most + 1)) or b""
    if max(status.st_size, len(raw)) > most:
        raise FileError(
            f"{os.fspath(path)} is too large to be read: it has more than {most >> 20} MiB."
        )
    return raw


def _kind(mode: int) -> str:
    import stat

    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"))
    return next((name for is_kind, name in kinds if is_kind(mode)), "a device")


def file_text(path: str | os.PathLike[str], *, most: int = MOST_BYTES) -> str:
    """Return the text of a plain file in UTF-8, with or without a mark at its beginning.

    Raises:
        OSError: It is not there, or cannot be read.
        FileError: It is no plain file, too large, or not in UTF-8.
    """
    raw = file_bytes(path, most=most)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{os.fspath(path)} is no text in UTF-8: there is the byte "
            f"0x{error.object[error.start]:02x} in line {line}. Save it in UTF-8."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def json_value(text: str | bytes, what: str) -> Any:
    """Return the value of a JSON document.

    Args:
        text: The document.
        what: What to call it in an error.

    Raises:
        FileError: It is none, or goes beyond what can be read.
    """
    import json

    try:
        return json.loads(text)
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError as error:  # no JSON, no UTF-8, or a number of thousands of digits
        why = str(error)
    raise FileError(f"{what} is not JSON: {why}.")


def file_json(path: str | os.PathLike[str], what: str = "") -> Any:
    """Return the value of a plain file of JSON.

    Args:
        path: The file.
        what: What to call it in an error; by default its path.

    Raises:
        OSError: It is not there, or cannot be read.
        FileError: It is no plain file, too large, or no JSON.
    """
    return json_value(file_text(path), what or os.fspath(path))


def absolute_path(path: str) -> str:
    """Return a path that a user named as an absolute one; a tilde means somebody's folder.

    Raises:
        FileError: There is no such user, or no path can hold such a text.
    """
    expanded = os.path.expanduser(path)
    if expanded.startswith("~"):
        user = path.partition("/")[0]
        raise FileError(
            f"There is no user whose folder {user!r} would be, as {path!r} has it. Give the path "
            f"in full, or './{path}' if the name begins with a tilde."
        )
    try:
        has_nul = b"\0" in os.fsencode(expanded)
    except UnicodeEncodeError:
        has_nul = True
    if has_nul:
        raise FileError(
            f"{path!r} cannot be a path: it holds a NUL character or half of a surrogate pair."
        )
    return os.path.abspath(expanded)


def text_of(value: Any) -> str:
    """Return a value's text, as `str` has it; a description where Python writes none."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return _description(value)


def shown(value: Any, most: int = 200) -> str:
    """Return a value as an error shows it: its `repr`, cut where it would fill the screen."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return _description(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _description(value: Any) -> str:
    if isinstance(value, int):
        return f"<an integer of about {value.bit_length() * 0.30103:.0f} digits>"
    return f"<a {type(value).__name__} that is nested too deeply, or holds such an integer>"

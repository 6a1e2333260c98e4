"""Storage: files that are kept with a run, written into its folder."""

from __future__ import annotations

import errno
import os
import shutil
from typing import IO, TYPE_CHECKING, Any

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.reading import shown, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from hyperlocal.history import RunFolder

__all__ = ["clean_name", "keep_bytes", "keep_file", "keep_stream"]

_RESERVED = ("snapshot", "work")


def clean_name(name: Any) -> str:
    """Return the name of a kept file: relative to the run's folder, with forward slashes.

    Raises:
        UserErrorException: It is empty, would lie outside, or hide what hyperlocal keeps there.
    """
    parts = [part for part in text_of(name).replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts or not _can_be_named(parts):
        raise UserErrorException(
            f"{shown(name)} cannot be the name of a run's file: it must stay inside the run, "
            "and hold no NUL. Use a relative name without '..', for instance 'outputs/model.pkl'."
        )
    if parts[0] in _RESERVED:
        raise UserErrorException(
            f"{name!r} cannot be the name of a run's file: {parts[0]!r} is where hyperlocal keeps "
            "the run's source. Use another folder."
        )
    return "/".join(parts)


def _can_be_named(parts: list[str]) -> bool:
    try:
        return b"\0" not in os.fsencode("/".join(parts))
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def keep_bytes(folder: RunFolder, name: Any, content: bytes) -> str:
    """Keep `content` under a name; return the name as it is in the run."""
    kept = clean_name(name)
    _place(folder, kept).write_bytes(content)
    return kept


def keep_stream(folder: RunFolder, name: Any, stream: IO[Any]) -> str:
    """Keep what is left in a stream, of text or bytes, under a name."""
    content = stream.read()
    return keep_bytes(folder, name, content.encode() if isinstance(content, str) else content)


def keep_file(folder: RunFolder, name: Any, path: Any) -> str:
    """Keep a copy of a file under a name.

    Raises:
        FileNotFoundError: There is no such file.
    """
    kept = clean_name(name)
    if not os.path.isfile(path):
        raise FileNotFoundError(errno.ENOENT, "There is no such file to keep", os.fspath(path))
    place = _place(folder, kept)
    if not (place.exists() and os.path.samefile(path, place)):
        shutil.copyfile(path, place)
    return kept


def _place(folder: RunFolder, kept: str) -> Path:
    place = folder.path / kept
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UserErrorException(
            f"{kept!r} cannot be the name of a run's file: part of it is a file already."
        ) from error
    return place

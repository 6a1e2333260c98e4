"""Storage: files that are kept with a run, written into its folder."""

from __future__ import annotations

import errno
import os
import shutil
from typing import IO, TYPE_CHECKING, Any

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.history.descent import is_folder
from hyperlocal.history.folder import OUR_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from hyperlocal.history import RunFolder

__all__ = ["clean_name", "keep_bytes", "keep_file", "keep_stream"]


def clean_name(name: Any) -> str:
    """Return the name of a kept file: relative to the run's folder, with forward slashes.

    Raises:
        UserErrorException: It is empty, would lie outside, or hide what hyperlocal keeps there.
    """
    parts = [part for part in str(name).replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        raise UserErrorException(
            f"{name!r} cannot be the name of a run's file: it must stay inside the run. "
            "Use a relative name without '..', for instance 'outputs/model.pkl'."
        )
    if parts[0] in OUR_NAMES:
        raise UserErrorException(
            f"{name!r} cannot be the name of a run's file: in its folder {parts[0]!r} is "
            "hyperlocal's own. Use another folder, for instance 'outputs'."
        )
    return "/".join(parts)


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
    above = kept.rpartition("/")[0]
    if not folder.has_room(above):
        raise UserErrorException(
            f"{kept!r} cannot be the name of a run's file: {above!r} leads out of the run's "
            "folder, where a script has put a link."
        )
    if is_folder(os.fspath(place)):
        raise UserErrorException(
            f"{kept!r} cannot be the name of a run's file: there is a folder of that name already."
        )
    if os.path.lexists(place) and (place.is_symlink() or not place.is_file()):
        place.unlink()  # what is kept takes its place, and is not written through it
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UserErrorException(
            f"{kept!r} cannot be the name of a run's file: part of it is a file already."
        ) from error
    return place

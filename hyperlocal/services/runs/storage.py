"""Storage: files that are kept with a run, written into its folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from hyperlocal.errors import ArgumentError
from hyperlocal.history.descent import is_folder
from hyperlocal.history.folder import OUR_NAMES
from hyperlocal.reading import shown, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from hyperlocal.history import RunFolder

__all__ = ["clean_name", "keep_bytes", "keep_file", "keep_files", "keep_stream", "note_uploads"]

_uploaded: set[tuple[str, str]] = set()  # by this process: run folders and names in them


def clean_name(name: Any) -> str:
    """Return the name of a kept file: relative to the run's folder, with forward slashes.

    Raises:
        ArgumentError: It is empty, would lie outside, or hide what hyperlocal keeps there.
    """
    parts = [part for part in text_of(name).replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts or not _can_be_named(parts):
        raise ArgumentError(
            f"{shown(name)} cannot be the name of a run's file: it must stay inside the run, "
            "and hold no NUL. Use a relative name without '..', for instance 'outputs/model.pkl'."
        )
    if parts[0] in OUR_NAMES:
        raise ArgumentError(
            f"{name!r} cannot be the name of a run's file: in its folder {parts[0]!r} is "
            "hyperlocal's own. Use another folder, for instance 'outputs'."
        )
    return "/".join(parts)


def _can_be_named(parts: list[str]) -> bool:
    try:
        return b"\0" not in os.fsencode("/".join(parts))
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def keep_bytes(folder: RunFolder, name: Any, content: bytes) -> str:
    """Keep `content` under a name; return the name as it is in the run."""
    from hyperlocal.engine.staging import Staging

    kept = clean_name(name)
    place = _place(folder, kept)
    with Staging(folder.home) as staging:
        draft = staging.draft_for(place)
        with open(draft, "wb") as file:
            file.write(content)
        staging.put(draft, place)
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
    keep_files(folder, [(kept, path)])
    return kept


def keep_files(
    folder: RunFolder, files: Iterable[tuple[str, Any]], *, with_times: bool = False
) -> None:
    """Keep copies of files under clean names; nobody sees one before all have been copied."""
    from hyperlocal.engine.staging import Staging, copy_into

    pairs = []
    for kept, path in files:
        place = _place(folder, kept)
        if place.is_symlink() or not (place.exists() and os.path.samefile(path, place)):
            pairs.append((path, kept))
    with Staging(folder.home) as staging:
        copy_into(staging, pairs, folder.path, with_times=with_times)


def note_uploads(folder: RunFolder, names: Iterable[str]) -> None:
    """Say, once for each name, that the cloud refuses a second upload under it.

    Only what this process has uploaded counts: a file that a script wrote into `outputs/` may be
    uploaded, and a trial that is run again after an interruption does everything again.
    """
    from hyperlocal.services.advice import advise

    for name in names:
        key = (os.fspath(folder.path), name)
        if key in _uploaded:
            advise(
                f"The second upload of {name!r} to run {folder.path.name}",
                "it replaces the first here, and the cloud refuses it as a resource conflict. "
                "Give each upload a name of its own.",
            )
        _uploaded.add(key)


def _place(folder: RunFolder, kept: str) -> Path:
    place = folder.path / kept
    above = kept.rpartition("/")[0]
    if not folder.has_room(above):
        raise ArgumentError(
            f"{kept!r} cannot be the name of a run's file: {above!r} leads out of the run's "
            "folder, where a script has put a link."
        )
    if is_folder(os.fspath(place)):
        raise ArgumentError(
            f"{kept!r} cannot be the name of a run's file: there is a folder of that name already."
        )
    for part in place.relative_to(folder.path).parents:
        if os.path.lexists(folder.path / part) and not (folder.path / part).is_dir():
            raise ArgumentError(
                f"{kept!r} cannot be the name of a run's file: part of it is a file already."
            )
    return place

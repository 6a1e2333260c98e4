"""Staging: what others read under a name gets that name when it is whole.

Whoever writes a file or a folder that somebody else reads writes it in `<home>/staging/` first,
where nobody looks, and renames it. A killed writer leaves nothing but an entry there:

    staging/<random>/lock      held by the writer, and let go by the system when it dies
    staging/<random>/notes     a line for each draft: where it is, and what it is to become
    staging/<random>/1, 2 ...  the drafts

A draft whose target is on another file system lies beside its target, under a name that no listing
shows, and is noted in the same way. `engine/doctor/drafts.py` finds what dead writers left.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from hyperlocal.engine.files import remove_tree
from hyperlocal.history.home import STAGING_NAME, draft_name
from hyperlocal.history.lock import hold

if TYPE_CHECKING:
    from types import TracebackType

    Place = str | os.PathLike[str]

__all__ = ["LOCK_NAME", "NOTES_NAME", "Staging", "copy_into", "copy_whole", "merge", "write_whole"]

LOCK_NAME = "lock"
NOTES_NAME = "notes"
_LOOKS_EVERY_S = 0.001


class Staging:
    """Drafts of one writer, which are removed at the end of the `with` block unless they are put.

    Args:
        home: The home; None for a writer that has none, whose drafts lie beside their targets.
        is_durable: Whether what is put survives a power cut at any moment.
    """

    def __init__(self, home: Place | None, *, is_durable: bool = False) -> None:
        self._top = None if home is None else os.path.join(os.path.abspath(home), STAGING_NAME)
        self._is_durable = is_durable
        self._folder: str | None = None
        self._lock = -1
        self._n_drafts = 0
        self._beside: list[str] = []

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for draft in self._beside:
            _remove(draft)
        if self._folder is not None:
            remove_tree(self._folder)
            os.close(self._lock)
            if os.path.lexists(self._folder):  # Windows removes no file that is open
                remove_tree(self._folder)
            self._folder = None

    def draft_for(self, target: Place) -> str:
        """Return where what is to become `target` is written; nothing is there yet."""
        target = os.path.abspath(target)
        entry, above = self._entry(), _nearest_folder(target)
        self._n_drafts += 1
        if entry is not None and os.stat(entry).st_dev == os.stat(above).st_dev:
            draft = os.path.join(entry, str(self._n_drafts))
        else:
            draft = os.path.join(above, draft_name(_random()))
            self._beside.append(draft)
        self._note(draft, target)
        return draft

    def put(self, draft: str, target: Place, *, replaces: bool = False) -> None:
        """Give a draft its name.

        A file replaces a file of that name, and a folder that is not there yet comes in one step;
        so does one that is empty, in the home. Into others the files come one by one, each in one
        step.

        Args:
            draft: What `draft_for` named.
            target: The name.
            replaces: Whether a folder of that name goes, with all that is in it.
        """
        target = os.path.abspath(target)
        if self._is_durable:
            _sync_tree(draft)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if replaces and os.path.lexists(target):
            # Should this process die between the two steps, the doctor can do the second.
            self._note(draft, target, is_whole=True)
            self.discard(target)
        if not os.path.isdir(draft):
            _replace(draft, target)
        elif not _rename_folder(draft, target, self._is_in_home(target)):
            self._note(draft, target, is_whole=True)
            merge(draft, target, replaces_empty=self._is_in_home(target))
            remove_tree(draft)
        if self._is_durable:
            _sync(os.path.dirname(target))

    def discard(self, path: Place) -> None:
        """Take a file or folder away in one step; it is removed at the end of the block."""
        old = self.draft_for(path)
        try:
            os.rename(path, old)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _remove(os.fspath(path))

    def _is_in_home(self, folder: str) -> bool:
        # Elsewhere an empty folder may be somebody's working directory, which would be gone.
        return self._top is not None and folder.startswith(os.path.dirname(self._top) + os.sep)

    def _entry(self) -> str | None:
        if self._folder is None and self._top is not None:
            try:
                self._folder, self._lock = _new_entry(self._top)
            except OSError:  # a home that cannot be written can still be read
                self._top = None
        return self._folder

    def _note(self, draft: str, target: str, *, is_whole: bool = False) -> None:
        if self._folder is None:
            return
        line = json.dumps({"draft": draft, "target": target, "is_whole": is_whole})
        with open(os.path.join(self._folder, NOTES_NAME), "a", encoding="ascii") as notes:
            notes.write(f"{line}\n")


def write_whole(
    home: Place | None,
    target: Place,
    content: str | bytes,
    *,
    mode: int | None = None,
    is_durable: bool = False,
) -> None:
    """Write a file that is never seen with half of its content.

    Args:
        home: The home, if it is known.
        target: The file. Of a link, what it leads to is written; so is a device.
        content: What is in it.
        mode: Who may read and write it, as for `chmod`, from the first moment on.
        is_durable: Whether it survives a power cut once it is written.

    Raises:
        OSError: It cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    target = os.path.realpath(target)
    if os.path.exists(target) and not os.path.isfile(target):
        _write(target, data, None)  # a device, or a folder, which is refused as ever
        return
    with Staging(home, is_durable=is_durable) as staging:
        if not os.path.isdir(os.path.dirname(target)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), target)
        draft = staging.draft_for(target)
        try:
            _write(draft, data, mode)
        except OSError as error:
            error.filename = target  # the draft's name tells nobody anything
            raise
        if mode is None:
            _keep_mode(target, draft)
        staging.put(draft, target)


def copy_whole(home: Place | None, pairs: Iterable[tuple[Place, Place]]) -> None:
    """Copy files to other places; all copies are made before the first is seen.

    Args:
        home: The home, if it is known.
        pairs: Of each file the path, and that of its copy. Of a link there, what it leads to is
            written.

    Raises:
        OSError: One cannot be read or written.
    """
    with Staging(home) as staging:
        ready: list[tuple[str, str]] = []
        for source, place in pairs:
            target = os.path.realpath(place)
            if os.path.exists(target) and not os.path.isfile(target):
                shutil.copyfile(source, target)
            elif not (os.path.exists(target) and os.path.samefile(source, target)):
                draft = staging.draft_for(target)
                shutil.copyfile(source, draft)
                _keep_mode(target, draft)
                ready.append((draft, target))
        for draft, target in ready:
            staging.put(draft, target)


def copy_into(
    staging: Staging, pairs: Iterable[tuple[Place, str]], target: Place, *, with_times: bool
) -> None:
    """Copy files into a folder under their names there, with forward slashes.

    What is in the folder under other names stays.

    Args:
        staging: Where the copies are made.
        pairs: Of each file the path, and its name in the folder.
        target: The folder.
        with_times: Whether copies have the modes and times of the files.

    Raises:
        OSError: One cannot be read or written.
    """
    draft = staging.draft_for(target)
    copy = shutil.copy2 if with_times else shutil.copyfile
    for path, name in pairs:
        place = os.path.join(draft, *name.split("/"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        copy(path, place)
    if os.path.isdir(draft):
        staging.put(draft, target)


def merge(
    draft: str, target: str, *, overwrites: bool = True, replaces_empty: bool = False
) -> None:
    """Move what is in a draft into a folder, in as large parts as can be; each in one step.

    Args:
        draft: The draft, of a file or a folder.
        target: What it becomes.
        overwrites: Whether files of the same names go.
        replaces_empty: Whether folders of the same names go that are empty.
    """
    pending = [(draft, target)]
    while pending:
        source, place = pending.pop()
        if os.path.islink(source) or not os.path.isdir(source):
            if overwrites or not os.path.lexists(place):
                _replace(source, place)
        elif not _rename_folder(source, place, replaces_empty):
            with os.scandir(source) as entries:
                pending += [(entry.path, os.path.join(place, entry.name)) for entry in entries]


def _rename_folder(source: str, target: str, replaces_empty: bool) -> bool:
    """Rename a folder; False if there is one of that name, into which its files must go."""
    mode = os.stat(target).st_mode if os.path.isdir(target) else None
    if mode is not None and not replaces_empty:
        return False
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno == errno.EXDEV:  # a mount point below a folder of the same file system
            os.makedirs(target, exist_ok=True)
        elif mode is None and not os.path.isdir(target):
            raise
        return False
    if mode is not None:
        with suppress(OSError):
            os.chmod(target, mode & 0o7777)
    return True


def _replace(source: str, target: str) -> None:
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        near = os.path.join(os.path.dirname(target), draft_name(_random()))
        try:
            shutil.copy2(source, near, follow_symlinks=False)
            os.replace(near, target)
        except BaseException:
            _remove(near)
            raise
        os.unlink(source)


def _new_entry(top: str) -> tuple[str, int]:
    """Make an entry and lock it; return its folder and the descriptor that holds the lock."""
    while True:
        with suppress(FileExistsError):
            os.mkdir(top)  # not what is above: a home that was removed does not come back
        folder = os.path.join(top, _random())
        os.mkdir(folder, 0o700)
        lock = os.path.join(folder, LOCK_NAME)
        try:
            # The doctor holds it for a moment, to see whether somebody does.
            while (descriptor := hold(lock)) is None:
                time.sleep(_LOOKS_EVERY_S)
        except FileNotFoundError:
            continue  # the doctor took it for one that nobody holds, and removed it
        except OSError:  # a file system that knows no locks
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        return folder, descriptor


def _random() -> str:
    return os.urandom(8).hex()


def _nearest_folder(path: str) -> str:
    """Return the folder that a path is in or, if that is not there, the nearest above it."""
    above = os.path.dirname(path)
    while not os.path.isdir(above) and above != os.path.dirname(above):
        above = os.path.dirname(above)
    return above


def _write(path: str, data: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666 if mode is None else mode)
    with open(descriptor, "wb") as file:
        file.write(data)


def _keep_mode(target: str, draft: str) -> None:
    if os.path.isfile(target):
        with suppress(OSError):
            shutil.copymode(target, draft)


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        remove_tree(path)
    else:
        with suppress(OSError):
            os.unlink(path)


def _sync_tree(draft: str) -> None:
    if not os.path.isdir(draft):
        _sync(draft)
    for folder, _, names in os.walk(draft):
        for name in names:
            _sync(os.path.join(folder, name))
        _sync(folder)


def _sync(path: str) -> None:
    """Have the system write a file or a folder's names to the disk now."""
    with suppress(OSError):  # Windows opens no folder; some file systems cannot
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""The folder of a run: which files it has, under which names."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from hyperlocal.history.descent import is_folder, walk
from hyperlocal.history.home import is_draft

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import BinaryIO

__all__ = ["CIRCUMSTANCES", "OUR_NAMES", "WORK", "RunFolder", "open_file"]

CIRCUMSTANCES = "circumstances.json"
"""What is recorded of the process that started a run; nothing of the run itself."""

WORK = "work"
"""The name of a trial's working copy in its folder."""

OUR_NAMES = (
    "controller.log",
    "interrupted",
    "snapshot",
    WORK,
    CIRCUMSTANCES,
    f".{CIRCUMSTANCES}",
)
"""What is hyperlocal's in the folder of a run: neither shown nor a name for a file of the run."""

_KEPT_FROM_WORK = ("outputs", "logs")


class RunFolder:
    """The files of one run, `<home>/runs/<run id>/`.

    Attributes:
        path: The folder itself.
        home: The home.
    """

    def __init__(self, home: Path | str, run_id: str) -> None:
        self.home = home
        self.path = Path(home, "runs", run_id)

    @property
    def outputs(self) -> Path:
        """What the script left in `outputs/`."""
        return self.path / "outputs"

    @property
    def logs(self) -> Path:
        """What it left in `logs/`."""
        return self.path / "logs"

    @property
    def output_log(self) -> Path:
        """Its standard output and error."""
        return self.path / "user_logs" / "std_log.txt"

    @property
    def snapshot(self) -> Path:
        """Of a parent or a single run the submitted source."""
        return self.path / "snapshot"

    @property
    def work(self) -> Path:
        """Of a trial its working copy of the source, while it runs."""
        return self.path / WORK

    @property
    def interrupted(self) -> Path:
        """What was left of its earlier lives, one folder each, `1`, `2` and so on."""
        return self.path / "interrupted"

    def file_names(self) -> list[str]:
        """Return the names of the run's files, sorted, with forward slashes.

        The source snapshot, what was set aside of earlier lives and the controller's own
        messages are not among them. Of a trial that still runs, the files in the kept folders of
        its working copy are. Links are, wherever they lead, but nothing beyond them is.
        """
        names = _names_below(os.fspath(self.path), skipped=OUR_NAMES)
        for kept in _KEPT_FROM_WORK if is_folder(os.fspath(self.work)) else ():
            names += [f"{kept}/{name}" for name in _names_below(os.fspath(self.work / kept))]
        return sorted(set(names))

    def file(self, name: str) -> Path | None:
        """Return where the file `name` is, or None if the run has no such file.

        A link is followed only within the run's folder.
        """
        places = (place for place in self._places(name) if os.path.isfile(place))
        return next((place for place in places if self._is_within(place)), None)

    def has_folder(self, name: str) -> bool:
        """Whether the run has a folder `name`, reached through no link that leaves its own."""
        return os.path.isdir(self.path / name) and self._is_within(self.path / name)

    def has_room(self, name: str) -> bool:
        """Whether a folder `name`, which need not be there, is within the run's own."""
        return self._is_within(self.path / name)

    def _is_within(self, place: Path) -> bool:
        # The home itself may be reached through links, the run's folder is none.
        within = os.path.join(os.path.realpath(self.path.parent), self.path.name, "")
        return os.path.join(os.path.realpath(place), "").startswith(within)

    def link_in(self, name: str) -> str | None:
        """Return where a link leads that stands for `name`, or for a folder on the way to it."""
        for place in self._places(name):
            part = os.fspath(self.path)
            for inner in place.relative_to(self.path).parts:
                part = os.path.join(part, inner)
                try:
                    mode = os.lstat(part).st_mode
                except OSError:  # it is not there, or deeper than a path can be long
                    break
                if stat.S_ISLNK(mode):
                    return os.readlink(part)
        return None

    def _places(self, name: str) -> list[Path]:
        """Return where a file of this name can be."""
        wanted = os.path.normpath(name).replace("\\", "/")
        parts = wanted.split("/")
        if os.path.isabs(wanted) or "\0" in name or parts[0] in ("", ".", "..", *OUR_NAMES):
            return []
        places = [self.path / wanted]
        if parts[0] in _KEPT_FROM_WORK:
            places.append(self.work / wanted)
        return places


def open_file(path: Path | str) -> BinaryIO:
    """Open a file to be read; what only takes its place, as a link or a pipe, is refused.

    Raises:
        OSError: There is no file, or it cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    opened = os.open(path, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(errno.EINVAL, "It is no file", os.fspath(path))
    return open(opened, "rb")


def _names_below(top: str, skipped: Container[str] = ()) -> list[str]:
    names = []
    for here, entries in walk(top):
        entries[:] = [entry for entry in entries if not is_draft(entry.name)]
        if not here.names:
            entries[:] = [entry for entry in entries if entry.name not in skipped]
        found = [entry.name for entry in entries if entry.is_file or entry.is_link]
        if found:
            prefix = "".join(f"{name}/" for name in here.names)
            names += [prefix + name for name in found]
    return names

"""The folder of a run: which files it has, under which names."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["WORK", "RunFolder"]

WORK = "work"
"""The name of a trial's working copy in its folder."""

_KEPT_FROM_WORK = ("outputs", "logs")
_NOT_OURS_TO_SHOW = ("snapshot", WORK, "interrupted")
_CONTROLLER_LOG = "controller.log"


class RunFolder:
    """The files of one run, `<home>/runs/<run id>/`.

    Attributes:
        path: The folder itself.
    """

    def __init__(self, home: Path | str, run_id: str) -> None:
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
        its working copy are.
        """
        names = set(_names_below(self.path, skipped=_NOT_OURS_TO_SHOW))
        for kept in _KEPT_FROM_WORK:
            names.update(f"{kept}/{name}" for name in _names_below(self.work / kept))
        return sorted(names - {_CONTROLLER_LOG})

    def file(self, name: str) -> Path | None:
        """Return where the file `name` is, or None if the run has no such file."""
        wanted = os.path.normpath(name).replace("\\", "/")
        if os.path.isabs(wanted) or wanted.split("/")[0] in ("..", *_NOT_OURS_TO_SHOW):
            return None
        candidates = [self.path / wanted]
        if wanted.startswith(tuple(f"{kept}/" for kept in _KEPT_FROM_WORK)):
            candidates.append(self.work / wanted)
        return next((candidate for candidate in candidates if candidate.is_file()), None)


def _names_below(top: Path, skipped: tuple[str, ...] = ()) -> list[str]:
    names = []
    for folder, folders, files in os.walk(top):
        inner = os.path.relpath(folder, top).replace(os.sep, "/")
        if inner == ".":
            folders[:] = [name for name in folders if name not in skipped]
            names += files
        else:
            names += [f"{inner}/{name}" for name in files]
    return names

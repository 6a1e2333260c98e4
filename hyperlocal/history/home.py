"""Where things are: the home, and the folder of each run."""

from __future__ import annotations

import os
from pathlib import Path

from hyperlocal.errors import HistoryError

__all__ = ["DATABASE_NAME", "HOME_NAME", "RunFolder", "find_home", "prepare_home"]

HOME_NAME = ".hyperlocal"
DATABASE_NAME = "history.db"
_IGNORE_EVERYTHING = "# Written by hyperlocal: its home is not for version control.\n*\n"


def find_home() -> Path:
    """Return the home of this process, which need not exist yet.

    `$HYPERLOCAL_HOME`, else the nearest `.hyperlocal/` from the working directory upwards, else
    `.hyperlocal/` in the working directory.
    """
    named = os.environ.get("HYPERLOCAL_HOME")
    if named:
        return Path(named).expanduser().absolute()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / HOME_NAME).is_dir():
            return folder / HOME_NAME
    return here / HOME_NAME


def prepare_home(home: Path) -> None:
    """Make the home's folders.

    Raises:
        HistoryError: The folder cannot be made or is a file.
    """
    try:
        if not (home / "runs").is_dir():
            (home / "runs").mkdir(parents=True, exist_ok=True)
        if not (home / ".gitignore").exists():
            (home / ".gitignore").write_text(_IGNORE_EVERYTHING, encoding="utf-8")
    except OSError as error:
        raise HistoryError(
            f"The home {home} cannot be made or written: {error.strerror}. "
            "Set HYPERLOCAL_HOME to a folder that you can write."
        ) from error


class RunFolder:
    """The files of one run, `<home>/runs/<run id>/`.

    Attributes:
        path: The folder itself.
        outputs: What the script left in `outputs/`.
        logs: What it left in `logs/`.
        output_log: Its standard output and error.
        snapshot: Of a parent or a single run the submitted source; of a child its working copy
            while it runs.
    """

    def __init__(self, home: Path | str, run_id: str) -> None:
        self.path = Path(home) / "runs" / run_id
        self.outputs = self.path / "outputs"
        self.logs = self.path / "logs"
        self.output_log = self.path / "user_logs" / "std_log.txt"
        self.snapshot = self.path / "snapshot"
        self.work = self.path / "work"

    def file_names(self) -> list[str]:
        """Return the names of the run's files, sorted, with forward slashes.

        The source snapshot is not among them. Of a trial that still runs, the files in the kept
        folders of its working copy are.
        """
        names: set[str] = set()
        for top in (self.path, self.work):
            for folder, folders, files in os.walk(top):
                if Path(folder) == self.path:
                    folders[:] = [f for f in folders if f not in ("snapshot", "work")]
                elif Path(folder) == self.work:
                    folders[:] = [f for f in folders if f in ("outputs", "logs")]
                    continue
                names.update((Path(folder) / f).relative_to(top).as_posix() for f in files)
        return sorted(names)

    def file(self, name: str) -> Path | None:
        """Return where the file `name` is, or None if the run has no such file."""
        wanted = os.path.normpath(name).replace("\\", "/")
        if wanted.startswith(("../", "/")) or wanted == "..":
            return None
        for top in (self.path, self.work):
            candidate = top / wanted
            if candidate.is_file() and not wanted.startswith(("snapshot/", "work/")):
                return candidate
        return None

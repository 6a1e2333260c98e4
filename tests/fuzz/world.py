"""A world: the folder that cases happen in, with a home in which some sweeps have ended."""

import contextlib
import os
import shutil
from pathlib import Path

from hyperlocal.domain.trial_trace import TrialTrace
from hyperlocal.history import History
from tests.fuzz.stuff import a_text, chance, pick, some_bytes
from tests.views.sweeps import a_finished_sweep, begin_job, complete
from tests.whatif.sweeps import a_sweep, rehearsed, trace

__all__ = ["World"]


class World:
    """A home, and a folder that is empty at the beginning of each case."""

    def __init__(self, folder):
        self.base = Path(folder)
        self.home = self.base / "home"
        self.folder = self.base / "project"
        history = History.open(self.home)
        try:
            a_finished_sweep(history)
            complete(history, begin_job(history))
            rehearsed(history, a_sweep(4, 2), [trace([0.1 * n, 0.5]) for n in range(4)])
            rehearsed(history, a_sweep(1, 1), [TrialTrace((), duration_s=1.0)], run_id="HD_silent")
        finally:
            history.close()
        self.clear()

    def clear(self):
        """Empty the folder, whatever was made of it."""
        if self.folder.is_dir():
            for name in os.listdir(os.fsencode(self.folder)):
                path = os.path.join(os.fsencode(self.folder), name)
                with contextlib.suppress(OSError):
                    os.chmod(path, 0o700)
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    os.remove(path)
        self.folder.mkdir(exist_ok=True)

    def write(self, name, raw):
        """Write a file of the folder; return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        return str(path)

    def place(self, rng, name):
        """Put something that is no plain file where one is looked for; return what it is."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = rng.randrange(8)
        if kind == 0:
            os.mkfifo(path)
        elif kind == 1:
            path.symlink_to("/dev/zero")
        elif kind == 2:
            path.symlink_to(path.name)
        elif kind == 3:
            path.mkdir()
        elif kind == 4:
            path.symlink_to("/nonexistent")
        elif kind == 5:
            with open(path, "wb") as file:  # 20 GB, of which nothing is on the disk
                file.truncate(20 << 30)
        elif kind == 6:
            path.symlink_to(
                pick(
                    rng,
                    [
                        "/dev/null",
                        "/proc/self/mem",
                        "/dev/tty",
                        "/proc/kmsg",
                        "/proc/self/environ",
                    ],
                )
            )
        else:
            import socket

            with socket.socket(socket.AF_UNIX) as made:
                here = os.getcwd()
                os.chdir(path.parent)
                try:
                    made.bind(path.name)
                finally:
                    os.chdir(here)
        return f"{name} is strange, kind {kind}"

    def variables(self, rng):
        """Return environment variables, most times with one that is strange."""
        given = {"HYPERLOCAL_HOME": str(self.home), "COLUMNS": "100"}
        for _ in range(rng.randrange(3)):
            name = pick(rng, _VARIABLES)
            text = os.fsdecode(
                a_text(rng).encode("utf-8", "surrogatepass").replace(b"\0", b"")[:4000]
            )
            if name == "HYPERLOCAL_HOME" and text.startswith("/"):
                continue  # somewhere else on this machine
            given[name] = text
        return given

    def odd_name(self, rng, ending):
        """Return a file name of any bytes."""
        raw = some_bytes(rng, 8).replace(b"\0", b"").replace(b"/", b"") if chance(rng, 3) else b"a"
        return os.fsdecode(raw) + ending


_VARIABLES = [
    "HYPERLOCAL_HOME",
    "HYPERLOCAL_HOME",
    "HYPERLOCAL_SLOTS",
    "HYPERLOCAL_SEED",
    "HYPERLOCAL_TRIAL_START",
    "HYPERLOCAL_DATA_MAP",
    "HYPERLOCAL_ENVIRONMENT",
    "HYPERLOCAL_LEGACY",
    "HYPERLOCAL_STRICT",
    "COLUMNS",
    "LINES",
    "TERM",
    "NO_COLOR",
    "FORCE_COLOR",
    "HOME",
    "LOKY_MAX_CPU_COUNT",
    "TZ",
    "HYPERLOCAL_KEEPER",
    "HYPERLOCAL_RUN_ID",
    "AZUREML_RUN_ID",
    "MPLBACKEND",
]

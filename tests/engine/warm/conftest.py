"""A stage on which a script is run in a new interpreter and in a fork of a warm host."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from hyperlocal.engine.leader import FreshLauncher
from hyperlocal.engine.sweep_log import SweepLog
from hyperlocal.engine.warm.launcher import WarmLauncher


class Ended(tuple):
    """Exit code and output of a script."""

    __slots__ = ()

    @property
    def code(self):
        return self[0]

    @property
    def output(self):
        return self[1]

    @property
    def lines(self):
        return self[1].splitlines()


class Stage:
    """A source, and what became of the scripts in it."""

    def __init__(self, folder):
        self.source = folder / "source"
        self.source.mkdir()
        self._work = folder / "work"
        self._output = folder / "output.txt"
        self._log = folder / "sweep.log"
        self._launchers = []
        self._n_runs = 0
        self.environment = {}
        self.installed = str(Path(__file__).parent)

    def write(self, text, name="train.py"):
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    @property
    def log(self):
        return self._log.read_text()

    def fresh(self, *arguments, script="train.py"):
        """Run the script in a new interpreter."""
        return self._run(FreshLauncher(), script, arguments)

    def warm_launcher(self, script="train.py"):
        launcher = WarmLauncher(
            "sweep",
            [sys.executable, script],
            self._variables("sweep", self._work.with_name("sweep")),
            snapshot=str(self.source),
            work=str(self._work.with_name("sweep")),
            log=SweepLog(self._log, "{text}\n"),
        )
        self._launchers.append(launcher)
        launcher.wait_until_ready(lambda: False)
        return launcher

    def warm(self, *arguments, script="train.py", times=1):
        """Run the script in forks of one warm host; return how each ended."""
        launcher = self.warm_launcher(script)
        assert launcher.reason is None, launcher.reason
        ended = [self._run(launcher, script, arguments) for _ in range(times)]
        launcher.close()
        return ended

    def same(self, *arguments, script="train.py"):
        """Run the script both ways, warm twice; check that nothing differs and return it."""
        fresh = self.fresh(*arguments, script=script)
        for warm in self.warm(*arguments, script=script, times=2):
            assert warm.lines == fresh.lines
            assert warm == fresh
        return fresh

    def start(self, launcher, *arguments, script="train.py"):
        """Start the script and return its process."""
        shutil.rmtree(self._work, ignore_errors=True)
        shutil.copytree(self.source, self._work, symlinks=True)
        self._output.write_bytes(b"")
        self._n_runs += 1
        run_id = f"sweep_{self._n_runs}"
        return launcher.launch(
            run_id,
            [sys.executable, script, *arguments],
            folder=str(self._work),
            output=str(self._output),
            environment=self._variables(run_id, self._work),
        )

    def end(self, leader):
        """Wait for a process, and return how it ended."""
        leader.wait()
        return Ended((leader.reap(), self._output.read_text(encoding="utf-8")))

    @property
    def output(self):
        return self._output.read_text(encoding="utf-8")

    def close(self):
        for launcher in self._launchers:
            launcher.close()

    def _run(self, launcher, script, arguments):
        return self.end(self.start(launcher, *arguments, script=script))

    def _variables(self, run_id, work):
        return {
            **{name: text for name, text in os.environ.items() if "COV" not in name},
            "PYTHONPATH": os.pathsep.join([self.installed, str(work)]),
            "HYPERLOCAL_HOME": str(self.source.parent),
            "HYPERLOCAL_RUN_ID": run_id if run_id == "sweep" else "sweep_n",
            "OMP_NUM_THREADS": "2",
            "OPENBLAS_NUM_THREADS": "2",
            **self.environment,
        }


@pytest.fixture
def stage(tmp_path):
    """A stage of the test's own."""
    own = Stage(tmp_path)
    yield own
    own.close()

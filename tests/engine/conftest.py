"""A laboratory for sweeps: real controllers and real scripts in a home of the test's own."""

import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Job, Limits, Sampling, SamplingKind, Sweep
from hyperlocal.history import History

# What scripts of these tests start with, so that they can log without any SDK.
PREAMBLE = """
import os, sys, time
from hyperlocal.history import History
RUN = os.environ["HYPERLOCAL_RUN_ID"]
NUMBER = int(RUN.rpartition("_")[2]) if "_" in RUN else 0
HISTORY = History.open()
def log(name, value):
    HISTORY.metrics.add(RUN, name, value, kind=type(value).__name__)
"""

PATIENCE_S = 40.0

# Controllers measure time by this clock.
CLOCK = """
import os, time
_real = time.monotonic
time.monotonic = lambda: _real() + (1e4 if os.path.exists(os.environ["HOURS_PASSED"]) else 0.0)
"""


def eventually(condition, patience_s=PATIENCE_S):
    """Return what `condition` returns, once that is true."""
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)
    return found


class Laboratory:
    """Sources, plans and runs of one test."""

    def __init__(self, home, source):
        self.home = home
        self.source = source
        self.history = History.open(home)
        self.pids = []
        self._n_runs = 0

    def script(self, text, name="train.py", *, logs=True):
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((PREAMBLE if logs else "") + text, encoding="utf-8")

    def launch(self, **changes):
        changes.setdefault("flags", {"x": "--x"})
        changes.setdefault("command", (sys.executable, "train.py"))
        return Launch(**changes)

    def sweep(
        self,
        *,
        trials=2,
        at_once=2,
        space=None,
        kind=SamplingKind.RANDOM,
        seed=1,
        policy=None,
        goal=Goal.MAXIMIZE,
        max_duration_s=3600.0,
        trial_limit_s=None,
        earlier=(),
        resumed=(),
        **launch,
    ):
        launch["max_duration_s"] = trial_limit_s
        return Sweep(
            Space(space if space is not None else (("x", Uniform(0.0, 1.0)),)),
            Sampling(kind, seed),
            "accuracy",
            goal,
            Limits(trials, at_once, max_duration_s),
            self.launch(**launch),
            policy,
            tuple(earlier),
            tuple(resumed),
        )

    def record(self, plan):
        """Record a run as a face would, without starting it."""
        self._n_runs += 1
        run_id = f"run-{self._n_runs}"
        engine.take_snapshot(self.source, self.history.folder(run_id).snapshot)
        kind = "job" if isinstance(plan, Job) else "sweep"
        self.history.runs.create(run_id, experiment="tests", kind=kind, plan=plan_to_json(plan))
        return run_id

    def start(self, plan):
        return self.start_recorded(self.record(plan))

    def start_recorded(self, run_id):
        self.pids.append(engine.start(self.home, run_id))
        return run_id

    def run(self, plan):
        """Run to the end; return the run's record and its trials', first trial first."""
        return self.wait(self.start(plan))

    def wait(self, run_id):
        record = eventually(lambda: self._if_ended(run_id))
        return record, self.children(run_id)

    def eventually(self, condition):
        return eventually(condition)

    def children(self, run_id):
        return self.history.runs.children(run_id)[::-1]

    def output(self, run_id):
        return self.history.folder(run_id).output_log.read_text(encoding="utf-8")

    def log(self, run_id):
        return (self.history.folder(run_id).path / "controller.log").read_text(encoding="utf-8")

    def processes(self, **environment):
        """Return the processes of this home: controllers, watchdogs and trials."""
        wanted = {"HYPERLOCAL_HOME": str(self.home), **environment}
        return [p for p in psutil.process_iter() if self._has(p, wanted)]

    def trial_processes(self, run_id):
        return self.processes(HYPERLOCAL_RUN_ID=run_id)

    def _if_ended(self, run_id):
        record = engine.settle(self.history, run_id)
        return record if record.status.is_terminal else None

    def _has(self, process, environment):
        try:
            return (
                process.pid != os.getpid()
                and process.status() != psutil.STATUS_ZOMBIE
                and environment.items() <= process.environ().items()
            )
        except (psutil.Error, OSError):  # somebody else's, or gone in this moment
            return False


@pytest.fixture
def let_hours_pass(tmp_path, monkeypatch):
    """Returns what lets hours pass for the controllers that the test has started, at once."""
    site, passed = tmp_path / "site", tmp_path / "hours-passed"
    site.mkdir()
    (site / "sitecustomize.py").write_text(CLOCK)
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(site), inherited])))
    monkeypatch.setenv("HOURS_PASSED", str(passed))
    return passed.touch


@pytest.fixture
def lab(home, tmp_path, monkeypatch):
    """A laboratory; the test fails if it leaves a process behind."""
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "4")
    source = tmp_path / "source"
    source.mkdir()
    laboratory = Laboratory(home, source)
    yield laboratory
    try:
        eventually(lambda: not laboratory.processes())
    finally:
        for process in laboratory.processes():
            process.kill()
        laboratory.history.close()
        for pid in laboratory.pids:
            _bury(pid)


def _bury(pid):
    if Path(f"/proc/{pid}").exists():
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return

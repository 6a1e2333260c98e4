"""Actors: what other processes do to a sweep while some of them are killed.

Each is a fork of the harness, which has imported everything and opened nothing. What they see they
write down, with the time before and after the question: the answer was true in between.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from tests.benchmarks.ownership.kinds import submit, sweep_of
from tests.benchmarks.ownership.namespaces import enter_namespace

__all__ = ["ACTIONS", "Stage", "fork"]

_ATTEMPTS = 8


class Stage:
    """Where a storm takes place: the files by which its processes know of each other."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.home = self.folder / "home"
        self.source = self.folder / "source"
        self.witness = self.folder / "witness"
        self.said = self.folder / "said"
        self.name = "-"  # of the actor that has this stage
        self._run_file, self._end_file = self.folder / "run", self.folder / "end"

    @property
    def run_id(self):
        """What was submitted last; None before that."""
        with suppress(FileNotFoundError):
            return self._run_file.read_text()
        return None

    @run_id.setter
    def run_id(self, value):
        draft = self.folder / "run.draft"
        draft.write_text(value)
        draft.replace(self._run_file)

    @property
    def is_over(self):
        """Whether actors are to go home."""
        return self._end_file.exists()

    def end(self):
        """Send actors home."""
        self._end_file.touch()

    def see(self, asked_at, run_id, status):
        """Write down what an answer was."""
        line = f"{asked_at:.6f} {time.monotonic():.6f} {self.name} {run_id} {status}\n"
        path = os.fspath(self.folder / "seen")
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, line.encode())
        os.close(file)

    def run(self):
        """Return the run through the face."""
        from hyperlocal.azureml.core import Run, Workspace

        return Run.get(Workspace.from_config(), self.run_id)


class _Eyes:
    """Looks at a run and its trials through the face, and writes down what has changed."""

    def __init__(self, stage, run):
        self._stage, self._run, self._known = stage, run, {}

    def look(self, *, at_trials=False):
        asked_at = time.monotonic()
        status = self._run.get_status()
        self._see(asked_at, self._run.id, status)
        if at_trials:
            asked_at = time.monotonic()
            for each in list(self._run.get_children(recursive=True)):
                self._see(asked_at, each.id, each.get_status())
        return status

    def _see(self, asked_at, run_id, status):
        if self._known.get(run_id) != status:
            self._known[run_id] = status
            self._stage.see(asked_at, run_id, status)


def drive(stage, rng, kind, earlier):
    """Submit, and go on asking, as a driver does that holds the handle of its controller."""
    run = submit(kind, stage.source, stage.witness, earlier)
    stage.run_id = run.id
    eyes = _Eyes(stage, run)
    while not stage.is_over:
        status = eyes.look(at_trials=rng.random() < 0.1)
        if kind.is_step and status == "Failed":  # it cannot go on, but spares what was done
            run = submit(kind, stage.source, stage.witness)
            stage.run_id = run.id
            eyes = _Eyes(stage, run)
        time.sleep(rng.uniform(0.005, 0.06))
    return 0


def look(stage, rng, *_):
    """Ask for the status, trials and metrics for a while."""
    run = stage.run()
    eyes = _Eyes(stage, run)
    until = time.monotonic() + rng.uniform(0.2, 2.0)
    while time.monotonic() < until and not stage.is_over:
        eyes.look(at_trials=rng.random() < 0.3)
        if rng.random() < 0.2:
            run.get_metrics()
        time.sleep(rng.uniform(0.0, 0.1))
    return 0


def wait(stage, rng, *_):
    """Wait for the end, which resumes; what is interrupted again and again is left at that."""
    from hyperlocal.azureml.exceptions import ActivityFailedException

    eyes = {}
    while not stage.is_over:
        run = stage.run()
        with suppress(ActivityFailedException):
            run.wait_for_completion(show_output=rng.random() < 0.3)
        if eyes.setdefault(run.id, _Eyes(stage, run)).look() in ("Completed", "Finished"):
            return 0
        time.sleep(0.1)
    return 0


def finish(stage, rng, kind, driver_lives):
    """Bring the run to its end, now that nobody is killed any more; 3 if that cannot be."""
    from hyperlocal.cli import main

    for _ in range(_ATTEMPTS):
        run = stage.run()
        run.wait_for_completion(show_output=False, raise_on_error=False)
        if run.get_status() in ("Completed", "Finished"):
            return 0
        if not kind.is_step:
            main(["resume", run.id])
        elif driver_lives:
            time.sleep(0.5)
        else:
            stage.run_id = submit(kind, stage.source, stage.witness).id
    return 3


def testify(stage, *_):
    """Write down what the face says of the sweep and its trials, now that all is over."""
    run = stage.run()
    sweep = sweep_of(run)
    told = {"status": run.get_status(), "sweep": None, "trials": []}
    if sweep is not None:
        told["sweep"] = [sweep.id, sweep.get_status()]
        values = sweep.get_hyperparameters()
        for trial in sorted(sweep.get_children(), key=lambda t: int(t.id.rpartition("_")[2])):
            told["trials"].append(
                {
                    "id": trial.id,
                    "status": trial.get_status(),
                    "x": json.loads(values[trial.id])["--x"] if trial.id in values else None,
                    "details": trial.get_details().get("error"),
                    "points": _as_list(trial.get_metrics().get("accuracy", [])),
                    "file": _file_of(trial, stage),
                }
            )
    (stage.folder / "testimony.json").write_text(json.dumps(told, indent=1, default=str))
    return 0


def _as_list(points):
    return points if isinstance(points, list) else [points]


def _file_of(trial, stage):
    if "outputs/x.txt" not in trial.get_file_names():
        return None
    path = stage.folder / "downloaded"
    trial.download_file("outputs/x.txt", os.fspath(path))
    return path.read_text()


def command(*words, codes=(0,), is_fork=True):
    """Return an action: a command of the command line, for the run."""

    def act(stage, rng, *_):
        given = [stage.run_id if word == "RUN" else word for word in words]
        if is_fork:
            from hyperlocal.cli import main

            code = main(given)
        else:
            code = subprocess.call([sys.executable, "-m", "hyperlocal", *given])
        return 0 if code in codes else code or 1

    return act


ACTIONS = {
    "driver": drive,
    "look": look,
    "wait": wait,
    "resume": command("resume", "RUN", codes=(0, 1)),
    "resume and watch": command("resume", "RUN", "--watch", codes=(0, 1)),
    "resume afresh": command("resume", "RUN", codes=(0, 1), is_fork=False),
    "list": command("list"),
    "list all": command("list", "--all", "--json"),
    "list afresh": command("list", is_fork=False),
    "show": command("show", "RUN"),
    "show as JSON": command("show", "RUN", "--json"),
    "doctor": command("doctor", codes=(0, 1)),
    "finish": finish,
    "testify": testify,
    "last doctor": command("doctor"),
}


def fork(stage, name, rng_seed, *arguments, output, in_namespace=False):
    """Start an actor; return its process id.

    In a namespace it is the child of that one's first process, which stays for as long as there
    are others: what the actor has started would end with it.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        _come_up(stage, output)
        stage.name = output.name
        if in_namespace:
            enter_namespace()
        code = ACTIONS[name](stage, random.Random(rng_seed), *arguments)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 71
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code or 0)
    return None


def _come_up(stage, output):
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(stage.folder)
    adding = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    errors = output.with_suffix(".errors")
    files = [os.open(os.devnull, os.O_RDONLY), *(os.open(p, adding) for p in (output, errors))]
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, 256)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  as long as the process
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1)  # noqa: SIM115

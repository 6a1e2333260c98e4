"""Soak: thousands of short trials in one sweep, some of which crash, hang or are killed."""

import collections
import os
import sys
import time
from typing import NamedTuple

import psutil

from hyperlocal import engine
from hyperlocal.domain.status import Status
from hyperlocal.engine.doctor import examine
from hyperlocal.engine.invocation import RUN_VARIABLE
from tests.benchmarks.measure import Figure
from tests.engine.conftest import Laboratory

__all__ = ["measure"]

_LOOK_S = 0.5
_LIMIT_S = 1.0
_MEGABYTE = 1 << 20
_WARMED_UP = 0.2  # of the trials; only then growth counts

_SCRIPT = """
import random, signal
draw = random.Random(f"{os.environ['SEED']} {NUMBER}").random()
log('accuracy', draw)
if draw < 0.01: time.sleep(600)  # hangs
elif draw < 0.03: os.kill(os.getpid(), signal.SIGKILL)
elif draw < 0.04: os.kill(os.getpid(), signal.SIGSEGV)
elif draw < 0.06: raise RuntimeError('crashed')
elif draw < 0.07: os._exit(3)
elif draw < 0.08:
    import subprocess  # leaves a process behind
    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)
with open('outputs/draw.txt', 'w') as file: file.write(str(draw))
"""


class _Sample(NamedTuple):
    n_ended: int
    memory: float
    descriptors: int
    threads: int


def measure(folder, n_rounds, *, n_trials=5000, seed=0):
    """Return how much memory and how many descriptors controller and host gained."""
    os.environ["HYPERLOCAL_SLOTS"] = "2"
    (folder / "source").mkdir()
    lab = Laboratory(folder / "home", folder / "source")
    lab.script(_SCRIPT)
    plan = lab.sweep(
        trials=n_trials, at_once=2, trial_limit_s=_LIMIT_S, environment={"SEED": str(seed)}
    )
    began = time.monotonic()
    run_id = lab.start(plan)
    samples = _follow(lab, run_id)
    took = time.monotonic() - began
    _tell_end(lab, run_id, n_trials, took)
    figures = [figure for role in samples for figure in _figures(role, samples[role])]
    lab.history.close()
    return figures


def _follow(lab, run_id):
    """Look at the processes of a sweep until it ends; return samples by role."""
    samples = collections.defaultdict(list)
    while not engine.settle(lab.history, run_id).status.is_terminal:
        time.sleep(_LOOK_S)
        counts = lab.history.runs.count_by_status(run_id)
        n_ended = sum(count for status, count in counts.items() if status.is_terminal)
        for role, process in _roles(lab, run_id):
            try:
                with process.oneshot():
                    memory = process.memory_full_info().uss / _MEGABYTE
                    sample = _Sample(n_ended, memory, process.num_fds(), process.num_threads())
            except psutil.Error:  # it has just ended
                continue
            samples[role].append(sample)
        print(f"\r{n_ended} trials ended", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return samples


def _roles(lab, run_id):
    controller = lab.history.runs.get(run_id).pid
    for process in lab.processes():
        try:
            runs_for = process.environ().get(RUN_VARIABLE)
        except psutil.Error:
            continue
        if process.pid == controller:
            yield "controller", process
        elif runs_for is None:
            yield "watchdog", process
        elif runs_for == run_id:
            yield "host", process


def _tell_end(lab, run_id, n_trials, took):
    record, trials = lab.history.runs.get(run_id), lab.children(run_id)
    ends = collections.Counter(
        f"{t.status.value} ({t.cause.value})" if t.cause else t.status.value for t in trials
    )
    told = ", ".join(f"{name} {count}" for name, count in ends.most_common())
    print(f"{record.status.value} after {took:.0f} s: {told}", file=sys.stderr)
    wrong = [f"{finding.run_id}: {finding.what}" for finding in examine(lab.history)]
    print("\n".join(wrong) or "doctor: nothing is wrong", file=sys.stderr)
    assert record.status is Status.COMPLETED, record.reason
    assert len(trials) == n_trials


def _figures(role, samples):
    """Return growth after the sweep has warmed up: from the first quarter to the last."""
    warm = [s for s in samples if s.n_ended >= _WARMED_UP * samples[-1].n_ended]
    quarter = max(len(warm) // 4, 1)
    first, last = warm[:quarter], warm[-quarter:]

    def growth(name):
        def mean(part):
            return sum(getattr(sample, name) for sample in part) / len(part)

        return mean(last) - mean(first), mean(first), mean(last)

    gained, before, after = growth("memory")
    yield Figure(
        f"soak: memory gained by the {role}",
        max(gained, 0.0),
        "MB",
        5.0,
        note=f"{before:.1f} to {after:.1f} MB",
    )
    gained, before, after = growth("descriptors")
    most_threads = max(sample.threads for sample in samples)
    yield Figure(
        f"soak: descriptors gained by the {role}",
        max(gained, 0.0),
        "",
        1.0,
        note=f"{before:.1f} to {after:.1f}; at most {most_threads} threads",
    )

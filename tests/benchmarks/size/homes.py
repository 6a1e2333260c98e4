"""Homes of any size, written at once through the schema of the `hyperlocal` that is imported."""

import json
import os
import random

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import RandInt, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.history import History

__all__ = ["BUILDERS", "SWEEP", "SWEEPS", "build", "plan"]

SWEEP = "HD_5a5a5a5a-sweep"
_NOW = 1.7e9
_N_POINTS = 5
_N_SWEEPS = 10
_ENDLESS = Uniform(0.0, 1.0)

_RUN = """INSERT INTO run (run_id, experiment, number, parent_id, root_id, kind, status, cause,
    reason, created_at, started_at, ended_at, elapsed, exit_code, plan, parameters, command)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_POINT = "INSERT INTO metric (run, name, kind, value, logged_at) VALUES (?, ?, 'float', ?, ?)"


class _Writer:
    def __init__(self, home, has_folders):
        self.history = History.open(home)
        self.key = 0
        self._folders = self.history.home / "runs" if has_folders else None

    def run(self, connection, run_id, experiment, parent_id=None, kind="azureml.scriptrun", **has):
        self.key += 1
        status = has.get("status", "Completed")
        ended = (_NOW + self.key, _NOW + self.key + 1, 1.0, 0)
        own = (run_id, experiment, self.key, parent_id, parent_id or run_id, kind, status)
        given = (has.get("plan"), has.get("parameters"), has.get("command"))
        why = (has.get("cause"), has.get("reason"))
        connection.execute(_RUN, (*own, *why, _NOW + self.key, *ended, *given))
        if self._folders is not None:
            os.mkdir(self._folders / run_id)
        return self.key

    def sweep(self, connection, run_id, n_children, n_points=_N_POINTS):
        fault_plan = random.Random(run_id)
        self.run(connection, run_id, "large", kind="hyperdrive", plan=plan(n_children))
        for number in range(n_children):
            x = fault_plan.random()
            has = {
                "parameters": json.dumps({"x": x}, separators=(",", ":")),
                "command": json.dumps(["python", "train.py", "--x", str(x)]),
            }
            if number % 100 == 7:
                reason = "ValueError: bad batch (exit code 1)"
                has.update(status="Failed", cause="script", reason=reason)
            key = self.run(connection, f"{run_id}_{number}", "large", run_id, **has)
            points = ((key, "loss", x + 1 / (n + 1), _NOW + key) for n in range(n_points))
            connection.executemany(_POINT, points)


def _endless(n_trials):
    return SamplingKind.RANDOM, _ENDLESS


def _finite(n_trials):
    return SamplingKind.RANDOM, RandInt(2 * n_trials)


def _grid(n_trials):
    return SamplingKind.GRID, RandInt(n_trials)


SWEEPS = (
    ("random", _endless, None),
    ("bandit", _endless, Bandit(Schedule(1, 0), slack_factor=0.5)),
    ("finite", _finite, None),
    ("grid", _grid, None),
)


def plan(n_trials, kind=SamplingKind.RANDOM, distribution=_ENDLESS, policy=None):
    """Return the plan of a sweep as text."""
    return plan_to_json(
        Sweep(
            Space((("x", distribution),)),
            Sampling(kind, 1),
            "loss",
            Goal.MINIMIZE,
            Limits(n_trials, 4, 1e9),
            Launch(("python", "train.py"), flags={"x": "--x"}, trial_kind="azureml.scriptrun"),
            policy,
        )
    )


def _one_sweep(writer, connection, size):
    """One sweep of `size` children, with five points each."""
    writer.sweep(connection, SWEEP, size)


def _many_runs(writer, connection, size):
    """`size` runs: half of them alone, half in ten sweeps."""
    for number in range(size // 2):
        writer.run(connection, f"single_{number}", f"experiment-{number % 7}")
    for number in range(_N_SWEEPS):
        writer.sweep(connection, f"HD_{number}-sweep", size // 2 // _N_SWEEPS - 1, 1)


def _many_points(writer, connection, size):
    """A sweep with a child that logged `size` values of three metrics."""
    writer.sweep(connection, SWEEP, 1, 0)
    key = writer.key
    fault_plan = random.Random(0)
    names = ("loss", "accuracy", "rate")
    points = ((key, names[n % 3], fault_plan.random(), _NOW + key) for n in range(size))
    connection.executemany(_POINT, points)


BUILDERS = {"sweep": _one_sweep, "runs": _many_runs, "points": _many_points}


def build(home, kind, size, has_folders):
    """Fill an empty home."""
    writer = _Writer(home, has_folders)
    with writer.history._database.writing() as connection:
        BUILDERS[kind](writer, connection, size)
    writer.history.close()

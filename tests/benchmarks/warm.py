"""Warm starts: a sweep of small fits beside other ways to run the same, and what a trial costs.

The sweep: forty fits of a linear classifier on the digits, ten rounds each with a metric logged
after every round, two at a time. `HYPERLOCAL_BENCHMARK_RAY` names an interpreter that has
`ray[tune]` and scikit-learn; without it that comparison is left out.
"""

import os
import statistics
import subprocess
import sys

from tests.benchmarks.measure import Figure, environment, rounds, wall_time

__all__ = ["measure"]

_N_TRIALS = 40
_N_EMPTY = 1_000
_RAY = "HYPERLOCAL_BENCHMARK_RAY"

_FIT = """
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split


def fit(alpha, log):
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, random_state=0)
    model = SGDClassifier(alpha=alpha, random_state=0)
    for _ in range(10):
        model.partial_fit(X, y, classes=np.unique(y))
        log(model.score(X_test, y_test))
"""

_AS_A_TRIAL = (
    """import argparse
from azureml.core import Run
"""
    + _FIT
    + """
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
run = Run.get_context()
fit(parser.parse_args().x, lambda accuracy: run.log("loss", accuracy))
"""
)

_BY_HAND = (
    """import argparse
"""
    + _FIT
    + """
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
fit(parser.parse_args().x, print)
"""
)

_WITH_LOKY = f"""from joblib import Parallel, delayed
from fitting import fit


def train(alpha):
    logged = []
    fit(alpha, logged.append)
    return logged


if __name__ == "__main__":
    Parallel(n_jobs=2, backend="loky")(delayed(train)(n / 1000) for n in range(1, {_N_TRIALS + 1}))
"""

_IN_A_LOOP = f"""import subprocess, sys
from joblib import Parallel, delayed


def train(alpha):
    command = [sys.executable, "by_hand.py", "--x", str(alpha)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    Parallel(n_jobs=2, prefer="threads")(
        delayed(train)(n / 1000) for n in range(1, {_N_TRIALS + 1})
    )
"""

_WITH_RAY = f"""import os
import ray
from ray import tune
from fitting import fit


def train(config):
    fit(config["x"], lambda accuracy: tune.report({{"accuracy": accuracy}}))


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    tune.Tuner(
        tune.with_resources(train, {{"cpu": 1}}),
        param_space={{"x": tune.uniform(0.001, 0.04)}},
        tune_config=tune.TuneConfig(num_samples={_N_TRIALS}),
        run_config=tune.RunConfig(verbose=0),
    ).fit()
"""

# As a user would: a driver that submits the sweep and waits for its end.
_DRIVER = """import sys, time
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    HyperDriveConfig, PrimaryMetricGoal, RandomParameterSampling, uniform
)

source, n_trials = sys.argv[1], int(sys.argv[2])
config = HyperDriveConfig(
    run_config=ScriptRunConfig(
        source_directory=source, script="train.py", compute_target="cpu-cluster",
        environment=Environment("benchmark"),
    ),
    hyperparameter_sampling=RandomParameterSampling({"--x": uniform(0.001, 0.04)}),
    primary_metric_name="loss",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=n_trials,
    max_concurrent_runs=2,
)
experiment = Experiment(Workspace.from_config(), "benchmark")
with open("submitted.txt", "w") as file:
    file.write(str(time.time()))
run = experiment.submit(config)
run.wait_for_completion()
assert run.get_status() == "Completed", run.get_status()
assert len(list(run.get_children())) == n_trials
"""


def measure(folder, n_rounds):
    """Return the figures."""
    os.environ["HYPERLOCAL_SLOTS"] = "2"
    return [
        *_beside_others(folder, n_rounds),
        _empty(folder),
        _first_start(folder, n_rounds),
    ]


def _beside_others(folder, n_rounds):
    here = folder / "beside"
    for name, text in {
        "source/train.py": _AS_A_TRIAL,
        "driver.py": _DRIVER,
        "fitting.py": _FIT,
        "by_hand.py": _BY_HAND,
        "loky.py": _WITH_LOKY,
        "loop.py": _IN_A_LOOP,
        "with_ray.py": _WITH_RAY,
    }.items():
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    # Each trial has one core; the others are given the same.
    env = environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", HYPERLOCAL_SLOTS="2")
    env["HYPERLOCAL_HOME"] = str(here / "home")
    ours = [sys.executable, "-m", "hyperlocal", "run", "driver.py", "source", str(_N_TRIALS)]
    commands = {
        "ours": ours,
        "loky": [sys.executable, "loky.py"],
        "loop": [sys.executable, "loop.py"],
    }
    if os.environ.get(_RAY):
        commands["ray"] = [os.environ[_RAY], "with_ray.py"]
    samples = rounds(
        {
            name: lambda command=command: wall_time(command, env, here)
            for name, command in commands.items()
        },
        n_rounds,
    )
    took = {name: sample.median for name, sample in samples.items()}
    aims = {"loky": 1.3, "loop": 1 / 5, "ray": 1 / 10}
    return [
        Figure(
            f"{_N_TRIALS} small fits, ours over {name}",
            took["ours"] / took[name],
            "times",
            aims[name],
            note=f"{took['ours']:.2f} s against {took[name]:.2f} s",
        )
        for name in took
        if name != "ours"
    ]


def _empty(folder):
    starts, _ = _started(folder / "empty", "", _N_EMPTY)
    # Two slots: a slot's cycle is twice the time between two starts of any.
    cycle = 2 * (starts[-1] - starts[0]) / (_N_EMPTY - 1)
    return Figure(
        f"an empty trial, of {_N_EMPTY}, a slot",
        cycle * 1000,
        "ms",
        15,
        note="from one start to the next",
    )


def _first_start(folder, n_rounds):
    until_first, by_hand = [], []
    for number in range(n_rounds + 1):
        here = folder / f"first-{number}"
        starts, submitted = _started(here, _FIT, 2)
        until_first.append(starts[0] - submitted)
        by_hand.append(wall_time([sys.executable, "train.py"], environment(), here / "source"))
    extra = statistics.median(until_first[1:]) - statistics.median(by_hand[1:])
    return Figure(
        "submit -> first trial's first line, beyond its imports",
        extra,
        "s",
        0.5,
        note=f"{statistics.median(until_first[1:]):.2f} s in all",
    )


def _started(here, imports, n_trials):
    """Run a sweep of a script that notes when it has imported; return when, and when submitted."""
    (here / "source").mkdir(parents=True)
    (here / "driver.py").write_text(_DRIVER)
    times = here / "times.txt"
    (here / "source" / "train.py").write_text(
        f"{imports}\nimport time\n"
        f"with open({str(times)!r}, 'a') as f: f.write(f'{{time.time()}}\\n')\n"
    )
    env = environment(HYPERLOCAL_SLOTS="2", HYPERLOCAL_HOME=str(here / "home"))
    command = [sys.executable, "-m", "hyperlocal", "run", "driver.py", "source", str(n_trials)]
    subprocess.run(command, env=env, cwd=here, check=True, stdout=subprocess.DEVNULL)
    starts = sorted(map(float, times.read_text().split()))
    return starts, float((here / "submitted.txt").read_text())

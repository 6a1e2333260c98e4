"""What a sweep costs beyond its scripts: until the first line, per trial, per logged value."""

import itertools
import statistics
import sys
import time

from tests.benchmarks.measure import Figure, Sample, environment, wall_time

__all__ = ["measure", "submitted"]

_N_TRIALS = 10
_N_LOGGED = 20_000

_FIRST_LINE = """import sys, time; began = time.time()
with open(sys.argv[1], "a") as file:
    file.write(f"{began}\\n")
"""

_LOG = f"""import sys, time; started = time.perf_counter()
from azureml.core import Run

run = Run.get_context()
run.log("loss", 0.0)
began = time.perf_counter()
for number in range({_N_LOGGED}):
    run.log("loss", number / 7)
took = time.perf_counter() - began
with open(sys.argv[1], "a") as file:
    file.write(f"{{took}} {{began - started}}\\n")
"""


def submitted(folder, script, *, n_trials, arguments=()):
    """Submit a sweep of `script`, one trial at a time, and return its run."""
    from hyperlocal.azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
    from hyperlocal.azureml.train.hyperdrive import (
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        uniform,
    )

    (folder / "train.py").write_text(script)
    source = ScriptRunConfig(
        source_directory=str(folder),
        script="train.py",
        arguments=list(arguments),
        compute_target="cpu-cluster",
        environment=Environment("benchmark"),
    )
    config = HyperDriveConfig(
        run_config=source,
        hyperparameter_sampling=RandomParameterSampling({"--x": uniform(0, 1)}),
        primary_metric_name="loss",
        primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
        max_total_runs=n_trials,
        max_concurrent_runs=1,
    )
    return Experiment(Workspace.from_config(), "benchmark").submit(config)


def measure(folder, n_rounds):
    """Return the figures for whole trials."""
    return [
        _until_the_first_line(folder, n_rounds),
        _overhead_of_a_trial(folder, n_rounds),
        *_logging(folder, n_rounds),
    ]


def _until_the_first_line(folder, n_rounds):
    sample = Sample()
    for number in range(n_rounds + 1):
        lines = folder / f"first-{number}.txt"
        source = folder / f"source-{number}"
        source.mkdir()
        began = time.time()
        run = submitted(source, _FIRST_LINE, n_trials=1, arguments=[str(lines)])
        run.wait_for_completion()
        if number:
            sample.values.append(float(lines.read_text()) - began)
    low, high = sample.spread
    return Figure(
        "submit -> first trial's first line",
        sample.median,
        "s",
        0.5,
        note=f"{low:.2f} to {high:.2f}",
    )


def _overhead_of_a_trial(folder, n_rounds):
    source = folder / "overhead"
    source.mkdir()
    by_hand, cycles = [], []
    for number in range(n_rounds):
        lines = folder / f"overhead-{number}.txt"
        run = submitted(source, _FIRST_LINE, n_trials=_N_TRIALS, arguments=[str(lines)])
        run.wait_for_completion()
        starts = [float(line) for line in lines.read_text().split()]
        # From one first line to the next: a whole trial, its end and the next one's beginning.
        cycles += [after - before for before, after in itertools.pairwise(starts)]
        command = [sys.executable, "train.py", str(folder / "by-hand.txt"), "--x", "0.5"]
        by_hand += [wall_time(command, environment(), source) for _ in range(_N_TRIALS)]
    cycle, alone = statistics.median(cycles), statistics.median(by_hand)
    return Figure(
        "a trial over its script run by hand",
        (cycle - alone) * 1000,
        "ms",
        30,
        note=f"{cycle * 1000:.1f} ms against {alone * 1000:.1f} ms, {cycle / alone:.2f} times",
    )


def _logging(folder, n_rounds):
    lines = folder / "logged.txt"
    source = folder / "log"
    source.mkdir()
    # One trial more than counts: the first compiles our modules.
    run = submitted(source, _LOG, n_trials=n_rounds + 1, arguments=[str(lines)])
    run.wait_for_completion()
    measured = [map(float, line.split()) for line in lines.read_text().splitlines()[1:]]
    took, until_logged = zip(*measured, strict=True)
    rates = [_N_LOGGED / seconds for seconds in took]
    first = [seconds * 1000 for seconds in until_logged]
    return [
        Figure(
            "run.log calls a second in a trial",
            statistics.median(rates),
            "/s",
            10_000,
            larger_is_better=True,
            note=f"{min(rates):,.0f} to {max(rates):,.0f}",
        ),
        Figure(
            "in a trial: import Run, get the context, log once",
            statistics.median(first),
            "ms",
            45,
            note=f"{min(first):.1f} to {max(first):.1f}",
        ),
    ]

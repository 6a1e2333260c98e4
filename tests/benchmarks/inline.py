"""What sweeps cost whose training script is a function in a test."""

import time

from tests.benchmarks.measure import Figure, Sample

__all__ = ["measure"]

_N_TRIALS = 1000
_REPORTS = 3


def train(run, lr):
    """Log a few values."""
    for epoch in range(_REPORTS):
        run.log("accuracy", lr * (1 - 1 / (epoch + 2)))


def measure(folder, n_rounds):
    """Return the figures for a whole test, and for a big sweep in it."""
    tests, wall, processor = Sample(), Sample(), Sample()
    for number in range(n_rounds + 1):
        began = time.perf_counter()
        _one_test(folder / f"test{number}", 5)
        if number:  # the first one imports
            tests.values.append(time.perf_counter() - began)
    for number in range(max(1, n_rounds // 3)):
        began, used = time.perf_counter(), time.process_time()
        _one_test(folder / f"sweep{number}", _N_TRIALS)
        wall.values.append(time.perf_counter() - began)
        processor.values.append(time.process_time() - used)
    name = f"inline sweep of {_N_TRIALS:,} trials"
    return [
        Figure("a test with an inline sweep of 5 trials", tests.median * 1000, "ms", 100.0),
        Figure(name, wall.median, "s", 5.0),
        Figure(f"{name}, processor time", processor.median, "s", 5.0),
    ]


def _one_test(folder, n_trials):
    from hyperlocal.testing import sandbox

    folder.mkdir()
    with sandbox(train, folder=folder) as hyperdrive:
        assert _tune(hyperdrive, folder, n_trials).get_status() == "Completed"


def _tune(hyperdrive, folder, n_trials):
    from hyperlocal.azureml.core import ScriptRunConfig
    from hyperlocal.azureml.train.hyperdrive import (
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        uniform,
    )

    source = folder / "source"
    source.mkdir()
    (source / "train.py").write_text("")
    config = HyperDriveConfig(
        run_config=ScriptRunConfig(str(source), "train.py", compute_target="cluster"),
        hyperparameter_sampling=RandomParameterSampling({"--lr": uniform(0, 1)}),
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=n_trials,
        max_concurrent_runs=4,
    )
    return hyperdrive.experiment().submit(config)

"""Asking a sweep with 10,000 finished children."""

import sys
import time

from hyperlocal.domain.status import Status
from tests.benchmarks.measure import Figure, environment, rounds, wall_time
from tests.benchmarks.trials import submitted

__all__ = ["measure"]

_N_CHILDREN = 10_000
_N_POINTS = 5

_ONE_TRIAL = """from azureml.core import Run

Run.get_context().log("loss", 1.0)
"""


def measure(folder, n_rounds):
    """Return the figures for `show`, the sorted children and the metrics of all children."""
    source = folder / "large"
    source.mkdir()
    run = submitted(source, _ONE_TRIAL, n_trials=1)
    run.wait_for_completion()
    _add_children(run.id)
    show = [sys.executable, "-m", "hyperlocal", "show", run.id]
    env = environment(folder / "home")
    samples = rounds(
        {
            "hyperlocal show": lambda: wall_time(show, env, folder),
            "get_children_sorted_by_primary_metric": lambda: _asked(run, _sorted_children),
            "get_metrics": lambda: _asked(run, _metrics),
        },
        max(3, n_rounds // 2),
    )
    return [
        Figure(
            f"10,000 children: {name}",
            sample.median,
            "s",
            1.0,
            note="{:.2f} to {:.2f}".format(*sample.spread),
        )
        for name, sample in samples.items()
    ]


def _asked(run, ask):
    # A run object of its own, as another process would have: nothing is remembered.
    from hyperlocal.azureml.train.hyperdrive import HyperDriveRun

    fresh = HyperDriveRun(run.experiment, run.id)
    began = time.perf_counter()
    ask(fresh)
    return time.perf_counter() - began


def _sorted_children(run):
    children = run.get_children_sorted_by_primary_metric()
    assert len(children) == _N_CHILDREN


def _metrics(run):
    metrics = run.get_metrics()
    assert len(metrics) == _N_CHILDREN


def _add_children(parent_id):
    from hyperlocal.history import History

    history = History.open()
    experiment = history.runs.get(parent_id).experiment
    for number in range(1, _N_CHILDREN):
        child_id = f"{parent_id}_{number}"
        x = number / _N_CHILDREN
        history.runs.create(
            child_id,
            experiment=experiment,
            kind="azureml.scriptrun",
            parent_id=parent_id,
            status=Status.RUNNING,
            parameters={"--x": x},
            command=["python", "train.py", "--x", str(x)],
        )
        points = [("float", 1 - x / (point + 1)) for point in range(_N_POINTS)]
        history.metrics.add_many(child_id, "loss", points)
        history.runs.finish(child_id, Status.COMPLETED, exit_code=0)
    history.close()

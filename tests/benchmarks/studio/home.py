"""A home with one large sweep, written through the project's own functions."""

import math
import random

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, LogUniform, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.history import History

__all__ = ["SWEEP", "add_trial", "build"]

SWEEP = "HD_large"
SPACE = Space(
    (
        ("lr", LogUniform(-9.0, 0.0)),
        ("dropout", Uniform(0.0, 0.5)),
        ("batch", Choice((16, 32, 64, 128))),
        ("optimiser", Choice(("adam", "sgd", "rmsprop"))),
    )
)


def build(home, n_trials, n_points):
    """Write a sweep that still runs, with trials that have ended."""
    history = History.open(home)
    plan = Sweep(
        SPACE,
        Sampling(SamplingKind.RANDOM, 1),
        "loss",
        Goal.MINIMIZE,
        Limits(2 * n_trials, 4, 1e9),
        Launch(("python", "train.py")),
    )
    history.runs.create(
        SWEEP,
        experiment="large",
        kind="hyperdrive",
        status=Status.RUNNING,
        plan=plan_to_json(plan),
    )
    for number in range(n_trials):
        add_trial(history, number, n_points)
    history.close()


def add_trial(history, number, n_points):
    """Write one trial that has ended."""
    draw = random.Random(number)
    run_id = f"{SWEEP}_{number}"
    parameters = {
        "lr": math.exp(draw.uniform(-9.0, 0.0)),
        "dropout": draw.uniform(0.0, 0.5),
        "batch": draw.choice((16, 32, 64, 128)),
        "optimiser": draw.choice(("adam", "sgd", "rmsprop")),
    }
    history.runs.create(
        run_id,
        experiment="large",
        kind="azureml.scriptrun",
        parent_id=SWEEP,
        status=Status.RUNNING,
        parameters=parameters,
        command=["python", "train.py"],
    )
    bottom = abs(math.log10(parameters["lr"]) + 2) + parameters["dropout"]
    points = (bottom + 3 / (point + 1) + draw.random() / 10 for point in range(n_points))
    history.metrics.add_many(run_id, "loss", [("float", value) for value in points])
    if number % 50 == 7:
        reason = "ValueError: bad batch (exit code 1)"
        history.runs.finish(run_id, Status.FAILED, cause=Cause.SCRIPT, reason=reason, exit_code=1)
    elif number % 10 == 3:
        reason = "0.76 at interval 5 is below 0.767"
        history.runs.finish(run_id, Status.CANCELED, cause=Cause.POLICY, reason=reason)
    else:
        history.runs.finish(run_id, Status.COMPLETED, exit_code=0)

"""One recorded home for all tests of figures: reading it is cheap, writing it is not."""

import math

import pytest

from hyperlocal.domain.distribution import Choice, LogUniform
from hyperlocal.domain.space import Space
from hyperlocal.history import History
from hyperlocal.views.sweep_reader import SweepReader
from tests.views import sweeps

SPACE = Space(
    (
        ("lr", LogUniform(math.log(1e-4), 0.0)),
        ("batch", Choice((16, 32))),
        ("opt", Choice(("adam", "<b>sgd</b>"))),
        ("password", Choice(("hunter2", "swordfish"))),
    )
)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """The reader of a running sweep of six trials: see `begin`."""
    history = History.open(tmp_path_factory.mktemp("figures") / ".hyperlocal")
    begin(history)
    yield SweepReader(history, "HD_f")
    history.close()
    while sweeps.CLAIMS:
        sweeps.CLAIMS.pop().give_up()


@pytest.fixture(scope="session")
def data(recorded):
    return recorded.read()


def begin(history):
    """Trial 0 completed, 1 is the best, 2 failed, 3 was stopped, 4 logged NaN, 5 runs."""
    sweeps.begin_sweep(history, "HD_f", space=SPACE)
    trial(history, 0, [0.1, 0.5], lr=0.01, batch=16, opt="adam")
    trial(history, 1, [0.3, 0.9, 0.8], lr=0.1, batch=32, opt="<b>sgd</b>")
    trial(history, 2, [], lr=0.001, batch=16, opt="adam", end=sweeps.fail)
    trial(history, 3, [0.2], lr=0.5, batch=32, opt="adam", end=sweeps.stop)
    trial(history, 4, [math.nan, math.inf], lr=0.2, batch=16, opt="adam")
    trial(history, 5, [0.4, math.nan, 0.6], lr=0.02, batch=32, opt="adam", end=None)


def trial(history, number, metrics, *, end=sweeps.complete, **parameters):
    run_id = f"HD_f_{number}"
    history.runs.create(
        run_id,
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id="HD_f",
        status=sweeps.Status.RUNNING,
        parameters={**parameters, "password": "hunter2"},
    )
    for step, metric in enumerate(metrics):
        history.metrics.add(run_id, "accuracy", metric, kind="float", step=10 * step)
    if end is not None:
        end(history, run_id)
    return run_id

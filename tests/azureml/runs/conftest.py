"""Experiments, interactive runs, and sweeps whose history is written by the test itself."""

import functools

import pytest

from hyperlocal.azureml.core import Experiment, Workspace
from hyperlocal.azureml.train.hyperdrive import HyperDriveRun
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep


@pytest.fixture
def workspace(home):
    return Workspace("subscription", "group", "workspace")


@pytest.fixture
def experiment(workspace):
    return Experiment(workspace, "trials")


@pytest.fixture
def history(experiment):
    return experiment._history


@pytest.fixture
def run(experiment):
    return experiment.start_logging(outputs=None)


class SweepWriter:
    """Writes what a controller and its trials would write."""

    def __init__(self, experiment, goal=Goal.MAXIMIZE, run_id="HD_1", policy=None, earlier=()):
        self.experiment = experiment
        self.history = experiment._history
        self.run_id = run_id
        self.plan = Sweep(
            space=Space((("lr", Uniform(0.0, 1.0)), ("--batch", Choice((16, 32))))),
            sampling=Sampling(SamplingKind.RANDOM, 7),
            metric_name="accuracy",
            goal=goal,
            limits=Limits(10, 4, 3600.0),
            launch=Launch(command=("python", "train.py")),
            policy=policy,
            prior_sweeps=earlier,
        )
        self.history.runs.create(
            run_id,
            experiment=experiment.name,
            kind="hyperdrive",
            status=Status.RUNNING,
            plan=plan_to_json(self.plan),
        )
        self.n_trials = 0

    def trial(self, *values, status=Status.COMPLETED, metric="accuracy", **parameters):
        run_id = f"{self.run_id}_{self.n_trials}"
        self.n_trials += 1
        self.history.runs.create(
            run_id,
            experiment=self.experiment.name,
            kind="trial",
            parent_id=self.run_id,
            status=Status.RUNNING,
            parameters=parameters or {"lr": 0.5, "--batch": 16},
            command=["python", "train.py", "--lr", "0.5", "--batch", "16"],
        )
        for value in values:
            kind = {int: "int", float: "float", str: "str", bool: "bool"}[type(value)]
            self.history.metrics.add(run_id, metric, value, kind=kind)
        if status is not Status.RUNNING:
            self.history.runs.finish(run_id, status)
        return run_id

    def finish(self, status=Status.COMPLETED, **how):
        self.history.runs.finish(self.run_id, status, **how)

    @property
    def run(self):
        return HyperDriveRun(self.experiment, self.run_id)


@pytest.fixture
def new_sweep(experiment):
    return functools.partial(SweepWriter, experiment)


@pytest.fixture
def sweep(experiment):
    return SweepWriter(experiment)


@pytest.fixture
def minimizing(experiment):
    return SweepWriter(experiment, Goal.MINIMIZE)

"""A home with sweeps of all kinds, for pictures: the same every time, and made in seconds.

Sweeps are played in virtual time by the project's own simulation, with learning curves that are
made up; all that is written is what real sweeps write.
"""

import math
import random
import sys
from contextlib import closing

from hyperlocal import engine
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, LogUniform, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import (
    Job,
    Limits,
    Sampling,
    SamplingKind,
    Step,
    Sweep,
    Workflow,
)
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulated_sweep import SimulatedSweep, simulate_sweep
from hyperlocal.history import History

BEGUN_AT = 1_750_000_000.0
REPORTS = 20
SPACE = Space(
    (
        ("learning_rate", LogUniform(math.log(1e-4), math.log(1e-1))),
        ("batch_size", Choice((16, 32, 64, 128))),
        ("dropout", Uniform(0.0, 0.6)),
        ("optimizer", Choice(("adam", "sgd"))),
    )
)
UNIFORM = Space((("learning_rate", Uniform(0.001, 0.1)), ("batch_size", Choice((16, 32, 64)))))
NAMES = ("learning_rate", "batch_size", "dropout", "optimizer")
LAUNCH = Launch(
    ("python", "train.py"),
    {name: f"--{name}" for name in NAMES},
    log_file="azureml-logs/hyperdrive.txt",
    log_format='"<START>[{time}][{source}][{level}]{text}<END>\\n"',
)


class Clock:
    """Tells the time that it is set to."""

    now = BEGUN_AT

    def __call__(self):
        return self.now


def a_sweep(kind, *, policy=None, space=SPACE, n_trials=40, seed=7):
    return Sweep(
        space=space,
        sampling=Sampling(kind, seed=seed),
        metric_name="accuracy",
        goal=Goal.MAXIMIZE,
        limits=Limits(n_trials, 4, 4 * 3600.0),
        launch=LAUNCH,
        policy=policy,
    )


def trace(number, record):
    """Return what a trial does: it learns, more or less well; a few fail or diverge."""
    told = record.parameters
    chance = random.Random(f"{record.parent_id} {number}")
    rate, batch = told["learning_rate"], told["batch_size"]
    far = math.log10(rate) - math.log10(0.012)
    top = 0.97 - 0.06 * far**2 - 0.25 * (told.get("dropout", 0.2) - 0.2) ** 2
    top -= 0.02 * abs(math.log2(batch / 32)) + (0.03 if told.get("optimizer") == "sgd" else 0.0)
    speed = 2.0 + 3.0 * (1.0 - min(rate / 0.05, 1.0))
    each_s = 9.0 + 240.0 / batch + 2.0 * chance.random()
    values = [
        max(0.1, top * (1.0 - math.exp(-n / speed)) + chance.gauss(0.0, 0.006))
        for n in range(1, REPORTS + 1)
    ]
    if chance.random() < 0.06:
        reports = [Report(each_s, {"accuracy": values[0], "loss": 2.0})]
        error = f"RuntimeError: out of memory: batch of {batch}"
        return TrialTrace(tuple(reports), 1.5 * each_s, 2.0, exit_code=1, error=error)
    reports = [
        Report(each_s * n, {"accuracy": value, "loss": 1.6 * (1.02 - value)})
        for n, value in enumerate(values, start=1)
    ]
    return TrialTrace(tuple(reports), each_s * REPORTS + 3.0, 1.5, 0.4)


def make(home):
    """Fill a home; return what must be kept as long as a sweep in it is to go on.

    Args:
        home: A folder that is not there yet.
    """
    clock = Clock()
    bandit = Bandit(Schedule(1, 5), slack_factor=0.3)
    plans = {
        "HD_random": ("random, no policy", a_sweep(SamplingKind.RANDOM)),
        "HD_bandit": ("random, bandit", a_sweep(SamplingKind.RANDOM, policy=bandit, seed=11)),
        "HD_median": (
            "random, median stopping",
            a_sweep(SamplingKind.RANDOM, policy=MedianStopping(Schedule(1, 5)), seed=23),
        ),
        "HD_bayesian": ("Bayesian", a_sweep(SamplingKind.BAYESIAN, space=UNIFORM, n_trials=24)),
    }
    with closing(History.open(home, clock=clock, is_durable=False)) as history:
        for place, (run_id, (name, plan)) in enumerate(plans.items()):
            clock.now = BEGUN_AT + 7200.0 * place
            create(history, run_id, "digits", plan, name)
            simulate_sweep(history.home, run_id, trace)
        clock.now = BEGUN_AT + 40_000.0
        make_pipeline(history, clock)
        clock.now = BEGUN_AT + 50_000.0
        create(history, "HD_running", "digits", a_sweep(SamplingKind.RANDOM, seed=3), "still runs")
        claim = engine.claim(history.home, "HD_running")
    running = SimulatedSweep(home, "HD_running", trace)
    running.begin()
    return claim, running


def create(history, run_id, experiment, plan, name, parent_id=None):
    return history.runs.create(
        run_id,
        experiment=experiment,
        kind="hyperdrive",
        parent_id=parent_id,
        display_name=name,
        plan=plan_to_json(plan),
    )


def make_pipeline(history, clock):
    """Record a pipeline: data prepared, a sweep over it, two reports, of which one failed."""
    job = Job(LAUNCH)
    tuned = a_sweep(SamplingKind.RANDOM, n_trials=12, seed=5)
    steps = (
        Step("step_fetch", "fetch", job),
        Step("step_prepare", "prepare", job, needs=("step_fetch",)),
        Step("step_tune", "tune", tuned, needs=("step_prepare",), sweep_id="HD_tune"),
        Step("step_evaluate", "evaluate", job, needs=("step_tune", "step_prepare")),
        Step("step_publish", "publish", job, needs=("step_tune",)),
        Step("step_notify", "notify", job, needs=("step_publish",)),
    )
    history.runs.create(
        "pipeline_digits",
        experiment="digits pipeline",
        kind="azureml.PipelineRun",
        display_name="digits, from data to report",
        status=Status.RUNNING,
        plan=plan_to_json(Workflow(steps)),
    )
    for step in steps[:5]:
        history.runs.create(
            step.run_id,
            experiment="digits pipeline",
            kind="azureml.StepRun",
            parent_id="pipeline_digits",
            display_name=step.name,
            status=Status.RUNNING,
        )
        clock.now += 45.0
        if step.sweep_id:
            create(history, "HD_tune", "digits pipeline", tuned, "tune", step.run_id)
            simulate_sweep(history.home, "HD_tune", trace)
            clock.now += 1500.0
        if step.name == "publish":
            fail(history, step.run_id, "ConnectionError: no such server (exit code 1)")
        else:
            history.metrics.add(step.run_id, "rows", 1797, kind="int")
            history.runs.finish(step.run_id, Status.COMPLETED, exit_code=0)
    fail(history, "pipeline_digits", "Step publish failed: ConnectionError: no such server")


def fail(history, run_id, reason):
    history.runs.finish(
        run_id, Status.FAILED, cause=Cause.SCRIPT, reason=reason, exit_code=1, error=None
    )


if __name__ == "__main__":
    make(sys.argv[1])

"""Sweeps written into a history as a controller and its trials would write them."""

import json
import sys
import time

from hyperlocal import engine
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Limits, Sampling, SamplingKind, Sweep

SPACE = Space((("lr", Uniform(0.05, 0.1)), ("batch", Choice((16, 32)))))
LAUNCH = Launch(
    (sys.executable, "train.py"),
    {"lr": "--lr", "batch": "--batch"},
    log_file="azureml-logs/hyperdrive.txt",
    log_format='"<START>[{time}][{source}][{level}]{text}<END>\\n"',
)


def a_plan(
    *,
    goal=Goal.MAXIMIZE,
    max_trials=20,
    policy=None,
    space=SPACE,
    max_duration_s=604800.0,
    earlier=(),
    resumed=(),
):
    return Sweep(
        space=space,
        sampling=Sampling(SamplingKind.RANDOM, seed=1234),
        metric_name="accuracy",
        goal=goal,
        limits=Limits(max_trials, 4, max_duration_s),
        launch=LAUNCH,
        policy=policy,
        prior_sweeps=earlier,
        resumed=resumed,
    )


CLAIMS = []
"""What the test holds of runs that it writes in place of their controllers."""


def control(history, run_id):
    CLAIMS.append(engine.claim(history.home, run_id))


def begin_sweep(history, run_id="HD_sweep", **plan):
    control(history, run_id)
    history.runs.create(
        run_id,
        experiment="iris",
        kind="hyperdrive",
        status=Status.RUNNING,
        plan=plan_to_json(a_plan(**plan)),
    )
    return run_id


def begin_job(history, run_id="iris_1", *, status=Status.RUNNING):
    control(history, run_id)
    history.runs.create(
        run_id,
        experiment="iris",
        kind="azureml.scriptrun",
        status=status,
        plan=plan_to_json(Job(LAUNCH)),
    )
    return run_id


def begin_trial(history, parent_id, number, *, lr=0.07, batch=16, metrics=()):
    run_id = f"{parent_id}_{number}"
    history.runs.create(
        run_id,
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id=parent_id,
        status=Status.RUNNING,
        parameters={"lr": lr, "batch": batch},
        command=[sys.executable, "train.py", "--lr", str(lr), "--batch", str(batch)],
    )
    for metric in metrics:
        log(history, run_id, metric)
    return run_id


def log(history, run_id, metric, name="accuracy"):
    history.metrics.add(run_id, name, metric, kind="float")


def complete(history, run_id):
    history.runs.finish(run_id, Status.COMPLETED, exit_code=0)


def fail(history, run_id, reason="ValueError: bad batch (exit code 1)"):
    history.runs.finish(
        run_id,
        Status.FAILED,
        cause=Cause.SCRIPT,
        reason=reason,
        exit_code=1,
        error={"code": "UserError", "message": f"{reason}\nTraceback of {run_id}"},
    )


def stop(history, run_id, reason="0.76 at interval 5 is below 0.767"):
    history.decisions.add(run_id, 5, stop=True, reason=reason)
    history.runs.finish(run_id, Status.CANCELED, cause=Cause.POLICY, reason=reason)


def a_finished_sweep(history, run_id="HD_sweep", **plan):
    """Four trials: 1 is the best, 2 failed, 3 was stopped."""
    begin_sweep(history, run_id, **plan)
    complete(history, begin_trial(history, run_id, 0, metrics=[0.1, 0.5]))
    complete(history, begin_trial(history, run_id, 1, lr=0.0912345678, metrics=[0.9, 0.8]))
    fail(history, begin_trial(history, run_id, 2))
    stop(history, begin_trial(history, run_id, 3, metrics=[0.2]))
    complete(history, run_id)
    return run_id


def insert_trials(history, parent_id, n_trials):
    """Insert many finished trials at once; the metric of trial n is n."""
    begin = history.runs.get(parent_id).number + 1
    now = time.time()
    runs = [
        (f"{parent_id}_{n}", begin + n, parent_id, parent_id, *_ending(n), now, now, now + 1)
        for n in range(n_trials)
    ]
    with history._database.writing() as connection:
        connection.executemany(
            """INSERT INTO run (run_id, experiment, number, parent_id, root_id, kind, status,
                cause, reason, parameters, created_at, started_at, ended_at)
                VALUES (?, 'iris', ?, ?, ?, 'azureml.scriptrun', ?, ?, ?, ?, ?, ?, ?)""",
            runs,
        )
        connection.execute(
            """INSERT INTO metric (run, name, kind, value, logged_at)
                SELECT id, 'accuracy', 'float', number - ?, ? FROM run WHERE parent_id = ?""",
            (begin, now, parent_id),
        )


def _ending(number):
    parameters = json.dumps({"lr": number / 1e6, "batch": 16})
    if number % 100 == 7:
        return "Failed", "script", "ValueError: bad batch (exit code 1)", parameters
    return "Completed", None, None, parameters

"""Runs of all kinds in one home, as controllers and trials would have written them."""

import sys

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, LogUniform, Uniform
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Step, Workflow
from tests.views import sweeps

MARKUP = "<script>window.hacked = 1</script>"
N_MANY = 60  # the metric of trial n is n, and so is its lr * 1e6
LONG = "a_name_that_" + "never_" * 40 + "ends"
STRANGE = Space(
    (
        (MARKUP, Choice(("</script><script>window.hacked = 1</script>", "b & c"))),
        ("layers", Choice(([1, 2], [3]))),
        ("mixed", Choice((1, "one", None, True))),
        ("naïve 🙂", LogUniform(-9.0, 0.0)),
        ("api_key", Choice(("sk-very-secret", "sk-other-secret"))),
        (LONG, Uniform(0.0, 1.0)),
    )
)
POLICY = Bandit(Schedule(1, 0), slack_factor=0.1)
STRANGE_TRIALS = (
    ("b & c", [1, 2], 1, 0.5, "sk-very-secret", 0.1),
    ("</script><script>window.hacked = 1</script>", [3], "one", 1e-4, "sk-other-secret", 0.2),
    ("b & c", [3], None, 2e-3, "sk-very-secret", 0.3),
    ("b & c", [1, 2], True, 3e-2, "sk-other-secret", 0.4),
)


def record_all(history):
    """Record them; return their ids by a short name."""
    ids = {
        "sweep": sweeps.a_finished_sweep(history, "HD_sweep", policy=POLICY),
        "many": sweeps.begin_sweep(history, "HD_many"),
        "strange": a_strange_sweep(history, "HD_strange"),
        "empty": sweeps.begin_sweep(history, "HD_empty"),
        "one": sweeps.begin_sweep(history, "HD_one"),
        "no metric": sweeps.begin_sweep(history, "HD_none"),
        "running": sweeps.begin_sweep(history, "HD_running"),
        "single": a_single_run(history, "iris_single"),
        "parent": a_parent_of_no_sweep(history, "iris_parent"),
        "pipeline": a_pipeline(history, "pipeline"),
    }
    sweeps.insert_trials(history, ids["many"], N_MANY)
    sweeps.complete(history, ids["many"])
    for name in ("empty", "one", "no metric"):
        if name != "empty":
            metrics = [0.5, 0.75] if name == "one" else []
            sweeps.complete(history, sweeps.begin_trial(history, ids[name], 0, metrics=metrics))
        sweeps.complete(history, ids[name])
    sweeps.complete(history, sweeps.begin_trial(history, "HD_running", 0, metrics=[0.3, 0.4]))
    sweeps.begin_trial(history, "HD_running", 1, lr=0.06, batch=32, metrics=[0.2])
    return {**ids, "trial": "HD_sweep_1", "failed": "HD_sweep_2", "stopped": "HD_sweep_3"}


def a_strange_sweep(history, run_id):
    sweeps.begin_sweep(history, run_id, space=STRANGE)
    for number, values in enumerate(STRANGE_TRIALS):
        trial = history.runs.create(
            f"{run_id}_{number}",
            experiment="iris",
            kind="azureml.scriptrun",
            parent_id=run_id,
            status=Status.RUNNING,
            parameters=dict(zip(STRANGE.names, values, strict=True)),
            command=[sys.executable, "train.py", "--api_key", values[4]],
            display_name=f"{MARKUP} {number}",
        )
        for metric in ([0.5, float("nan")], [float("inf")], [0.25, 0.125], [])[number]:
            sweeps.log(history, trial.run_id, metric)
        sweeps.log(history, trial.run_id, 0.1 * number, name=MARKUP)
        history.metrics.add(trial.run_id, "note", f"{MARKUP} {number}", kind="str")
        history.metrics.add(trial.run_id, "matrix", {"rows": [1, 2]}, kind="table")
    for number in (0, 1):
        sweeps.complete(history, f"{run_id}_{number}")
    sweeps.fail(history, f"{run_id}_2", f"ValueError: {MARKUP} (exit code 1)")
    log = history.folder(f"{run_id}_2").output_log
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"epoch 1\nTraceback (most recent call last):\nValueError: {MARKUP}\n")
    sweeps.stop(history, f"{run_id}_3")
    history.runs.finish(run_id, Status.CANCELED, cause=Cause.USER, reason="cancelled by the user")
    return run_id


def a_single_run(history, run_id):
    sweeps.begin_job(history, run_id)
    for place, value in enumerate((1.0, 0.5, 0.25)):
        history.metrics.add(run_id, "loss", value, kind="float", step=10 * place)
    history.metrics.add(run_id, "note", MARKUP, kind="str")
    history.runs.edit_tags(run_id, put={"team": "a", "password": "very-secret"})
    sweeps.complete(history, run_id)
    return run_id


def a_parent_of_no_sweep(history, run_id):
    history.runs.create(
        run_id,
        experiment="iris",
        kind="azureml.PipelineRun",
        status=Status.RUNNING,
        plan=plan_to_json(Job(sweeps.LAUNCH)),
    )
    for name in ("prepare", "train"):
        child = history.runs.create(
            f"{run_id}-{name}",
            experiment="iris",
            kind="azureml.StepRun",
            parent_id=run_id,
            status=Status.RUNNING,
            display_name=name,
        )
        sweeps.log(history, child.run_id, 0.5, name="loss")
        sweeps.complete(history, child.run_id)
    sweeps.complete(history, run_id)
    return run_id


def a_pipeline(history, run_id):
    """Two steps; the second is a sweep."""
    work = Job(sweeps.LAUNCH)
    steps = (
        Step("step_1", "prepare data", work),
        Step("step_2", "tune it", sweeps.a_plan(), needs=("step_1",), sweep_id="HD_within"),
    )
    sweeps.control(history, run_id)
    given = {"experiment": "iris", "status": Status.RUNNING}
    plan = plan_to_json(Workflow(steps))
    history.runs.create(run_id, kind="azureml.PipelineRun", plan=plan, **given)
    for step in steps:
        history.runs.create(
            step.run_id,
            kind="azureml.StepRun",
            parent_id=run_id,
            display_name=step.name,
            **given,
        )
    history.runs.create(
        "HD_within",
        kind="hyperdrive",
        parent_id="step_2",
        plan=plan_to_json(sweeps.a_plan()),
        **given,
    )
    sweeps.complete(history, sweeps.begin_trial(history, "HD_within", 0, metrics=[0.25, 0.5]))
    for each in ("HD_within", "step_1", "step_2", run_id):
        sweeps.complete(history, each)
    return run_id

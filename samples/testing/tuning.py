"""What a team writes around HyperDrive: configure, submit, retry, pick the best, register it."""

import os

from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    BanditPolicy,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
    loguniform,
)

HERE = os.path.dirname(os.path.abspath(__file__))
METRIC = "accuracy"


class TuningError(Exception):
    """No trial of a sweep can be used."""


def configuration(trials=8, epochs=10):
    return HyperDriveConfig(
        run_config=ScriptRunConfig(
            source_directory=HERE,
            script="train.py",
            arguments=["--epochs", epochs],
            compute_target="cpu-cluster",
        ),
        # loguniform takes exponents: learning rates from 0.0025 to 1.
        hyperparameter_sampling=RandomParameterSampling(
            {"--learning-rate": loguniform(-6, 0), "--units": choice(16, 32)}
        ),
        policy=BanditPolicy(slack_factor=0.1, evaluation_interval=1, delay_evaluation=3),
        primary_metric_name=METRIC,
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=trials,
        max_concurrent_runs=4,
        max_duration_minutes=60,
    )


def tune(experiment, config, attempts=2):
    """Return the first sweep that completes; one that fails is submitted again."""
    for attempt in range(1, attempts + 1):
        run = experiment.submit(config, tags={"attempt": str(attempt)})
        run.wait_for_completion(raise_on_error=False)
        if run.get_status() == "Completed":
            return run
    raise TuningError(f"{run.id} is {run.get_status()} after {attempts} attempts.")


def trial_number(child):
    return int(child.id.rpartition("_")[2])


def summary(run):
    """Return a row for each trial, in order: its number, status and last accuracy."""
    rows = []
    for child in sorted(run.get_children(), key=trial_number):
        accuracy = child.get_metrics().get(METRIC)
        # What was logged once comes back as a number, else as a list.
        last = accuracy[-1] if isinstance(accuracy, list) else accuracy
        rows.append((trial_number(child), child.get_status(), last))
    return rows


def best_run(run):
    """Return the best trial that ended by itself."""
    best = run.get_best_run_by_primary_metric(include_failed=False, include_canceled=False)
    if best is None:
        raise TuningError(f"No trial of {run.id} completed and logged {METRIC!r}.")
    return best


def register_best(run, name, folder):
    """Register the best trial's model, tagged with how good it is, and download it."""
    best = best_run(run)
    accuracy = best.get_metrics()[METRIC]
    reached = max(accuracy) if isinstance(accuracy, list) else accuracy
    best.download_file("outputs/model.joblib", os.path.join(folder, "model.joblib"))
    model = best.register_model(
        model_name=name,
        model_path="outputs/model.joblib",
        tags={METRIC: f"{reached:.4f}", "sweep": run.id},
    )
    run.tag("registered", f"{model.name}:{model.version}")
    return model


if __name__ == "__main__":
    ws = Workspace.from_config()
    finished = tune(Experiment(ws, "digits"), configuration())
    for row in summary(finished):
        print(*row)
    print("Registered:", register_best(finished, "digits", "best").id)

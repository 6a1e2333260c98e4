"""Everything about one run."""

import io
import sys
import time

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.views.page import Page
from hyperlocal.views.summary import write_summary
from tests.views.sweeps import (
    a_finished_sweep,
    a_plan,
    begin_job,
    begin_sweep,
    begin_trial,
    insert_trials,
    log,
)


def summary(history, run_id, n_rows=50):
    stream = io.StringIO()
    write_summary(Page(stream), history, history.runs.get(run_id), n_rows=n_rows, now=time.time())
    return stream.getvalue()


def section(text, title):
    """Return the lines below a title, up to the next empty one."""
    return text.split(f"\n\n{title}\n")[1].split("\n\n")[0].splitlines()


def row_of(text, title, first):
    [row] = [line for line in section(text, title) if line.split()[0] == first]
    return row


def test_a_sweep_tells_its_settings_counts_and_best(history):
    text = summary(history, a_finished_sweep(history, policy=Bandit(Schedule(), slack_factor=0.2)))

    fields = "\n".join(section(text, "Sweep"))
    assert "4: 2 Completed, 1 Failed, 1 stopped by policy" in fields
    assert "random, seed 1234" in fields
    assert "lr: uniform(0.05, 0.1)" in fields
    assert "batch: choice(16, 32)" in fields
    assert "accuracy, maximize" in fields
    assert "20 trials, at most 4 at a time, 7d for all" in fields
    assert "bandit with slack factor 0.2, at every interval" in fields
    assert "trial 1: 0.9 with lr=0.0912345678 batch=16" in fields
    assert "HD_sweep_1" in fields


def test_trials_are_listed_best_first_with_their_reasons(history):
    text = summary(history, a_finished_sweep(history))

    rows = section(text, "Trials, best accuracy first")
    assert [row.split()[0] for row in rows] == ["Trial", "1", "0", "3", "2"]
    assert rows[0].split() == ["Trial", "Status", "accuracy", "Duration", "lr", "batch", "Reason"]
    assert "0.0912345678" in rows[1]
    assert "Canceled (policy)" in rows[3]
    assert rows[3].endswith("0.76 at interval 5 is below 0.767")
    assert rows[4].endswith("ValueError: bad batch (exit code 1)")


def test_a_metric_that_was_never_logged_is_told_with_what_was(history):
    parent = begin_sweep(history)
    trial = begin_trial(history, parent, 0)

    assert "no trial logged 'accuracy' or anything else yet" in summary(history, parent)
    log(history, trial, 0.5, name="acc")
    assert "no trial logged 'accuracy'; what they logged: 'acc'" in summary(history, parent)
    history.metrics.add(trial, "accuracy", "high", kind="str")
    assert "no trial logged a number as 'accuracy'" in summary(history, parent)


def test_a_running_sweep_tells_how_many_trials_may_come(history):
    parent = begin_sweep(history, max_trials=20)
    begin_trial(history, parent, 0)

    assert "1 of at most 20: 1 Running" in summary(history, parent)


def test_status_reason_warnings_and_error_are_told(history):
    parent = begin_sweep(history)
    history.runs.add_warning(parent, "The metric was never logged.")
    history.runs.finish(
        parent,
        Status.FAILED,
        cause=Cause.INTERRUPTED,
        reason="The controller died.",
        error={"code": "ServiceError", "message": "first line\nsecond line"},
    )

    text = summary(history, parent)

    assert "Failed (interrupted)" in text
    assert "Reason      The controller died." in text
    assert section(text, "Warnings") == ["  The metric was never logged."]
    assert section(text, "Error") == ["  first line", "  second line"]


def test_a_trial_tells_its_parameters_metrics_decisions_and_files(history):
    run_id = a_finished_sweep(history)
    outputs = history.folder(f"{run_id}_3").outputs
    outputs.mkdir(parents=True)
    (outputs / "model.pkl").write_text("")

    text = summary(history, f"{run_id}_3")

    assert "Parent      HD_sweep\n" in text
    assert section(text, "Parameters") == ["lr     0.07", "batch  16"]
    assert section(text, "Command") == [f"  {sys.executable} train.py --lr 0.07 --batch 16"]
    assert row_of(text, "Metrics", "accuracy").split()[1:] == ["1", "0.2", "0.2", "0.2"]
    assert row_of(text, "Decisions of the policy", "5").split()[1] == "stop"
    assert section(text, "Files") == ["  outputs/model.pkl"]


def test_a_failed_trial_shows_the_end_of_its_output(history):
    run_id = a_finished_sweep(history)
    log_path = history.folder(f"{run_id}_2").output_log
    log_path.parent.mkdir(parents=True)
    log_path.write_text("".join(f"line {n}\n" for n in range(100)))

    lines = section(summary(history, f"{run_id}_2"), f"Last lines of {log_path}")

    assert lines == [f"  line {n}" for n in range(80, 100)]


def test_a_failed_trial_without_output_shows_its_error(history):
    run_id = a_finished_sweep(history)

    error = section(summary(history, f"{run_id}_2"), "Error")

    assert error == ["  Traceback of HD_sweep_2"]  # the reason stands above


def test_a_single_script_shows_its_command_and_metrics(history):
    run_id = begin_job(history)
    log(history, run_id, 0.25)
    history.metrics.add(run_id, "confusion", {"a": [1, 2]}, kind="table")

    text = summary(history, run_id)

    assert section(text, "Command") == [f"  {sys.executable} train.py"]
    assert row_of(text, "Metrics", "accuracy").split()[1:] == ["1", "0.25", "0.25", "0.25"]
    assert row_of(text, "Metrics", "confusion").split()[1:3] == ["1", "-"]
    assert "Trials" not in text


def test_many_parameters_share_one_column(history):
    parent = begin_sweep(history, space=Space(()))
    many = {f"p{n}": None if n == 3 else n for n in range(20)}
    history.runs.create(
        f"{parent}_0",
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id=parent,
        parameters=many,
    )

    text = summary(history, parent)

    assert "no parameters" in text
    assert "p1=1 p2=2 p3=None p4=4" in row_of(text, "Trials, best accuracy first", "0")


def test_of_ten_thousand_trials_the_best_are_shown_and_all_reasons(history):
    parent = begin_sweep(history, max_trials=10_000)
    insert_trials(history, parent, 10_000)

    text = summary(history, parent)

    rows = section(text, "Trials, best accuracy first")
    assert [row.split()[0] for row in rows[1:4]] == ["9999", "9998", "9997"]
    assert len(rows) == 1 + 50 + 1
    assert rows[-1] == "... and 9,950 more: --all shows them."
    reason = section(text, "Trials that did not complete")[1]
    assert reason.split()[:3] == ["100", "Failed", "9907"]
    assert len(section(summary(history, parent, n_rows=None), "Trials, best accuracy first")) == (
        1 + 10_000
    )


def test_what_scripts_logged_cannot_command_a_terminal(history):
    history.runs.create(
        "HD_evil",
        experiment="iris",
        kind="hyperdrive",
        plan=plan_to_json(a_plan()),
        tags={"note": "\x1b]0;title\x07"},
        display_name="[bold]name[/bold]\x1b[2J",
    )

    text = summary(history, "HD_evil")

    assert "\x1b" not in text
    assert "[bold]name[/bold]" in text

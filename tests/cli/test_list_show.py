"""`hyperlocal list` and `hyperlocal show`."""

import json

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Cause, Status
from tests.views.sweeps import (
    a_finished_sweep,
    a_plan,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
    insert_trials,
    log,
)

SWEEP = "HD_1a2b3c4d-5e6f-4711-8899-aabbccddeeff"


def test_no_runs_yet(hyperlocal, home):
    said = hyperlocal("list")

    assert (said.out, said.code) == (f"No runs in {home} yet.\n", 0)
    assert hyperlocal("list", "--json").out == "[]\n"
    assert not home.exists()


def test_a_home_that_is_a_file(hyperlocal, home):
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text("")

    said = hyperlocal("list")

    assert said.code == 1
    assert f"The home {home} is a file." in said.err


def test_list_is_newest_first_and_whole_in_a_pipe(hyperlocal, history):
    a_finished_sweep(history, SWEEP)
    complete(history, begin_job(history))

    said = hyperlocal("list")

    assert [line.split()[0] for line in said.lines] == ["Run", "iris_1", SWEEP]
    assert said.lines[2].endswith("4/4  accuracy=0.9")
    assert "\x1b" not in said.out


def test_list_all_has_trials_too(hyperlocal, history):
    a_finished_sweep(history, SWEEP)

    assert len(hyperlocal("list", "--all").lines) == 1 + 1 + 4


def test_list_of_one_experiment(hyperlocal, history):
    a_finished_sweep(history, SWEEP)

    assert len(hyperlocal("list", "--experiment", "iris").lines) == 2
    said = hyperlocal("list", "--experiment", "digits")
    assert "No runs of experiment 'digits'" in said.out


def test_list_tells_that_there_are_more(hyperlocal, history):
    for number in range(4):
        complete(history, begin_job(history, f"iris_{number}"))

    said = hyperlocal("list", "-n", "3")

    assert len(said.lines) == 1 + 3
    assert said.err == "... and 1 older run: -n 0 lists all.\n"
    assert len(hyperlocal("list", "-n", "0").lines) == 1 + 4
    assert hyperlocal("list", "-n", "-1").code == 2


def test_list_as_json(hyperlocal, history):
    a_finished_sweep(history, SWEEP)

    [run] = json.loads(hyperlocal("list", "--json").out)

    assert run["run_id"] == SWEEP
    assert run["status"] == "Completed"
    assert (run["trials_ended"], run["trials_total"]) == (4, 4)
    assert (run["metric"], run["best"]) == ("accuracy", 0.9)
    assert run["created"].endswith("Z")


def test_a_terminal_gets_short_ids_and_colours(history, terminal):
    a_finished_sweep(history, SWEEP)

    shown = terminal("list")
    assert shown.finish() == 0

    assert shown.text.splitlines()[1].split()[:2] == ["HD_1a2b3c4d", "iris"]
    assert "\x1b[32mCompleted" in shown.raw


def test_no_color_is_obeyed(history, terminal):
    a_finished_sweep(history, SWEEP)

    for words in (("list",), ("show", SWEEP)):
        shown = terminal(*words, NO_COLOR="1")
        assert shown.finish() == 0
        assert "\x1b[3" not in shown.raw


def test_show_finds_abbreviated_ids_and_trials(hyperlocal, history):
    a_finished_sweep(history, SWEEP)

    assert hyperlocal("show", "HD_1a2b").lines[0].split() == ["Run", SWEEP]
    assert hyperlocal("show", "HD_1a2b_3").lines[0].split() == ["Run", f"{SWEEP}_3"]
    assert "No run" in hyperlocal("show", "HD_1a2b_9").err


def test_show_in_a_terminal_keeps_ids_and_paths_whole(history, terminal):
    a_finished_sweep(history, SWEEP)

    shown = terminal("show", SWEEP)
    assert shown.finish() == 0

    assert str(history.folder(SWEEP).path) in shown.text
    assert f"{SWEEP}_1" in shown.text
    assert "0.0912345678" in shown.text
    assert "To run it again by hand" in shown.text


def test_show_of_a_sweep_as_json(hyperlocal, history):
    a_finished_sweep(history, SWEEP)

    run = json.loads(hyperlocal("show", SWEEP, "--json").out)

    assert run["sweep"]["best_run_id"] == f"{SWEEP}_1"
    assert run["sweep"]["counts"] == {"Completed": 2, "Failed": 1, "stopped by policy": 1}
    assert run["sweep"]["seed"] == 1234
    assert [child["run_id"][-1] for child in run["children"]] == ["1", "0", "3", "2"]
    assert run["children"][0]["parameters"] == {"lr": 0.0912345678, "batch": 16}
    assert run["children"][2]["cause"] == "policy"
    assert run["children"][3]["exit_code"] == 1


def test_show_of_a_trial_as_json_has_no_nan(hyperlocal, history):
    parent = begin_sweep(history)
    trial = begin_trial(history, parent, 0, metrics=[0.5, float("nan"), float("inf")])
    log(history, trial, 1.0, name="loss")
    complete(history, trial)

    said = hyperlocal("show", trial, "--json")

    def refuse(word):
        raise AssertionError(word)

    run = json.loads(said.out, parse_constant=refuse)
    assert run["metrics"] == {"accuracy": [0.5, None, None], "loss": [1.0]}
    assert run["parent_id"] == parent


def test_show_of_ten_thousand_trials(hyperlocal, history):
    parent = begin_sweep(history, max_trials=10_000)
    insert_trials(history, parent, 10_000)
    complete(history, parent)

    said = hyperlocal("show", parent, "-n", "5")

    assert "10,000: 9,900 Completed, 100 Failed" in said.out
    assert "... and 9,995 more: --all shows them." in said.lines
    assert len(hyperlocal("show", parent, "--all").lines) > 10_000
    assert len(json.loads(hyperlocal("show", parent, "--json").out)["children"]) == 10_000


def test_rows_must_be_some(hyperlocal, history):
    begin_sweep(history)

    assert hyperlocal("show", "HD_sweep", "-n", "0").code == 2


def test_a_sweep_that_is_left_of_an_ended_pipeline_is_brought_to_its_end(hyperlocal, history):
    history.runs.create("flow", experiment="iris", kind="azureml.PipelineRun")
    history.runs.create(
        "HD_left",
        experiment="iris",
        kind="hyperdrive",
        parent_id="flow",
        status=Status.RUNNING,
        plan=plan_to_json(a_plan()),
    )
    history.runs.finish("flow", Status.FAILED)

    assert hyperlocal("list").code == 0

    assert history.runs.get("HD_left").cause is Cause.INTERRUPTED

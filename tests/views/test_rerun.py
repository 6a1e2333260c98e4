"""What to type to run a trial again, by hand."""

import dataclasses
import os
import subprocess
import sys

import pytest

from hyperlocal._doors import shim_folder
from hyperlocal._legacy import start_folder
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Status
from hyperlocal.views.leaderboard import read_standing
from hyperlocal.views.rerun import rerun_commands
from tests.views.sweeps import (
    a_finished_sweep,
    a_plan,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
    fail,
)


def commands(history, run_id):
    return rerun_commands(history, read_standing(history, history.runs.get(run_id)))


def a_failed_trial(history, command, **launch):
    plan = a_plan()
    plan = dataclasses.replace(plan, launch=dataclasses.replace(plan.launch, **launch))
    history.runs.create("HD_sweep", experiment="iris", kind="hyperdrive", plan=plan_to_json(plan))
    history.runs.create(
        "HD_sweep_0",
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id="HD_sweep",
        parameters={"lr": 0.5},
        command=command,
    )
    fail(history, "HD_sweep_0")
    return "HD_sweep_0"


def test_the_first_failed_trial_of_a_sweep_as_well_as_the_trial_itself(history):
    run_id = a_finished_sweep(history)

    for shown in (run_id, f"{run_id}_2"):
        copy, start = commands(history, shown)
        assert copy == f"cp -r {history.folder(run_id).snapshot} rerun_2 && cd rerun_2"
        assert start == "hyperlocal run train.py --lr 0.07 --batch 16"


def test_a_single_script(history):
    run_id = begin_job(history)
    fail(history, run_id)

    copy, start = commands(history, run_id)

    assert copy.startswith(f"cp -r {history.folder(run_id).snapshot} ")
    assert start == "hyperlocal run train.py"


def test_a_script_in_a_subfolder_still_finds_its_modules(history):
    trial = a_failed_trial(history, [sys.executable, "src/train.py"])

    assert commands(history, trial)[1] == "PYTHONPATH=. hyperlocal run src/train.py"


def test_what_is_no_script_of_ours_keeps_its_command(history):
    trial = a_failed_trial(history, ["bash", "-c", "python train.py && echo done"])

    start = commands(history, trial)[1]

    assert start == f"PYTHONPATH={shim_folder()}:. bash -c 'python train.py && echo done'"


def test_the_authors_variables_and_the_parameters_are_set_but_not_the_sweeps(history):
    trial = a_failed_trial(
        history,
        [sys.executable, "train.py"],
        environment={"AZUREML_RUN_ID": "${run_id}", "PATH": "/bin", "PRICE": "5 $$"},
        parameter_variables={"lr": "AZUREML_SWEEP_lr"},
    )

    start = commands(history, trial)[1]

    assert start == "PRICE='5 $' AZUREML_SWEEP_lr=0.5 hyperlocal run train.py"


def test_nothing_where_nothing_failed(history):
    parent = begin_sweep(history)
    complete(history, begin_trial(history, parent, 0, metrics=[1]))

    assert commands(history, parent) == []
    history.runs.finish(parent, Status.FAILED)
    assert commands(history, parent) == []


@pytest.mark.slow
def test_the_commands_do_what_they_say(history, tmp_path):
    trial = a_failed_trial(
        history, ["python", "src/train.py", "--lr", "0.5"], environment={"GREETING": "good day"}
    )
    source = history.folder("HD_sweep").snapshot
    (source / "src").mkdir(parents=True)
    (source / "beside.py").write_text("")
    (source / "src" / "train.py").write_text(
        "import beside, os, sys, azureml\n"
        "print(sys.argv[1:], os.environ['GREETING'], azureml.__name__)\n"
    )

    done = subprocess.run(
        ["sh", "-ec", "\n".join(commands(history, trial))],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{os.path.dirname(sys.executable)}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "['--lr', '0.5'] good day hyperlocal.azureml\n"


def test_old_names_are_supplied_again(history):
    settings = {"HYPERLOCAL_LEGACY": "1"}
    run_id = a_failed_trial(history, ["bash", "-c", "python x.py"], environment=settings)

    start = commands(history, run_id)[1]

    assert start == (
        f"HYPERLOCAL_LEGACY=1 PYTHONPATH={shim_folder()}:{start_folder()}:. bash -c 'python x.py'"
    )

"""`Run.get_context()` inside and outside of a submitted run, also in processes of its own."""

import os
import subprocess
import sys

import pytest

from hyperlocal._doors import environment_with_shim
from hyperlocal.azureml.core import Run
from hyperlocal.azureml.core.run import _OfflineRun, _SubmittedRun
from hyperlocal.azureml.exceptions import RunEnvironmentException
from hyperlocal.domain.status import Status


@pytest.fixture
def trial(sweep, monkeypatch):
    """This process as the one of a trial."""
    run_id = sweep.trial(status=Status.RUNNING)
    monkeypatch.setenv("AZUREML_RUN_ID", run_id)
    monkeypatch.setenv("HYPERLOCAL_HOME", str(sweep.history.home))
    monkeypatch.setenv("AZUREML_ARM_WORKSPACE_NAME", "workspace")
    return run_id


def run_script(text, folder, **variables):
    path = folder / "script.py"
    path.write_text(text)
    environment = environment_with_shim({**os.environ, **variables})
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_outside_there_is_a_new_offline_run_each_time(home, monkeypatch):
    monkeypatch.delenv("AZUREML_RUN_ID", raising=False)

    first, second = Run.get_context(), Run.get_context()

    assert type(first) is _OfflineRun
    assert not isinstance(first, Run)
    assert first.id.startswith("OfflineRun_")
    assert first.id != second.id
    assert not home.exists()


def test_outside_may_be_refused(home, monkeypatch):
    monkeypatch.delenv("AZUREML_RUN_ID", raising=False)

    with pytest.raises(RunEnvironmentException):
        Run.get_context(allow_offline=False)


@pytest.mark.parametrize(
    "name",
    [
        "experiment",
        "parent",
        "name",
        "number",
        "status",
        "type",
        "get_metrics",
        "get_details",
        "get_file_names",
        "register_model",
        "input_datasets",
        "get_status",
        "wait_for_completion",
        "tags",
        "download_file",
    ],
)
def test_an_offline_run_lacks_what_scripts_test_for(name):
    assert not hasattr(_OfflineRun(), name)


def test_an_offline_run_prints(capsys):
    run = _OfflineRun()

    run.log("accuracy", 0.5)
    run.log_list("losses", [1, 2])
    run.log_row("row", x=1)
    run.upload_file("outputs/a", "a.txt")
    run.tag("mark")

    printed = capsys.readouterr().out.splitlines()
    subjects = ["scalar accuracy", "list losses", "row row", "file outputs/a", "tag mark"]
    assert printed[0::2] == [
        f"Attempted to record {subject} outside of a submitted run:" for subject in subjects
    ]
    assert printed[1::2] == ["0.5", "[1, 2]", "{'x': 1}", "a.txt", "None"]


def test_an_offline_run_logs_without_steps():
    with pytest.raises(TypeError, match="step"):
        _OfflineRun().log("accuracy", 0.5, step=1)


def test_an_offline_run_has_children_and_a_context(capsys):
    with _OfflineRun() as run:
        assert run.child_run("part").id == f"{run.id}.part"
        assert run.child_run(run_id="mine").id == "mine"
    run.complete()
    run.cancel()
    run.fail("why", "Code")

    assert "why" in capsys.readouterr().out


def test_inside_it_is_always_the_same_object(trial):
    run = Run.get_context()

    assert run is Run.get_context() is Run.get_submitted_run()
    assert isinstance(run, Run)
    assert type(run) is _SubmittedRun
    assert run.id == trial


def test_inside_it_knows_where_it_belongs(trial, sweep):
    run = Run.get_context()

    assert run.experiment.name == "trials"
    assert run.experiment.workspace.name == "workspace"
    assert run.parent.id == sweep.run_id
    assert run.parent.type == "hyperdrive"


def test_inside_the_script_does_not_end_the_run(trial, sweep):
    run = Run.get_context()

    with run:
        run.log("accuracy", 0.5)
    run.complete()
    run.fail("something")
    with pytest.warns(UserWarning, match="cancel"):
        run.cancel()

    record = sweep.history.runs.get(trial)
    assert record.status is Status.RUNNING
    assert record.error["message"] == "something"


def test_waiting_for_oneself_or_ones_parent_returns(trial, capsys):
    run = Run.get_context()

    assert run.wait_for_completion()["status"] == "Running"
    assert run.parent.wait_for_completion(show_output=True)["runId"] == run.parent.id
    assert "not waiting" in capsys.readouterr().err


def test_logging_in_a_process_of_its_own(sweep, tmp_path):
    run_id = sweep.trial(status=Status.RUNNING)

    run_script(
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "run.log('accuracy', 0.5)\n"
        "run.child_run('part').log('x', 1)\n",
        tmp_path,
        AZUREML_RUN_ID=run_id,
    )

    assert Run(sweep.experiment, run_id).get_metrics() == {"accuracy": 0.5}
    (part,) = Run(sweep.experiment, run_id).get_children()
    assert part.get_status() == "Completed"  # at the end of its process


@pytest.mark.usefixtures("unmeasured")
def test_a_script_that_only_logs_loads_nothing_heavy(sweep, tmp_path):
    run_id = sweep.trial(status=Status.RUNNING)
    always = ["numpy", "logging", "pathlib", "subprocess", "uuid"]
    heavy = [*always, "json", "re", "sqlite3", "typing"]

    printed = run_script(
        "import sys\n"
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        f"print(*[name for name in {heavy} if name in sys.modules])\n"
        "run.log('accuracy', 0.5)\n"
        f"print(*[name for name in {always} if name in sys.modules])\n",
        tmp_path,
        AZUREML_RUN_ID=run_id,
    )

    assert printed == "\n\n"


def test_a_forgotten_interactive_run_is_completed_at_the_end(experiment, tmp_path):
    printed = run_script(
        "from azureml.core import Experiment, Workspace\n"
        "run = Experiment(Workspace.from_config(), 'trials').start_logging()\n"
        "run.log('a', 1)\n"
        "print(run.id)\n",
        tmp_path,
    )

    assert Run(experiment, printed.strip()).get_status() == "Completed"


def test_outside_there_is_no_submitted_run(monkeypatch):
    monkeypatch.delenv("AZUREML_RUN_ID", raising=False)

    with pytest.raises(RunEnvironmentException):
        Run.get_submitted_run()

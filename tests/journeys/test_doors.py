"""The same sweep through each door."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

ASK = """
run.wait_for_completion()
best = run.get_best_run_by_primary_metric()
print("Best:", best.get_metrics(), best.get_details()["runDefinition"]["arguments"][-2:])
"""
ANSWER = "{'score': 40} ['--x', '4']"


def test_python_dash_m_hyperlocal_run(sweep_folder, driver_of):
    sweep_folder.write("driver.py", driver_of(pause=0) + ASK)

    said = sweep_folder.command(sys.executable, "-m", "hyperlocal", "run", "driver.py")

    assert said.exit_code == 0, said.text
    assert said.after("Best:") == ANSWER


def test_activate_in_a_process_without_a_file(sweep_folder, driver_of):
    # As in a notebook: code arrives in pieces, there is no script and no __file__.
    code = "import hyperlocal\nhyperlocal.activate()\n" + driver_of(pause=0) + ASK
    code += "from azureml.widgets import RunDetails\nRunDetails(run).show()\n"

    done = subprocess.run(
        [sys.executable, "-"],
        input=code,
        cwd=sweep_folder.path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert f"Best: {ANSWER}" in done.stdout


def test_explicit_imports_need_no_door(sweep_folder, driver_of):
    driver = driver_of(pause=0).replace("from azureml", "from hyperlocal.azureml") + ASK
    sweep_folder.write("driver.py", driver)

    said = sweep_folder.command(sys.executable, "driver.py")

    assert said.exit_code == 0, said.text
    assert said.after("Best:") == ANSWER


def test_a_training_script_runs_by_hand_without_a_run(sweep_folder):
    said = sweep_folder.run("train.py", "--x", "5")

    assert "x was 5" in said.text
    assert (sweep_folder.path / "outputs" / "x.txt").read_text() == "5"

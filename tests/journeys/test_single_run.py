"""A plain ScriptRunConfig is a run too."""

import ast

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

DRIVER = """
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

ws = Workspace.from_config()
src = ScriptRunConfig(source_directory=".", script="train.py", arguments=["--x", 7])
src.run_config.environment = Environment("anything")
run = Experiment(ws, "single").submit(src)
details = run.wait_for_completion(show_output=True)
print("Status:", run.get_status(), details["status"])
print("Metrics:", run.get_metrics())
print("Files:", run.get_file_names())
print("Arguments:", details["runDefinition"]["arguments"])
run.download_file("outputs/x.txt")
"""


def test_a_single_run_is_run_and_kept(sweep_folder):
    sweep_folder.write("driver.py", DRIVER)

    said = sweep_folder.run("driver.py")

    assert said.after("Status:") == "Completed Completed"
    assert said.after("Metrics:") == "{'score': 70}"
    assert "outputs/x.txt" in ast.literal_eval(said.after("Files:"))
    assert said.after("Arguments:") == "['--x', '7']"
    assert (sweep_folder.path / "x.txt").read_text() == "7"
    assert "x was 7" in said.text  # its output was streamed


def test_a_script_that_fails_says_why(sweep_folder):
    sweep_folder.write("driver.py", DRIVER)
    sweep_folder.write("train.py", "raise RuntimeError('no data here')\n")

    said = sweep_folder.hyperlocal("run", "driver.py")

    assert said.exit_code != 0
    assert "ActivityFailedException" in said.text
    assert "no data here" in said.text

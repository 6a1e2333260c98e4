"""A secret reaches the trials that need it, and nobody who looks."""

import pytest

from hyperlocal.history import History

DRIVER = """
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    GridParameterSampling, HyperDriveConfig, PrimaryMetricGoal, choice,
)
from azureml.widgets import RunDetails

ws = Workspace.from_config()
env = Environment("with-secrets")
env.environment_variables = {"DB_PASSWORD": "hunter2-variable", "MODE": "visible-variable"}
source = ScriptRunConfig(
    ".", "train.py", ["--api-key", "hunter2-argument", "--sas=hunter2-sas", "--mode", "visible"],
    compute_target=ws.compute_targets["cpu"], environment=env,
)
config = HyperDriveConfig(
    run_config=source,
    hyperparameter_sampling=GridParameterSampling(
        {"x": choice(1, 2), "--client-secret": choice("hunter2-sampled")}
    ),
    primary_metric_name="score",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=2,
)
run = Experiment(ws, "secrets").submit(config)
run.wait_for_completion(show_output=True, raise_on_error=False)
RunDetails(run).show()
print(run, run.get_details(), run.get_tags(), run.get_properties(), run.get_hyperparameters())
print(run.get_children_sorted_by_primary_metric())
for child in run.get_children():
    print(child, child.get_details(), child.get_tags(), child.get_properties())
    print(child.get_details()["runDefinition"])
print(source.run_config, env)
print("Run:", run.id)
"""

TRAIN = """
import os, sys
from azureml.core import Run

values = [*sys.argv[1:], os.environ["DB_PASSWORD"], os.environ["MODE"]]
open(os.environ["SEEN"], "a").write(repr(values) + "\\n")
Run.get_context().log("score", 1.0)
sys.exit(3)
"""


@pytest.mark.journey
def test_only_trials_see_secrets(sweep_folder, history_of, tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    monkeypatch.setenv("SEEN", str(seen))
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    sweep_folder.write("driver.py", DRIVER)
    sweep_folder.write("train.py", TRAIN)

    said = sweep_folder.run("driver.py")
    run_id = said.text.rpartition("Run: ")[2].split()[0]

    for line in seen.read_text().splitlines():
        for kind in ("argument", "variable", "sas", "sampled"):
            assert f"hunter2-{kind}" in line
    assert "visible-variable" in said.text
    assert "'--api-key', '***', '--sas=***', '--mode', 'visible'" in said.text
    texts = [said.text]
    for words in (
        ("list",),
        ("list", "--json"),
        ("show", run_id),
        ("show", run_id, "--json"),
        ("show", f"{run_id}_0"),
        ("show", f"{run_id}_0", "--json"),
        ("watch", run_id),
        ("doctor",),
        ("doctor", run_id),
    ):
        texts.append(sweep_folder.hyperlocal(*words).text)
    folder = history_of.folder(run_id).path
    texts += [file.read_text() for file in folder.rglob("*.txt") if "snapshot" not in file.parts]
    texts.append((folder / "circumstances.json").read_text())
    for text in texts:
        assert "hunter2" not in text, text[max(0, text.index("hunter2") - 300) :][:400]
    commands = [trial.command for trial in history_of.runs.children(run_id)]
    assert "hunter2" not in repr(commands)


@pytest.fixture
def history_of(home):
    opened = History.open(home)
    yield opened
    opened.close()

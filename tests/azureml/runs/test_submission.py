"""Submitted runs with real controllers and trials."""

import itertools
import os
import time
import warnings

import pytest

from hyperlocal.azureml.core import Environment, Run, ScriptRunConfig
from hyperlocal.azureml.core.compute import AmlCompute, ComputeTarget
from hyperlocal.azureml.core.script_run import ScriptRun
from hyperlocal.azureml.exceptions import (
    ActivityFailedException,
    SnapshotException,
    TrainingException,
    UserErrorException,
)
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveScenarioNotSupportedException
from hyperlocal.engine import detached
from hyperlocal.services.runs.source import take_folder

TRAIN = """
import sys
from azureml.core import Run

arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
run = Run.get_context()
run.log("score", float(arguments["--lr"]))
print("lr is", arguments["--lr"])
if arguments["--lr"] == "0.5":
    raise ValueError("half is bad")
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    return folder


@pytest.fixture
def script(source):
    return ScriptRunConfig(str(source), "train.py", ["--base", 1], compute_target="cpu")


def sweep_over(script, *rates, **changes):
    arguments = {
        "primary_metric_name": "score",
        "primary_metric_goal": PrimaryMetricGoal.MAXIMIZE,
        "max_total_runs": 4,
        **changes,
    }
    return HyperDriveConfig(
        GridParameterSampling({"lr": choice(*rates)}), run_config=script, **arguments
    )


def test_a_sweep_from_submit_to_its_best_run(experiment, script):
    config = sweep_over(script, 0.1, 0.2)
    run = experiment.submit(config, tags={"mine": 1})
    assert type(run) is HyperDriveRun
    assert run.hyperdrive_config is config
    assert run.id.startswith("HD_")

    details = run.wait_for_completion()

    assert details["status"] == run.get_status() == "Completed"
    assert list(details["logFiles"]) == ["azureml-logs/hyperdrive.txt"]
    assert run.tags["mine"] == "1"
    best = run.get_best_run_by_primary_metric()
    assert best.id == f"{run.id}_1"
    assert best.get_metrics() == {"score": 0.2}
    definition = best.get_details()["runDefinition"]
    assert definition["arguments"] == ["--base", "1", "--lr", "0.2"]
    assert definition["Arguments"] == definition["arguments"]
    assert definition.get("Arguments") == definition.get("arguments")
    assert definition.get("Other") is None
    assert best.get_details()["target"] == "cpu"
    assert "lr is 0.2" in best.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"]
    assert best.get_environment().name == "default-environment"


def test_a_sweep_in_which_all_fail(experiment, script):
    run = experiment.submit(sweep_over(script, 0.5))

    with pytest.raises(ActivityFailedException) as caught:
        run.wait_for_completion()

    assert "ValueError: half is bad" in str(caught.value)
    assert f"{run.id}_0" in str(caught.value)
    details = run.wait_for_completion(raise_on_error=False)
    assert details["status"] == "Failed"
    assert details["error"]["error"]["code"] == "UserError"


def test_a_sweep_is_watched(experiment, script, capsys):
    run = experiment.submit(sweep_over(script, 0.1, 0.5))

    details = run.wait_for_completion(show_output=True)

    printed = capsys.readouterr().out.splitlines()
    assert details["status"] == "Completed"
    assert printed[:2] == [f"RunId: {run.id}", f"Web View: {run.get_portal_url()}"]
    heading = printed.index("Streaming azureml-logs/hyperdrive.txt")
    assert printed[heading + 1] == "=" * 37
    summary = printed.index("Execution Summary")
    assert printed[summary + 1] == "================="
    assert sum("is ignored under" in line or "Warning: " in line for line in printed) == 1


def test_a_script_on_its_own_is_a_run_too(experiment, source, capsys):
    run = experiment.submit(ScriptRunConfig(str(source), "train.py", ["--lr", 0.3]))
    assert type(run) is ScriptRun
    assert run.id.startswith("trials_")
    assert run.type == "azureml.scriptrun"

    run.wait_for_completion(show_output=True)

    assert run.get_metrics() == {"score": 0.3}
    assert "lr is 0.3" in capsys.readouterr().out
    assert run.get_details()["runDefinition"]["arguments"] == ["--lr", "0.3"]
    assert type(next(experiment.get_runs())) is ScriptRun


def test_a_command_gets_its_values_from_variables(experiment, source):
    script = ScriptRunConfig(
        str(source), command="python train.py --lr $AZUREML_SWEEP_lr", compute_target="cpu"
    )
    run = experiment.submit(sweep_over(script, 0.25))

    run.wait_for_completion()

    assert run.get_metrics() == {f"{run.id}_0": {"score": 0.25}}
    definition = next(run.get_children()).get_details()["runDefinition"]
    assert definition["command"] == "python train.py --lr $AZUREML_SWEEP_lr"


def test_the_environment_of_a_trial(experiment, source):
    (source / "train.py").write_text(
        "import os, sys\n"
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "for name in sys.argv[1:]: run.log(name, os.environ.get(name))\n"
        "run.log('folder', os.getcwd()); run.log('path', os.environ['PYTHONPATH'])\n"
    )
    names = ["AZUREML_RUN_ID", "AZUREML_ROOT_RUN_ID", "AZUREML_ARM_PROJECT_NAME", "MINE"]
    script = ScriptRunConfig(str(source), "train.py", names)
    script.run_config.environment_variables = {"MINE": "$HOME"}
    run = experiment.submit(script)

    run.wait_for_completion()

    metrics = run.get_metrics()
    assert [metrics[name] for name in names] == [run.id, run.id, "trials", "$HOME"]
    assert metrics["folder"] in metrics["path"].split(os.pathsep)


def test_a_run_below_a_run(experiment, source, run):
    child = run.submit_child(ScriptRunConfig(str(source), "train.py", ["--lr", 0.3]))

    child.wait_for_completion()

    assert child.parent.id == run.id
    assert [c.id for c in run.get_children()] == [child.id]


def test_cancelling_right_after_submit(experiment, source):
    (source / "train.py").write_text("import time; time.sleep(60)")
    script = ScriptRunConfig(str(source), "train.py", compute_target="cpu")
    run = experiment.submit(sweep_over(script, 0.1, 0.2, 0.3))

    assert run.cancel() is True
    details = run.wait_for_completion()

    assert details["status"] == "Canceled"
    assert run.cancel() is False
    assert {child.get_status() for child in run.get_children()} <= {"Canceled"}
    assert run.get_tags()["_aml_system_cancellation_requested"] == "true"


def test_cancelling_one_child(experiment, source):
    (source / "train.py").write_text(
        "import sys, time\nif sys.argv[-1] == '0.1': time.sleep(60)\n"
    )
    script = ScriptRunConfig(str(source), "train.py", compute_target="cpu")
    run = experiment.submit(sweep_over(script, 0.1, 0.2))
    deadline = time.monotonic() + 20
    while not (children := list(run.get_children(status="Running"))):
        assert time.monotonic() < deadline

    next(c for c in children if c.id.endswith("_0")).cancel()
    details = run.wait_for_completion()

    assert details["status"] == "Completed"
    assert [c.get_status() for c in run.get_children()] == ["Completed", "Canceled"]
    reasons = Run(experiment, f"{run.id}_0").get_details()["warnings"]
    assert "cancel" in reasons[0]["message"]


def test_the_nodes_of_the_compute_target_are_a_limit(experiment, workspace, script):
    ComputeTarget.create(
        workspace, "cpu", AmlCompute.provisioning_configuration("STANDARD_D2_V2", max_nodes=1)
    )

    run = experiment.submit(sweep_over(script, 0.1, 0.2))
    run.wait_for_completion()

    assert run._sweep.limits.max_concurrent == 1


ALONE = """
import time
from azureml.core import Run

began = time.time()
time.sleep(0.1)
Run.get_context().log_row("ran", began=began, ended=time.time())
"""


def test_all_runs_that_name_a_cluster_share_its_nodes(experiment, workspace, script, source):
    ComputeTarget.create(
        workspace, "cpu", AmlCompute.provisioning_configuration("STANDARD_D2_V2", max_nodes=1)
    )
    (source / "train.py").write_text(ALONE)

    sweeps = [experiment.submit(sweep_over(script, 0.1, 0.2)) for _ in range(2)]
    single = experiment.submit(script)
    for run in (*sweeps, single):
        run.wait_for_completion()

    trials = [single, *(child for sweep in sweeps for child in sweep.get_children())]
    ran = sorted((row["began"], row["ended"]) for row in (t.get_metrics()["ran"] for t in trials))
    assert len(ran) == 5
    assert all(ended <= began for (_, ended), (began, _) in itertools.pairwise(ran))


def test_a_chosen_id(experiment, script):
    run = experiment.submit(sweep_over(script, 0.1, custom_run_id="mine"))
    run.wait_for_completion()

    assert run.id == "mine"
    with pytest.raises(TrainingException, match="already"):
        experiment.submit(sweep_over(script, 0.1, custom_run_id="mine"))
    assert run.get_file_names() != []


def test_the_longest_chosen_id_leaves_room_for_its_children(experiment, script):
    with pytest.raises(UserErrorException, match="up to 240"):
        experiment.submit(sweep_over(script, 0.1, custom_run_id="x" * 241))
    run = experiment.submit(sweep_over(script, 0.1, custom_run_id="x" * 240))
    run.wait_for_completion()

    assert run.get_status() == "Completed"


@pytest.mark.parametrize("target", [{}, {"compute_target": "local"}])
def test_the_local_target_is_one_that_the_cloud_refuses(experiment, source, target):
    script = ScriptRunConfig(str(source), "train.py", **target)

    with pytest.warns(UserWarning, match=r"cloud refuses .* 'local'.* compute_target='cpu-clus"):
        run = experiment.submit(sweep_over(script, 0.1))

    assert run.wait_for_completion()["status"] == "Completed"


@pytest.mark.parametrize("target", [{}, {"compute_target": "local"}])
def test_strictly_no_sweeps_on_the_local_target(experiment, source, monkeypatch, target):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")
    script = ScriptRunConfig(str(source), "train.py", **target)

    with pytest.raises(HyperDriveScenarioNotSupportedException, match="'local'"):
        experiment.submit(sweep_over(script, 0.1))

    assert list(experiment.get_runs()) == []


def test_strictly_no_more_runs_than_the_cloud_has(experiment, script, monkeypatch):
    config = sweep_over(script, 0.1, max_total_runs=1001)
    with pytest.warns(UserWarning, match="refuses more than 1000"):
        experiment.submit(config).wait_for_completion()

    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")

    with pytest.raises(TrainingException, match="refuses more than 1000"):
        experiment.submit(config)


@pytest.mark.parametrize("target", ["local", "cpu"])
def test_strict_is_one_or_zero(experiment, source, monkeypatch, target):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "yes")
    script = ScriptRunConfig(str(source), "train.py", compute_target=target)

    for config in (sweep_over(script, 0.1), ScriptRunConfig(str(source), "train.py")):
        with pytest.raises(TrainingException, match="HYPERLOCAL_STRICT is 'yes'"):
            experiment.submit(config)


@pytest.mark.parametrize("kind", ["AKS", "Databricks"])
def test_no_sweeps_on_targets_that_run_none(experiment, history, source, kind):
    history.assets.add("compute", "other", {"type": kind})
    script = ScriptRunConfig(str(source), "train.py", compute_target="other")

    with pytest.raises(HyperDriveScenarioNotSupportedException, match=kind):
        experiment.submit(sweep_over(script, 0.1))


def test_the_unnamed_cluster_is_mentioned(experiment, source):
    script = ScriptRunConfig(str(source), "train.py", compute_target="amlcompute")

    with pytest.warns(UserWarning, match="amlcompute"):
        experiment.submit(sweep_over(script, 0.1)).wait_for_completion()


def test_a_script_that_is_ignored(experiment, script, source, history):
    (source / ".amlignore").write_text("train.py\n")

    with pytest.raises(UserErrorException, match=r"\.amlignore"):
        experiment.submit(sweep_over(script, 0.1))

    assert history.runs.top() == []
    assert os.listdir(history.home / "runs") == []


def test_nothing_is_recorded_of_what_is_refused(experiment, script, history):
    resumed = sweep_over(script, 0.1)
    resumed._resume_from = [{"run_id": "HD_0"}]

    with pytest.raises(TrainingException, match="max_total_runs"):
        experiment.submit(sweep_over(script, 0.1, max_total_runs=0))
    with pytest.raises(TrainingException, match="HD_0 cannot be built on"):
        experiment.submit(resumed)

    assert history.runs.top() == []


def test_a_source_that_cannot_be_copied(experiment, script, source, monkeypatch):
    os.chmod(source / "train.py", 0)
    if os.access(source / "train.py", os.R_OK):
        pytest.skip("this user can read everything")

    with pytest.raises(SnapshotException):
        experiment.submit(sweep_over(script, 0.1))


def test_the_policy_under_bayesian_sampling_is_mentioned_on_the_run(experiment, source):
    from hyperlocal.azureml.train.hyperdrive import BanditPolicy, BayesianParameterSampling

    script = ScriptRunConfig(
        str(source), "train.py", compute_target="cpu", max_run_duration_seconds=60
    )
    with pytest.warns(UserWarning, match="20 trials"):
        config = HyperDriveConfig(
            BayesianParameterSampling({"lr": choice(0.1)}),
            "score",
            PrimaryMetricGoal.MAXIMIZE,
            1,
            policy=BanditPolicy(slack_factor=0.1),
            run_config=script,
        )

    with pytest.warns(UserWarning, match="ignored"):
        run = experiment.submit(config)

    warnings = run.wait_for_completion()["warnings"]
    assert any("policy" in warning["message"] for warning in warnings)


def test_the_same_seed_the_same_parameters(experiment, script):
    space = {"lr": choice(*[n / 100 for n in range(50)])}
    config = HyperDriveConfig(
        RandomParameterSampling(space, properties={"seed": 3}),
        "score",
        PrimaryMetricGoal.MAXIMIZE,
        2,
        run_config=script,
    )

    first, second = experiment.submit(config), experiment.submit(config)
    for run in (first, second):
        run.wait_for_completion(raise_on_error=False)

    assert list(first.get_hyperparameters().values()) == list(
        second.get_hyperparameters().values()
    )
    assert first.properties["hyperlocal.seed"] == "3"


def test_a_controller_killed_before_it_said_anything_is_replaced_at_once(experiment, script):
    run = experiment.submit(sweep_over(script, 0.1))
    detached._spawned[os.getpid(), str(experiment._history.home), run.id].kill()

    run.wait_for_completion()

    assert run.get_status() == "Completed"


def test_a_trial_that_declares_itself_failed_and_ends_well_has_completed(experiment, source):
    (source / "fail.py").write_text(
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "run.log('score', 1.0)\n"
        "run.fail(error_details='bad data', error_code='Data')\n"
    )
    config = ScriptRunConfig(str(source), "fail.py", compute_target="cpu")

    run = experiment.submit(sweep_over(config, 0.1))
    details = run.wait_for_completion()
    (child,) = run.get_children()

    assert (details["status"], child.get_status()) == ("Completed", "Completed")
    told = child.get_details()["error"]["error"]
    assert (told["code"], told["message"]) == ("Data", "bad data")
    assert run.get_best_run_by_primary_metric().id == child.id


SHARED = """
from azureml.core import Run

with open("shared/log.txt", "a") as log:
    log.write("x")
Run.get_context().log("score", len(open("shared/log.txt").read()))
"""


def test_linked_files_are_the_trials_own(experiment, source, script, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "log.txt").write_text("")
    (source / "shared").symlink_to("../lib")
    (source / "gone").symlink_to("../nothing")
    (source / "train.py").write_text(SHARED)

    with pytest.warns(UserWarning, match="gone is a link that leads nowhere"):
        run = experiment.submit(sweep_over(script, 0.1, 0.2))
    run.wait_for_completion()

    scores = [metrics["score"] for metrics in run.get_metrics().values()]
    assert scores == [1.0, 1.0]
    assert (tmp_path / "lib" / "log.txt").read_text() == ""


def test_a_folder_that_the_cloud_refuses_is_told_before_it_is_copied(source, tmp_path):
    (source / "data").mkdir()
    with open(source / "data" / "big.bin", "wb") as file:
        file.truncate((301 << 20) + 1)
    copied = tmp_path / "copy"

    warnings.simplefilter("error")
    with pytest.raises(UserWarning, match=r"301 MB.*than 300 MB. Most is in data/ \(301 MB"):
        take_folder(source, copied)

    assert not copied.exists()
    (source / ".amlignore").write_text("data/\n")
    assert take_folder(source, copied) == []


CONDA_FILE = """\
dependencies: [numpy]
variables: {FLAG: "1", COUNT: 2, MODE: from the file, PRICE: $5}
"""


@pytest.mark.parametrize("manages_itself", [False, True])
def test_variables_of_a_conda_file_reach_scripts(experiment, source, manages_itself):
    (source / "conda.yml").write_text(CONDA_FILE)
    environment = Environment.from_conda_specification("e", source / "conda.yml")
    environment.python.user_managed_dependencies = manages_itself
    environment.environment_variables["MODE"] = "from the code"
    names = ["FLAG", "COUNT", "MODE", "PRICE"]
    (source / "train.py").write_text(f"import os\nprint([os.environ.get(n) for n in {names}])")

    run = experiment.submit(
        ScriptRunConfig(str(source), "train.py", compute_target="cpu", environment=environment)
    )
    run.wait_for_completion()

    told = run.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"]
    of_conda = [None, None, None] if manages_itself else ["1", "2", "$5"]
    assert told.strip() == repr([*of_conda[:2], "from the code", of_conda[2]])

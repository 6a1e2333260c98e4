"""`HyperDriveConfig(pipeline=...)`: each trial is a run of the pipeline."""

import json
import os
import time

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.azureml.core import Experiment, Run, Workspace
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.pipeline.core import (
    Pipeline,
    PipelineData,
    PipelineParameter,
    PipelineRun,
    StepRun,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.steps import HyperDriveStep, HyperDriveStepRun, PythonScriptStep
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    GridParameterSampling,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    choice,
    uniform,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveConfigException
from hyperlocal.errors import NotEmulatedError
from tests.azureml.pipelines.conftest import WRITE

# Reads the file that its first argument names, and tells the pipeline's run what it makes of it.
EVALUATE = """
import sys
from azureml.core import Run

base, run = float(open(sys.argv[1]).read()), Run.get_context()
run.log("own", base)
run.parent.log("score", base * float(sys.argv[2]))
"""

# Tells the pipeline's run a number again and again, until somebody ends it.
ENDLESS = """
import sys, time
from azureml.core import Run

parent = Run.get_context().parent
while True:
    parent.log("score", float(sys.argv[1]))
    if float(sys.argv[1]) > 2:
        break
    time.sleep(0.05)
"""


@pytest.fixture(autouse=True)
def more_scripts(source):
    (source / "evaluate.py").write_text(EVALUATE)
    (source / "endless.py").write_text(ENDLESS)
    (source / "sleep.py").write_text("import time\ntime.sleep(60)\n")


@pytest.fixture(scope="module")
def config():
    def make(pipeline, space, **settings):
        settings.setdefault("hyperparameter_sampling", GridParameterSampling(space))
        settings.setdefault("max_total_runs", 4)
        with pytest.warns(UserWarning, match="preview"):
            return HyperDriveConfig(
                primary_metric_name="score",
                primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
                pipeline=pipeline,
                **settings,
            )

    return make


@pytest.fixture
def two_steps(workspace, script_step):
    """Write a constant, then multiply it: only the second step sees what is sampled."""

    return lambda *more: Pipeline(workspace, [*steps_made_with(script_step), *more])


def steps_made_with(script_step):
    data = PipelineData("prepared", pipeline_output_name="data")
    factor = PipelineParameter("factor", 1)
    base = PipelineParameter("base", 10)
    prepare = script_step("write.py", data, base, name="prepare", outputs=[data])
    evaluate = script_step("evaluate.py", data, factor, name="evaluate", inputs=[data])
    return prepare, evaluate


def eventually(condition):
    until = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def recorded(recording, config):
    """A sweep that its tests only read."""
    with recording() as folder:
        (folder / "write.py").write_text(WRITE)
        (folder / "evaluate.py").write_text(EVALUATE)

        def script_step(script, *arguments, **settings):
            return PythonScriptStep(
                script,
                arguments=list(arguments),
                source_directory=str(folder),
                compute_target="cpu",
                **settings,
            )

        workspace = Workspace("subscription", "group", "workspace")
        pipeline = Pipeline(workspace, list(steps_made_with(script_step)))
        run = Experiment(workspace, "pipelines").submit(config(pipeline, {"factor": choice(2, 3)}))
        run.wait_for_completion()
        return run


class TestRunning:
    @pytest.fixture
    def run(self, recorded):
        return recorded

    def test_each_trial_is_a_run_of_the_pipeline_with_values_of_its_own(self, run, content):
        assert isinstance(run, HyperDriveRun)
        assert run.get_status() == "Completed"
        first, second = sorted(run.get_children(), key=lambda child: child.id)

        assert [type(first), first.id] == [PipelineRun, f"{run.id}_0"]
        assert run.get_metrics() == {first.id: {"score": 20.0}, second.id: {"score": 30.0}}
        assert {s.name: type(s) for s in first.get_steps()} == {
            "prepare": StepRun,
            "evaluate": StepRun,
        }
        assert content(second.get_pipeline_output("data")) == "10"
        (step,) = second.find_step_run("evaluate")
        assert step.get_metrics() == {"own": 10.0}

    def test_the_best_run_is_that_of_a_pipeline(self, run):
        best = run.get_best_run_by_primary_metric()

        assert best.id == f"{run.id}_1"
        assert best.get_metrics() == {"score": 30.0}
        assert json.loads(best.get_tags()["hyperparameters"]) == {"factor": 3}
        assert json.loads(best.get_properties()["azureml.parameters"]) == {
            "base": "10",
            "factor": "3",
        }
        assert run.get_properties()["platform"] == "AML_PIPELINES"

    def test_details_of_steps_show_the_values(self, run):
        (step,) = PipelineRun(run.experiment, f"{run.id}_1").find_step_run("evaluate")

        details = step.get_details()

        assert details["runDefinition"]["arguments"][1] == "3"
        assert details["properties"]["azureml.pipelinerunid"] == f"{run.id}_1"

    def test_a_step_that_no_value_reaches_is_reused_within_the_sweep(
        self, experiment, config, two_steps, monkeypatch
    ):
        monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
        run = experiment.submit(config(two_steps(), {"factor": choice(2, 3)}))
        run.wait_for_completion()
        second = PipelineRun(experiment, f"{run.id}_1")

        reused = {
            step.name: step.get_properties().get("azureml.isreused") for step in second.get_steps()
        }
        assert reused == {"prepare": "true", "evaluate": None}
        again = experiment.submit(config(two_steps(), {"factor": choice(2, 3)}))
        again.wait_for_completion()
        assert len(again.get_metrics()) == 2


class TestParameters:
    def test_others_are_given_at_submit(self, experiment, config, two_steps):
        run = experiment.submit(
            config(two_steps(), {"factor": choice(2)}), pipeline_params={"base": 7}
        )
        run.wait_for_completion()

        assert run.get_metrics() == {f"{run.id}_0": {"score": 14.0}}

    def test_the_sampled_value_wins(self, experiment, config, two_steps):
        sweep = config(two_steps(), {"factor": choice(2)})
        with pytest.warns(UserWarning, match="'factor'"):
            run = experiment.submit(sweep, pipeline_params={"factor": 5})
        run.wait_for_completion()

        assert run.get_metrics() == {f"{run.id}_0": {"score": 20.0}}

    def test_a_name_that_is_no_parameter_is_refused(self, experiment, config, two_steps):
        with pytest.raises(HyperDriveConfigException, match="'--factor' is sampled") as raised:
            experiment.submit(config(two_steps(), {"--factor": choice(1)}))

        assert "'base', 'factor'" in raised.value.message
        assert not list(experiment.get_runs())

    def test_values_reach_scripts_as_they_are(
        self, workspace, experiment, config, script_step, content
    ):
        (text, output) = ('a $HOME ${run_id} "quoted" \\ é', PipelineData("o"))
        step = script_step("write.py", output, PipelineParameter("text", ""), outputs=[output])
        run = experiment.submit(config(Pipeline(workspace, [step]), {"text": choice(text)}))
        run.wait_for_completion()
        (trial,) = run.get_children()

        assert content(trial.get_steps()[0].get_output_data("o")) == text

    def test_a_sampled_limit_is_refused(
        self, workspace, experiment, config, sweep_config, script_step
    ):
        inner = sweep_config()
        inner._max_total_runs = PipelineParameter("n", 2)
        pipeline = Pipeline(workspace, [HyperDriveStep("search", inner)])

        with pytest.raises(NotEmulatedError, match=r"'n'.*'search'"):
            experiment.submit(config(pipeline, {"n": choice(1, 2)}))


class TestRefusals:
    def test_something_that_is_no_pipeline(self, experiment, config):
        with pytest.raises(HyperDriveConfigException, match=r"azureml\.pipeline\.core\.Pipeline"):
            experiment.submit(config("train", {"x": choice(1)}))

    def test_registration_on_completion(self, workspace, experiment, config, script_step):
        output = OutputFileDatasetConfig("o").register_on_complete("kept")
        step = script_step("write.py", output, PipelineParameter("x", 1))

        with pytest.raises(NotEmulatedError, match="registration of 'o'"):
            experiment.submit(config(Pipeline(workspace, [step]), {"x": choice(1)}))

    def test_resumed_children(self, experiment, config, two_steps):
        run = experiment.submit(config(two_steps(), {"factor": choice(2)}))
        run.wait_for_completion()
        with pytest.warns(UserWarning, match="--resume-from"):
            sweep = config(
                two_steps(),
                {"factor": choice(2)},
                resume_child_runs=[run.get_best_run_by_primary_metric()],
            )

        with pytest.raises(NotEmulatedError, match="resume_child_runs"):
            experiment.submit(sweep)

    def test_a_step_of_another_pipeline(self, config, two_steps):
        with pytest.raises(ValueError, match="its sweep runs a pipeline"):
            HyperDriveStep("search", config(two_steps(), {"factor": choice(2)}))


def test_a_sweep_can_be_a_step_of_the_pipeline(workspace, experiment, config, sweep_config):
    model = PipelineData(
        "model",
        training_output=TrainingOutput("Model", model_file="outputs/model.txt"),
        pipeline_output_name="model",
    )
    inner = HyperDriveStep(
        "search",
        sweep_config(),
        estimator_entry_script_arguments=["--base", PipelineParameter("base", 0)],
        outputs=[model],
    )
    run = experiment.submit(config(Pipeline(workspace, [inner]), {"base": choice(10, 20)}))
    run.wait_for_completion()
    trial = PipelineRun(experiment, f"{run.id}_1")

    with open(trial.get_pipeline_output("model")._place.path) as file:
        assert file.read() == "model 23"
    below = HyperDriveStepRun(trial.find_step_run("search")[0])
    assert below.get_best_run_by_primary_metric().get_metrics()["score"][-1] == 23
    (one, _) = below.get_children()
    assert one.get_details()["runDefinition"]["arguments"][:2] == ["--base", "20"]


class TestEnding:
    """Whatever ends a trial or the sweep reaches the scripts of the steps."""

    def test_the_policy_stops_a_trial(self, workspace, experiment, config, script_step):
        step = script_step("endless.py", PipelineParameter("x", 1))
        sweep = config(
            Pipeline(workspace, [step]),
            {"x": choice(3, 1)},
            policy=BanditPolicy(slack_amount=0.5),
        )

        run = experiment.submit(sweep)
        run.wait_for_completion()

        ranked = run.get_children_sorted_by_primary_metric()
        assert [(c["best_primary_metric"], c["status"]) for c in ranked] == [
            (3.0, "Completed"),
            (1.0, "Canceled"),
        ]
        (step_run,) = PipelineRun(experiment, ranked[1]["run_id"]).get_steps()
        assert step_run.get_status() == "Canceled"
        assert not processes(step_run.id)

    def test_cancelling_one_trial(self, workspace, experiment, config, script_step):
        run, (first, second) = sleeping(workspace, experiment, config, script_step)

        PipelineRun(experiment, first.parent.id).cancel()
        eventually(lambda: Run.get(workspace, first.id).get_status() == "Canceled")

        assert run.get_status() == "Running"
        assert processes(second.id)
        run.cancel()
        assert run.wait_for_completion()["status"] == "Canceled"
        assert not processes(first.id)
        assert not processes(second.id)

    def test_a_limit_of_time(self, workspace, experiment, config, script_step):
        pipeline = Pipeline(workspace, [script_step("sleep.py", PipelineParameter("x", 1))])

        run = experiment.submit(config(pipeline, {"x": choice(1)}, max_duration_minutes=0.02))

        assert run.wait_for_completion()["status"] == "Completed"
        (trial,) = run.get_children()
        assert trial.get_status() == "Canceled"
        assert [processes(step.id) for step in trial.get_steps()] in ([], [[]])

    def test_a_killed_controller(self, workspace, experiment, config, script_step):
        run, steps = sleeping(workspace, experiment, config, script_step)

        psutil.Process(run._history.runs.get(run.id).pid).kill()
        eventually(lambda: not any(processes(step.id) for step in steps))

        assert eventually(lambda: engine.settle(run._history, run.id).status.is_terminal)
        assert run.get_status() == "Failed"
        eventually(
            lambda: all(
                engine.settle(run._history, record.run_id).status == "Canceled"
                for record in run._history.runs.children(run.id, recursive=True)
            )
        )

    def test_a_failed_step_fails_the_trial_and_says_which(
        self, workspace, experiment, config, script_step
    ):
        step = script_step("copy_it.py", "/nowhere", PipelineParameter("x", "y"), name="copy")
        run = experiment.submit(config(Pipeline(workspace, [step]), {"x": choice("a")}))
        details = run.wait_for_completion(raise_on_error=False)

        assert details["status"] == "Failed"
        assert "Step 'copy' failed: FileNotFoundError" in details["error"]["error"]["message"]

    def test_a_metric_that_only_steps_have_is_told(
        self, workspace, experiment, config, script_step, source
    ):
        (source / "own.py").write_text(
            "from azureml.core import Run\nRun.get_context().log('score', 1.0)\n"
        )
        pipeline = Pipeline(workspace, [script_step("own.py", PipelineParameter("x", 1))])
        run = experiment.submit(config(pipeline, {"x": choice(1)}))
        run.wait_for_completion()

        (warning,) = run.get_details()["warnings"]
        assert "a step's own run" in warning["message"]


def test_continuous_spaces_and_other_processes(experiment, config, two_steps, workspace):
    from hyperlocal.azureml.train.hyperdrive import RandomParameterSampling

    sampling = RandomParameterSampling({"factor": uniform(1, 2)})
    run = experiment.submit(
        config(two_steps(), {}, hyperparameter_sampling=sampling, max_total_runs=2)
    )
    run.wait_for_completion()

    found = HyperDriveRun(experiment, run.id)
    values = {i: json.loads(text)["factor"] for i, text in found.get_hyperparameters().items()}
    assert {i: m["score"] / 10 for i, m in found.get_metrics().items()} == pytest.approx(values)
    assert found.hyperdrive_config._platform == "AML_PIPELINES"


def sleeping(workspace, experiment, config, script_step):
    """Return a sweep of two trials, and the steps of both, which sleep."""
    step = script_step("sleep.py", PipelineParameter("x", 1), allow_reuse=False)
    run = experiment.submit(config(Pipeline(workspace, [step]), {"x": choice(1, 2)}))

    def steps():
        found = [s for child in run.get_children() for s in child.get_steps()]
        return found if len(found) == 2 and all(processes(s.id) for s in found) else None

    return run, eventually(steps)


def processes(run_id):
    """Return the processes of a step's script."""
    return [p.pid for p in psutil.process_iter() if _is_of(p, run_id)]


def _is_of(process, run_id):
    try:
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and process.environ().get("HYPERLOCAL_RUN_ID") == run_id
            and process.pid != os.getpid()
        )
    except (psutil.Error, OSError):
        return False

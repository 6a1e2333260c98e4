"""Functions and curves for the scripts of pipelines."""

import json
import os
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Run, ScriptRunConfig
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core import (
    Pipeline,
    PipelineData,
    PipelineParameter,
    PipelineRun,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.steps import HyperDriveStep, HyperDriveStepRun, PythonScriptStep
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)
from hyperlocal.errors import HyperlocalError, NotEmulatedError
from hyperlocal.testing import Curve, expect


class Workflow:
    """A pipeline of a team: prepare, search, register."""

    def __init__(self, hyperdrive, source):
        self.hyperdrive = hyperdrive
        self.source = str(source)
        self.policy = None
        self.limit_s = None
        self.values = (0.1, 0.2, 0.3)

    def sweep(self):
        script = ScriptRunConfig(
            self.source,
            "train.py",
            compute_target="cpu",
            max_run_duration_seconds=self.limit_s,
        )
        return HyperDriveConfig(
            run_config=script,
            hyperparameter_sampling=GridParameterSampling({"--lr": choice(*self.values)}),
            primary_metric_name="accuracy",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            policy=self.policy,
            max_total_runs=len(self.values),
        )

    def pipeline(self):
        data = PipelineData("prepared")
        model = PipelineData(
            "model", training_output=TrainingOutput("Model", model_file="outputs/m.txt")
        )
        metrics = PipelineData("metrics", pipeline_output_name="metrics_output")
        prepare = PythonScriptStep(
            "prepare.py",
            name="prepare",
            arguments=["--to", data],
            outputs=[data],
            compute_target="cpu",
            source_directory=self.source,
        )
        search = HyperDriveStep(
            "search",
            self.sweep(),
            estimator_entry_script_arguments=["--data", data],
            inputs=[data],
            outputs=[model],
            metrics_output=metrics,
        )
        register = PythonScriptStep(
            "register.py",
            name="register",
            arguments=["--model", model],
            inputs=[model],
            compute_target="cpu",
            source_directory=self.source,
        )
        return Pipeline(self.hyperdrive.workspace, steps=[prepare, search, register])

    def submit(self, **options):
        return self.hyperdrive.experiment("flow").submit(self.pipeline(), **options)


@pytest.fixture
def workflow(hyperdrive, source):
    return Workflow(hyperdrive, source)


SCRIPTS = ("prepare.py", "train.py", "register.py")


def answered(hyperdrive, scripts=SCRIPTS):
    """Let functions stand for scripts; return the list in which they note their calls."""
    found = []

    def prepare(run, to):
        found.append("prepare")
        Path(to).write_text("data")
        run.log("rows", 3)

    def train(run, lr, data):
        found.append(lr)
        assert Path(data).read_text() == "data"
        Path("outputs/m.txt").write_text(f"model {lr}")
        run.log("accuracy", lr)

    def register(run, model):
        found.append("register")
        run.tag("registered", Path(model).read_text())

    for script, function in zip(SCRIPTS, (prepare, train, register), strict=True):
        if script in scripts:
            hyperdrive.answer(function, script=script)
    return found


@pytest.fixture
def calls(hyperdrive):
    """Functions for all three scripts note their calls."""
    return answered(hyperdrive)


def step_of(run, name):
    (found,) = run.find_step_run(name)
    return found


def sweep_of(run):
    return HyperDriveStepRun(step_of(run, "search"))


def statuses(run):
    return {step.name: step.get_status() for step in run.get_steps()}


def test_functions_answer_all_steps(workflow, calls, hyperdrive, tmp_path):
    run = workflow.submit()

    assert run.wait_for_completion() == "Finished"
    assert calls == ["prepare", 0.1, 0.2, 0.3, "register"]
    assert statuses(run) == dict.fromkeys(["prepare", "search", "register"], "Finished")
    assert step_of(run, "prepare").get_metrics() == {"rows": 3}
    assert step_of(run, "register").get_tags()["registered"] == "model 0.3"
    expect(sweep_of(run)).completed().has_trials(3, completed=3).best(2, metric=0.3, lr=0.3)
    output = run.get_pipeline_output("metrics_output")
    output.download(str(tmp_path / "out"))
    (file,) = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    best = sweep_of(run).get_best_run_by_primary_metric()
    assert json.loads(file.read_text())[best.id] == {"accuracy": [0.3]}
    assert hyperdrive.unused() == []
    assert not hyperdrive._runner.detached_ids


def test_a_step_finds_what_a_script_finds(hyperdrive, source):
    seen = {}
    out = OutputFileDatasetConfig("made").register_on_complete("words")

    def first(run, argv):
        seen["first"] = (Run.get_context() is run, run.parent.type, os.getcwd() != str(source))
        seen["named"] = os.path.isdir(run.output_datasets["made"])
        Path(argv[0], "a.txt").write_text("a")
        print("prepared")

    def second(run, parent_rate, argv):
        seen["rate"] = (parent_rate, os.environ["AML_PARAMETER_rate"])  # noqa: SIM112
        seen["files"] = os.listdir(run.input_datasets["taken"])
        run.parent.log("done", 1)

    hyperdrive.answer(first, script="first.py")
    hyperdrive.answer(second, script="second.py")
    folder = str(source)
    one = PythonScriptStep(
        "first.py", arguments=[out], compute_target="c", source_directory=folder
    )
    two = PythonScriptStep(
        "second.py",
        arguments=["--parent-rate", PipelineParameter("rate", 0.5)],
        inputs=[out.as_input("taken")],
        compute_target="c",
        source_directory=folder,
    )
    pipeline = Pipeline(hyperdrive.workspace, steps=[one, two])
    run = hyperdrive.experiment().submit(pipeline, pipeline_parameters={"rate": 0.25})

    assert run.wait_for_completion() == "Finished", hyperdrive.tables()
    assert seen == {
        "first": (True, "azureml.PipelineRun", True),
        "named": True,
        "rate": (0.25, "0.25"),
        "files": ["a.txt"],
    }
    assert run.get_metrics() == {"done": 1}
    assert "prepared" in step_of(run, "first.py").get_stdout_log()
    assert hyperdrive.workspace.datasets["words"].to_path() == ["/a.txt"]


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_step_that_fails_fails_the_pipeline(workflow, calls, hyperdrive, goes_on):
    def prepare():
        raise OSError("no data")

    hyperdrive.answer(prepare, script="prepare.py")
    run = workflow.submit(continue_on_step_failure=goes_on)

    assert run.wait_for_completion(raise_on_error=False) == "Failed"
    assert calls == []
    expect(run).failed(match="Step 'prepare' failed.*no data")


def test_what_goes_wrong_with_trials_does_so_in_a_step_and_not_with_other_steps(
    workflow, calls, hyperdrive
):
    hyperdrive.trial(0).fails("MemoryError: full")
    hyperdrive.trial(1).hangs()
    workflow.limit_s = 3600
    run = workflow.submit()

    assert run.wait_for_completion() == "Finished"
    expect(sweep_of(run)).completed().has_trials(3, completed=1, failed=1, canceled=1)
    assert calls == ["prepare", 0.3, "register"]


def test_a_sweep_that_is_cancelled_cancels_its_step(workflow, calls, hyperdrive):
    hyperdrive.cancels(at_trial=1)
    run = workflow.submit()

    assert run.wait_for_completion() == "Canceled"
    assert statuses(run) == {"prepare": "Finished", "search": "Canceled"}
    assert calls == ["prepare", 0.1]
    assert hyperdrive.unused() == []


def test_a_function_may_cancel_the_pipeline(workflow, calls, hyperdrive):
    def train(run, lr):
        if lr == 0.2:
            hyperdrive.workspace.get_run(pipeline_id(run)).cancel()
        run.log("accuracy", lr)
        calls.append(lr)

    hyperdrive.answer(train, script="train.py")
    run = workflow.submit()

    assert run.wait_for_completion() == "Canceled"
    assert calls == ["prepare", 0.1]
    assert statuses(run)["search"] == "Canceled"


def pipeline_id(run):
    while run.parent is not None:
        run = run.parent
    return run.id


def test_curves_for_the_trials_of_a_step(workflow, hyperdrive):
    answered(hyperdrive, ["prepare.py", "register.py"])

    def curve(lr):
        return Curve([lr, 3 * lr, 3 * lr, 3 * lr], files={"outputs/m.txt": f"model {lr}"})

    hyperdrive.simulate(curve, seconds=3600)
    workflow.policy = BanditPolicy(slack_amount=0.05, evaluation_interval=1)
    hyperdrive.trial(0).fails("MemoryError: full", after=1)
    run = workflow.submit()

    assert run.wait_for_completion() == "Finished"
    expect(sweep_of(run)).completed().failed(0, match="full").stopped_only(1).best(2, metric=0.9)
    assert step_of(run, "register").get_tags()["registered"] == "model 0.3"
    runs = hyperdrive.history.runs
    search, register = (runs.get(step_of(run, name).id) for name in ("search", "register"))
    assert 4 * 3600 <= search.ended_at - search.created_at < 4 * 3600 + 60
    assert register.created_at >= search.ended_at


def test_a_script_that_nothing_stands_for_is_missed_when_it_is_submitted(workflow, hyperdrive):
    hyperdrive.simulate(lambda lr: [lr])

    with pytest.raises(UserErrorException, match=r"'prepare\.py' is not in .*hyperdrive\.answer"):
        workflow.submit()
    with pytest.raises(UserErrorException, match=r"'train\.py' is not in"):
        hyperdrive.experiment().submit(ScriptRunConfig(workflow.source, "train.py"))


def test_other_steps_run_their_scripts(workflow, hyperdrive, source):
    calls = answered(hyperdrive, ["train.py", "register.py"])
    (source / "prepare.py").write_text(
        "import sys\nfrom azureml.core import Run\n"
        "open(sys.argv[2], 'w').write('data')\nRun.get_context().log('rows', 5)\n"
    )
    hyperdrive.trial(0).fails()  # which is no trial of that step
    run = workflow.submit()

    assert run.wait_for_completion() == "Finished"
    assert step_of(run, "prepare").get_metrics() == {"rows": 5}
    assert calls == [0.2, 0.3, "register"]


def test_nothing_can_go_wrong_with_trials_that_are_processes(workflow, hyperdrive, source):
    answered(hyperdrive, ["prepare.py", "register.py"])
    (source / "train.py").write_text("")
    hyperdrive.trial(0).fails()

    with pytest.raises(HyperlocalError, match="Let a function answer"):
        workflow.submit()
    (run,) = hyperdrive.experiment("flow").get_runs()
    assert run.get_status() == "Canceled"
    hyperdrive.reset()


def test_steps_are_reused_as_long_as_the_same_function_stands_for_them(
    workflow, calls, hyperdrive
):
    workflow.submit()
    del calls[:]

    again = workflow.submit()
    assert calls == []
    assert statuses(again) == dict.fromkeys(["prepare", "search", "register"], "Finished")
    workflow.submit(regenerate_outputs=True)
    assert calls == ["prepare", 0.1, 0.2, 0.3, "register"]
    hyperdrive.answer(lambda lr, run: run.log("accuracy", 1), script="train.py")
    del calls[:]
    assert workflow.submit().get_status() == "Failed"  # there is no model now
    assert calls == []


def test_a_pipeline_is_seen_queued_then_running_then_finished(workflow, calls, hyperdrive):
    hyperdrive.stays_queued(1)
    hyperdrive.stays_running(2)
    run = workflow.submit()

    assert run.get_status() == "Queued"
    assert list(run.get_children()) == []
    assert run.get_status() == "Running"
    assert [each.get_status() for each in run.get_children()] == ["Running"]
    assert calls == []
    assert run.get_status() == "Running"
    assert run.get_status() == "Finished"
    assert calls == ["prepare", 0.1, 0.2, 0.3, "register"]


def test_a_running_step_that_is_waited_for_ends(workflow, calls, hyperdrive):
    hyperdrive.stays_running(50)
    run = workflow.submit()
    prepare = step_of(run, "prepare")

    assert prepare.get_status() == "Running"
    assert calls == []
    prepare.wait_for_completion()
    assert prepare.get_status() == "Finished"


def test_an_independent_sweep_is_seen_running_with_its_trials(workflow, hyperdrive):
    hyperdrive.answer(lambda run, lr: run.log("accuracy", lr))
    hyperdrive.stays_running(2)
    step = HyperDriveStep("search", workflow.sweep())
    run = hyperdrive.experiment().submit(Pipeline(hyperdrive.workspace, steps=[step]))
    sweep = sweep_of(run)

    seen = []
    while run.get_status() != "Finished":
        each = [child.get_status() for child in sweep.get_children()]
        seen.append((step_of(run, "search").get_status(), sweep.get_status(), each))
    assert seen == [("Running", "Running", ["Running"] * 3)] * 2
    expect(sweep).completed().has_trials(3, completed=3)


@pytest.mark.parametrize("slots", [1, 2])
def test_a_sweep_with_several_slots_in_a_step(workflow, calls, hyperdrive, slots):
    hyperdrive.slots = slots
    hyperdrive.answer(
        lambda run, lr: (run.log("accuracy", lr), run.upload_file("outputs/m.txt", __file__)),
        script="train.py",
    )
    run = workflow.submit()

    assert run.wait_for_completion() == "Finished"
    expect(sweep_of(run)).has_trials(3, completed=3)


def test_a_function_that_fails_the_test_leaves_nothing_open(workflow, calls, hyperdrive):
    hyperdrive.answer(lambda: pytest.fail("not like this"), script="train.py")

    with pytest.raises(pytest.fail.Exception, match="not like this"):
        workflow.submit()
    (run,) = hyperdrive.experiment("flow").get_runs()
    assert run.get_status() == "Canceled"
    assert {each.get_status() for each in run.get_children()} == {"Finished", "Canceled"}


@pytest.mark.filterwarnings("ignore:.*is a preview feature")
class TestSweepsOfPipelines:
    @pytest.fixture
    def tune(self, hyperdrive, source):
        def submit(policy=None, values=(1, 2, 3)):
            data, depth = PipelineData("features"), PipelineParameter("depth", 3)
            settings = {"compute_target": "cpu", "source_directory": str(source)}
            extract = PythonScriptStep(
                "extract.py", arguments=["--to", data], outputs=[data], **settings
            )
            train = PythonScriptStep(
                "train.py", arguments=["--depth", depth, data], inputs=[data], **settings
            )
            config = HyperDriveConfig(
                pipeline=Pipeline(hyperdrive.workspace, steps=[extract, train]),
                hyperparameter_sampling=GridParameterSampling({"depth": choice(*values)}),
                primary_metric_name="accuracy",
                primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
                policy=policy,
                max_total_runs=len(values),
                max_concurrent_runs=2,
            )
            return hyperdrive.experiment("flow").submit(config)

        return submit

    @pytest.fixture(autouse=True)
    def calls(self, hyperdrive):
        found = []

        def extract(to):
            found.append("extract")
            Path(to).write_text("data")

        def train(run, depth, argv):
            assert Path(argv[-1]).read_text() == "data"
            for epoch in range(3):
                found.append((depth, epoch))
                run.parent.log("accuracy", depth + epoch / 10)
                run.log("epoch", epoch)

        hyperdrive.answer(extract, script="extract.py")
        hyperdrive.answer(train, script="train.py")
        return found

    def test_functions_answer_the_steps_of_each_trial(self, tune, calls, hyperdrive):
        run = tune()

        run.wait_for_completion()
        expect(run).completed().has_trials(3, completed=3).best(2, metric=3.2, depth=3)
        assert calls.count("extract") == 1  # which no sampled value reaches
        assert [each for each in calls if each != "extract"] == [
            (depth, epoch) for depth in (1, 2, 3) for epoch in range(3)
        ]
        best = PipelineRun(run.experiment, run.get_best_run_by_primary_metric().id)
        assert [step.name for step in best.get_steps()] == ["train.py", "extract.py"]
        assert step_of(best, "train.py").get_metrics() == {"epoch": [0, 1, 2]}
        assert not hyperdrive._runner.detached_ids

    def test_the_policy_stops_a_trial_while_its_step_reports(self, tune, calls):
        run = tune(BanditPolicy(slack_amount=0.5, evaluation_interval=1), values=(3, 1, 2))

        expect(run).completed().stopped_only(1, 2).stopped(1, at=1)
        assert (1, 1) not in calls

    def test_slots_do_not_matter(self, tune, hyperdrive):
        hyperdrive.slots = 2

        expect(tune()).completed().has_trials(3, completed=3)

    def test_it_is_seen_running(self, tune, hyperdrive, calls):
        hyperdrive.stays_running(1)
        run = tune()

        assert run.get_status() == "Running"
        assert [each.get_status() for each in run.get_children()] == ["Running"] * 2
        assert calls == []
        assert run.get_status() == "Completed"
        expect(run).has_trials(3, completed=3)

    def test_a_curve_cannot_stand_for_a_trial(self, tune, hyperdrive):
        hyperdrive.reset()
        (Path(hyperdrive.home).parent / "source" / "extract.py").write_text("")
        (Path(hyperdrive.home).parent / "source" / "train.py").write_text("")
        hyperdrive.simulate(lambda depth: [depth])

        with pytest.raises(NotEmulatedError, match="Let functions answer the scripts of its"):
            tune()

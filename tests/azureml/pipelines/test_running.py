"""Pipelines with real processes."""

import json
import os
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Dataset, Run, ScriptRunConfig
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.exceptions import ActivityFailedException
from hyperlocal.azureml.pipeline.core import (
    Pipeline,
    PipelineData,
    PipelineParameter,
    PipelineRun,
    StepRun,
    StepSequence,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.steps import (
    CommandStep,
    EstimatorStep,
    HyperDriveStep,
    HyperDriveStepRun,
    PythonScriptStep,
)
from hyperlocal.azureml.train.estimator import Estimator
from hyperlocal.azureml.train.hyperdrive import HyperDriveRun

SPANS = """
import time
from azureml.core import Run

began = time.time()
time.sleep(0.3)
Run.get_context().log_row("ran", began=began, ended=time.time())
"""


def test_sweeps_of_a_pipeline_share_the_slots(submit, sweep_config, script_step, source):
    for name in ("train.py", "write.py"):
        (source / name).write_text(SPANS)
    searches = [HyperDriveStep(name, sweep_config()) for name in ("first", "second")]

    run = submit(*searches, script_step("write.py"))

    rows = [r.get_metrics().get("ran") for r in run.get_children(recursive=True)]
    ran = [row for row in rows if row is not None]
    assert len(ran) == 5
    assert max(sum(o["began"] <= r["began"] < o["ended"] for o in ran) for r in ran) <= 2


def test_a_pipeline_with_a_sweep(
    submit, script_step, sweep_config, content, tmp_path, monkeypatch
):
    data = PipelineData("data")
    metrics = PipelineData(
        "metrics", pipeline_output_name="metrics_output", training_output=TrainingOutput("Metrics")
    )
    model = PipelineData(
        "model", training_output=TrainingOutput("Model", model_file="outputs/model.txt")
    )
    final = PipelineData("final", pipeline_output_name="final_output")
    prepare = script_step("write.py", data, 10, outputs=[data])
    search = HyperDriveStep(
        "search", sweep_config(), ["--data", data], inputs=[data], outputs=[metrics, model]
    )
    use = script_step("copy_it.py", model, final, inputs=[model], outputs=[final], name="use")
    use.run_after(search)

    run = submit(prepare, search, use)

    assert isinstance(run, PipelineRun)
    assert run.get_status() == "Finished"
    assert run.get_details()["status"] == "Completed"
    assert run.type == "azureml.PipelineRun"
    assert content(run.get_pipeline_output("final_output")) == "model 13"
    monkeypatch.chdir(tmp_path)
    output = run.get_pipeline_output("metrics_output")
    assert output.download(".", show_progress=True) == 1
    with open(output._path_on_datastore) as file:
        told = json.load(file)
    assert sorted(metrics["score"] for metrics in told.values()) == [[0, 11], [0, 13]]
    (step_run,) = run.find_step_run("search")
    sweep = HyperDriveStepRun(step_run=step_run)
    best = sweep.get_best_run_by_primary_metric()
    assert best.get_metrics()["score"] == [0, 13]
    assert best.get_details()["runDefinition"]["arguments"][-2:] == ["--x", "3"]
    assert sweep.id.startswith("HD_")
    assert sweep.parent.id == step_run.id
    assert [child.id for child in step_run.get_children()] == [sweep.id]


def test_without_a_model_file_the_model_is_all_that_the_best_run_wrote(
    submit, sweep_config, tmp_path
):
    model = PipelineData(
        "model", pipeline_output_name="model", training_output=TrainingOutput("Model")
    )

    with pytest.warns(UserWarning, match="'model' gets all that the best run wrote into outputs/"):
        run = submit(HyperDriveStep("search", sweep_config(), outputs=[model]))

    run.get_pipeline_output("model").download(str(tmp_path / "got"))
    (found,) = (tmp_path / "got").rglob("*.txt")
    assert (found.name, found.parent.name) == ("model.txt", "model")


def test_a_metric_beside_the_model_file_does_not_choose_the_model(
    submit, script_step, sweep_config, content
):
    trained = TrainingOutput("Model", metric="auc", model_file="outputs/model.txt")
    model = PipelineData("model", training_output=trained)
    final = PipelineData("final", pipeline_output_name="final")
    data = PipelineData("data")
    prepare = script_step("write.py", data, 10, outputs=[data])
    search = HyperDriveStep("search", sweep_config(), ["--data", data], [data], [model])
    use = script_step("copy_it.py", model, final, inputs=[model], outputs=[final], name="use")

    with pytest.warns(UserWarning, match=r"metric='auc'.* by 'score'"):
        run = submit(prepare, search, use)

    assert content(run.get_pipeline_output("final")) == "model 13"


def test_steps_are_found_again_as_what_they_are(submit, script_step, experiment, workspace):
    run = submit(script_step("write.py", "outputs/x", "1", name="one"))

    (step,) = run.get_steps()
    assert isinstance(step, StepRun)
    assert (step.name, step.type, step.get_status()) == ("one", "azureml.StepRun", "Finished")
    assert step.pipeline_run_id == run.id
    assert step.get_file_names()[-1] == "outputs/x"
    assert step.get_details()["runDefinition"]["script"] == "write.py"
    assert step.properties["StepType"] == "PythonScriptStep"
    assert isinstance(next(run.get_children()), StepRun)
    assert isinstance(Run.get(workspace, run.id), PipelineRun)
    assert isinstance(next(experiment.get_runs(type="azureml.PipelineRun")), PipelineRun)
    assert PipelineRun.get(workspace, run.id).id == run.id
    assert isinstance(step.parent, PipelineRun)
    assert run.find_step_run("other") == []


def test_the_steps_of_the_run_of_a_step_are_its_sweep(submit, sweep_config, experiment):
    def search():
        return HyperDriveStep("search", sweep_config("--base", "1"))

    run = submit(search())
    again = submit(search())

    for pipeline_run in (run, again):
        (step_run,) = pipeline_run.find_step_run("search")
        below = PipelineRun(experiment, step_run.id)
        (sweep,) = below.get_steps()
        assert isinstance(sweep, HyperDriveRun)
        assert sweep.id == HyperDriveStepRun(step_run).id
        assert below.find_step_run("search") == []
        best = HyperDriveRun(experiment, sweep.id).get_best_run_by_primary_metric()
        assert best.get_metrics()["score"] == [0, 4]
    assert step_run._is_reused


def test_the_run_of_a_script_has_no_steps(submit, script_step, experiment):
    run = submit(script_step("write.py", "outputs/x", "1", name="one"))

    assert PipelineRun(experiment, run.find_step_run("one")[0].id).get_steps() == []


def test_what_a_script_finds(submit, script_step, source, run_configuration, content):
    (source / "tell.py").write_text(
        "import json, os, sys\n"
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "told = {'arguments': sys.argv[2:], 'parent': run.parent.id, 'name': run.name}\n"
        "told['environment'] = dict(os.environ)\n"
        "json.dump(told, open(sys.argv[1], 'w'))\n"
    )
    a, told = PipelineData("a"), PipelineData("told")
    p = PipelineParameter("rate", 0.5)
    make = script_step("write.py", a, "1", outputs=[a])
    tell = script_step(
        "tell.py",
        told,
        "--rate",
        p,
        "--a",
        a,
        name="tell",
        inputs=[a.as_input("given")],
        outputs=[told],
        params={"depth": 3},
        runconfig=run_configuration,
    )

    run = submit(make, tell, pipeline_parameters={"rate": 0.25})

    (step,) = run.find_step_run("tell")
    found = json.loads(content(step.get_output_data("told")))
    environment = found["environment"]
    path = environment["AZUREML_DATAREFERENCE_given"]
    assert found["arguments"] == ["--rate", "0.25", "--a", path]
    assert Path(path).read_text() == "1"
    assert environment["AZUREML_DATAREFERENCE_told"].endswith(f"azureml/{step.id}/told")
    assert environment["AML_PARAMETER_rate"] == "0.25"
    assert environment["AML_PARAMETER_depth"] == "3"
    assert environment["COLOUR"] == "blue"
    assert (found["parent"], found["name"]) == (run.id, "tell")
    assert json.loads(run.properties["azureml.parameters"]) == {"rate": "0.25"}
    assert list(step.get_outputs()) == ["told"]
    with pytest.raises(ValueError, match="It has: 'told'"):
        step.get_output("lost")
    with pytest.raises(ValueError, match="'lost'"):
        run.get_pipeline_output("lost")


def test_commands_and_estimators(submit, source, content):
    a, b = PipelineData("a"), PipelineData("b")
    command = CommandStep(
        ["echo", "from a command", ">", a],
        outputs=[a],
        source_directory=str(source),
        compute_target="cpu",
    )
    estimator = Estimator(str(source), entry_script="copy_it.py", compute_target="cpu")
    step = EstimatorStep("copy", estimator, [a, b], inputs=[a], outputs=[b], compute_target="cpu")

    run = submit(command, step)

    (copied,) = run.find_step_run("copy")
    assert content(copied.get_output_data("b")) == "from a command\n"


def test_an_estimator_in_a_sweep(submit, source, sweep_config):
    estimator = Estimator(str(source), entry_script="train.py", compute_target="cpu")
    config = sweep_config(run_config=None, estimator=estimator)
    with pytest.raises(ValueError, match="give \\[\\]"):
        HyperDriveStep("h", config)

    run = submit(HyperDriveStep("h", config, ["--base", 5], metrics_output=PipelineData("m")))

    best = HyperDriveStepRun(run.find_step_run("h")[0]).get_best_run_by_primary_metric()
    assert best.get_metrics()["score"] == [0, 8]


def test_a_sequence(experiment, workspace, script_step, source):
    steps = [script_step("write.py", "outputs/x", n, name=n) for n in "abc"]

    run = experiment.submit(
        Pipeline(workspace, StepSequence(steps), default_source_directory=str(source))
    )
    run.wait_for_completion(show_output=False)

    assert [step.name for step in run.get_steps()] == ["c", "b", "a"]


def test_the_default_source_directory(experiment, workspace, source):
    step = PythonScriptStep("write.py", arguments=["outputs/x", "1"], compute_target="cpu")

    run = experiment.submit(Pipeline(workspace, step, default_source_directory=str(source)))

    assert run.wait_for_completion(show_output=False) == "Finished"


class TestFailure:
    def test_it_is_raised_with_the_steps_own_words(self, submit, script_step, source, capsys):
        (source / "fail.py").write_text("raise ValueError('no luck')")
        run = submit(script_step("fail.py", name="bad"), waits=False)

        with pytest.raises(ActivityFailedException, match="Step 'bad' failed: ValueError"):
            run.wait_for_completion(show_output=True)

        shown = capsys.readouterr().out
        assert "StepRun bad" in shown
        assert "PipelineRun Status: Failed" in shown
        (step,) = run.get_steps()
        assert step.get_status() == "Failed"
        assert "no luck" in step.get_stderr_log()
        assert step.wait_for_completion(show_output=False, raise_on_error=False) == "Failed"

    def test_others_go_on_if_they_are_told_to(self, submit, script_step, source):
        (source / "fail.py").write_text("raise SystemExit(1)")
        bad, good = script_step("fail.py"), script_step("write.py", "outputs/x", "1", name="good")
        good.run_after(script_step("write.py", "outputs/x", "1", name="first"))

        run = submit(bad, good, waits=False, continue_on_step_failure=True)

        assert run.wait_for_completion(show_output=False, raise_on_error=False) == "Failed"
        assert run.find_step_run("good")[0].get_status() == "Finished"


def test_cancelling_and_not_waiting_for_ever(submit, script_step, source):
    (source / "sleep.py").write_text("import time; time.sleep(60)")
    run = submit(script_step("sleep.py"), waits=False)

    assert run.wait_for_completion(show_output=False, timeout_seconds=0.1) != "Finished"
    run.cancel()

    assert run.wait_for_completion(show_output=False) == "Canceled"
    assert {step.get_status() for step in run.get_steps()} <= {"Canceled"}


def test_cancelling_a_step_of_a_sweep(submit, sweep_config, source):
    (source / "train.py").write_text("import time; time.sleep(60)")
    run = submit(HyperDriveStep("h", sweep_config()), waits=False)
    while not run.find_step_run("h"):
        run.wait_for_completion(show_output=False, timeout_seconds=0.1)

    run.find_step_run("h")[0].cancel()

    assert run.wait_for_completion(show_output=False) == "Canceled"
    assert HyperDriveStepRun(run.find_step_run("h")[0]).get_status() == "Canceled"


class TestReuse:
    def pipeline(self, script_step, sweep_config, text="10", **settings):
        data = PipelineData("data")
        prepare = script_step("write.py", data, text, name="prepare", outputs=[data], **settings)
        search = HyperDriveStep(
            "search",
            sweep_config(),
            ["--data", data],
            inputs=[data],
            metrics_output=PipelineData("metrics", pipeline_output_name="metrics"),
        )
        return prepare, search

    def reused(self, run):
        return sorted(step.name for step in run.get_steps() if step._is_reused)

    def test_the_same_pipeline_is_done_once(self, submit, script_step, sweep_config, content):
        first = submit(*self.pipeline(script_step, sweep_config))

        second = submit(*self.pipeline(script_step, sweep_config))

        assert self.reused(first) == []
        assert self.reused(second) == ["prepare", "search"]
        assert content(first.get_pipeline_output("metrics")) == content(
            second.get_pipeline_output("metrics")
        )
        (search,) = second.find_step_run("search")
        assert search.properties["azureml.isreused"] == "true"
        assert search.properties["azureml.reusedrunid"] == first.find_step_run("search")[0].id
        best = HyperDriveStepRun(search).get_best_run_by_primary_metric()
        assert best.get_metrics()["score"] == [0, 13]
        assert search.get_status() == "Finished"
        assert len(list(search.get_children())) == 1

    def test_changes_are_noticed(self, submit, script_step, sweep_config, source):
        submit(*self.pipeline(script_step, sweep_config))

        (source / "new.txt").write_text("source")
        assert self.reused(submit(*self.pipeline(script_step, sweep_config))) == []
        other = submit(*self.pipeline(script_step, sweep_config, "20"))
        assert self.reused(other) == []

    def test_it_can_be_switched_off(self, submit, script_step, sweep_config):
        submit(*self.pipeline(script_step, sweep_config))

        again = submit(*self.pipeline(script_step, sweep_config), regenerate_outputs=True)
        assert self.reused(again) == []
        own = submit(*self.pipeline(script_step, sweep_config, allow_reuse=False))
        assert self.reused(own) == []


def test_it_goes_on_without_its_driver(submit, script_step, source):
    """Nothing of the run is in this process: its files are all that tells."""
    run = submit(script_step("write.py", "outputs/x", "1"), waits=False)
    again = PipelineRun(run.experiment, run.id)

    assert again.wait_for_completion(show_output=False) == "Finished"
    assert os.path.isdir(run._history.folder(run.id).snapshot / "0")


def test_a_sweep_needs_no_other_arguments(source, submit, sweep_config):
    config = sweep_config(
        run_config=ScriptRunConfig(str(source), "train.py", compute_target="cpu")
    )

    run = submit(HyperDriveStep("h", config, metrics_output=PipelineData("m")))

    assert run.find_step_run("h")[0].get_output_data("m").download(str(source / "down")) == 1


class TestDatasetOutputs:
    def test_they_are_folders_that_later_steps_get(self, submit, script_step, source, content):
        (source / "write_in.py").write_text(
            "import os, sys\nopen(os.path.join(sys.argv[1], 'x.txt'), 'w').write(sys.argv[2])\n"
        )
        (source / "join.py").write_text(
            "import os, sys\nopen(sys.argv[1], 'w').write("
            "''.join(open(os.path.join(p, 'x.txt')).read() for p in sys.argv[2:]))\n"
        )
        one, two = OutputFileDatasetConfig(), OutputFileDatasetConfig("two")
        joined = PipelineData("joined")
        steps = [
            script_step("write_in.py", one.as_upload(), "1", name="one"),
            script_step("write_in.py", two, "2", name="two"),
            script_step(
                "join.py",
                joined,
                one.as_input(),
                two.as_input("second"),
                name="join",
                outputs=[joined],
            ),
        ]

        run = submit(*steps)

        (step,) = run.find_step_run("join")
        assert content(step.get_output_data("joined")) == "12"
        place = run.find_step_run("two")[0].get_output_data("two")
        assert place.path_on_datastore.startswith("dataset/")
        assert place.datastore_name == "workspaceblobstore"

    def test_they_are_registered_when_the_step_has_completed(
        self, submit, script_step, source, workspace
    ):
        (source / "table.py").write_text(
            "import os, sys\nopen(os.path.join(sys.argv[1], 'x.csv'), 'w').write('a,b\\n1,2\\n')\n"
        )
        output = OutputFileDatasetConfig("prepared").register_on_complete("prepared_data")

        submit(script_step("table.py", output))

        found = Dataset.get_by_name(workspace, "prepared_data")
        assert [os.path.basename(path) for path in found.to_path()] == ["x.csv"]

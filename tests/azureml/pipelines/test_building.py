"""What can be built, and what is refused at the call where the SDK refuses it."""

import warnings

import pytest

from hyperlocal.azureml.core import Environment
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core import (
    InputPortBinding,
    Pipeline,
    PipelineData,
    PipelineEndpoint,
    PipelineParameter,
    PublishedPipeline,
    Schedule,
    ScheduleRecurrence,
    StepSequence,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.steps import (
    CommandStep,
    DatabricksStep,
    EstimatorStep,
    HyperDriveStep,
    HyperDriveStepRun,
    ParallelRunConfig,
    PythonScriptStep,
)
from hyperlocal.errors import NotEmulatedError


class TestPipelineData:
    @pytest.mark.parametrize("name", ["a", "a_1", "_a", "1a", "é"])
    def test_names(self, name):
        assert PipelineData(name).name == name

    @pytest.mark.parametrize("name", ["", None, "a b", "a-b", "a.b"])
    def test_names_that_cannot_be(self, name):
        with pytest.raises(ValueError, match="PipelineData"):
            PipelineData(name)

    def test_modes(self):
        PipelineData("a", output_mode="upload")
        with pytest.raises(ValueError, match="mount, upload"):
            PipelineData("a", output_mode="download")

    def test_as_text_it_is_its_variable(self):
        data = PipelineData("a")

        assert str(data) == data.get_env_variable_name() == "$AZUREML_DATAREFERENCE_a"

    def test_as_an_input(self):
        data = PipelineData("a")

        assert data.as_mount().name == "a"
        assert data.as_input("b").name == "b"
        assert data.as_download().bind_mode == "download"
        assert data.as_download().data_reference_name == "a"
        assert data.as_dataset().as_named_input("c").as_mount().input_name == "c"
        with pytest.raises(ValueError, match="mount, download, direct"):
            InputPortBinding("a", data, "upload")


@pytest.mark.parametrize("default", ["x", 1, 1.5, True])
def test_parameters(default):
    assert PipelineParameter("p", default).default_value == default


@pytest.mark.parametrize("default", [None, [1], {"a": 1}, b"x", PipelineData("z")])
def test_parameters_that_cannot_be(default):
    with pytest.raises(ValueError, match="'p'"):
        PipelineParameter("p", default)


def test_training_outputs():
    assert TrainingOutput("Model", model_file="outputs/m").model_file == "outputs/m"
    assert TrainingOutput("metrics").type == "metrics"
    with pytest.raises(ValueError, match="'x'"):
        TrainingOutput("x")
    with pytest.raises(ValueError, match="not both"):
        TrainingOutput("Model", iteration=1, metric="m")
    with pytest.raises(ValueError, match="neither"):
        TrainingOutput("Metrics", iteration=1)


class TestPythonScriptStep:
    def test_its_name_is_the_scripts(self):
        assert PythonScriptStep("s.py", compute_target="cpu").name == "s.py"

    @pytest.mark.parametrize("script", [None, "", 3])
    def test_a_script_is_a_text(self, script):
        with pytest.raises(ValueError, match="script_name"):
            PythonScriptStep(script)

    def test_data_among_the_arguments_must_be_declared(self):
        data = PipelineData("a")
        PythonScriptStep("s.py", arguments=[data], inputs=[data.as_mount()])
        PythonScriptStep("s.py", arguments=[data], outputs=[data])
        with pytest.raises(ValueError, match="neither among the inputs nor the outputs"):
            PythonScriptStep("s.py", arguments=[data])

    def test_inputs_and_outputs_must_be_data(self):
        for which in ("inputs", "outputs"):
            with pytest.raises(ValueError, match="'x'"):
                PythonScriptStep("s.py", **{which: ["x"]})
            with pytest.raises(TypeError, match="list"):
                PythonScriptStep("s.py", **{which: PipelineData("a")})
            with pytest.raises(ValueError, match=r"two .* have the name 'a'"):
                PythonScriptStep("s.py", **{which: [PipelineData("a"), PipelineData("a")]})

    def test_a_local_folder_is_no_input_and_the_message_says_what_is(self):
        with pytest.raises(ValueError, match=r"'\./data' .*Dataset\.File\.from_files\(folder\)"):
            PythonScriptStep("s.py", inputs=["./data"])

    def test_settings_that_have_no_effect_are_told(self):
        with pytest.warns(UserWarning, match="hash_paths"):
            PythonScriptStep("s.py", hash_paths=["x"])
        with pytest.raises(NotEmulatedError, match="MpiProcessCountPerNode"):
            PythonScriptStep(
                "s.py",
                runconfig_pipeline_params={
                    "MpiProcessCountPerNode": PipelineParameter("n", 1),
                },
            )


class TestHyperDriveStep:
    def test_it_needs_a_name_and_a_sweep(self, sweep_config):
        with pytest.raises(ValueError, match="name"):
            HyperDriveStep(None, sweep_config())
        with pytest.raises(ValueError, match="'x'"):
            HyperDriveStep("h", "x")

    def test_arguments_are_given_once(self, sweep_config):
        HyperDriveStep("h", sweep_config("--base", 1))
        HyperDriveStep("h", sweep_config(), ["--base", 1])
        with pytest.raises(ValueError, match="Leave out one"):
            HyperDriveStep("h", sweep_config("--base", 1), ["--base", 1])

    def test_the_metrics_output_is_one_of_its_outputs(self, sweep_config):
        metrics = PipelineData("m")

        step = HyperDriveStep("h", sweep_config(), metrics_output=metrics)

        assert step._outputs == [metrics]
        for other in ("x", [metrics]):
            with pytest.raises(ValueError, match="metrics_output"):
                HyperDriveStep("h", sweep_config(), metrics_output=other)

    def test_data_among_the_scripts_arguments_must_be_declared(self, sweep_config):
        data = PipelineData("a")
        HyperDriveStep("h", sweep_config("--data", data), inputs=[data])
        with pytest.raises(ValueError, match="'a'"):
            HyperDriveStep("h", sweep_config("--data", data))

    @pytest.mark.parametrize("other", ["x", None])
    def test_a_step_run_must_be_one(self, other):
        with pytest.raises(ValueError, match="find_step_run"):
            HyperDriveStepRun(other)


def test_a_command_step_needs_a_command():
    assert CommandStep("echo 1").name == "CommandStep_echo"
    with pytest.raises(ValueError, match="no command"):
        CommandStep()


def test_an_estimator_step_needs_its_arguments():
    with pytest.raises(ValueError, match="needs an estimator"):
        EstimatorStep("e", None, [], compute_target="cpu")


class TestPipeline:
    def steps(self, *names):
        return [PythonScriptStep("s.py", name=name) for name in names]

    def names(self, pipeline):
        return "".join(step.name for step in pipeline._steps)

    def test_steps_come_after_what_they_need(self):
        a, b, c = self.steps("a", "b", "c")
        a.run_after(c)
        b.run_after(a)

        assert self.names(Pipeline(None, [a, b, c])) == "cab"

    def test_a_single_step_and_lists_of_lists(self):
        a, b = self.steps("a", "b")

        assert self.names(Pipeline(None, a)) == "a"
        assert self.names(Pipeline(None, steps=[[a], b])) == "ab"

    def test_steps_that_others_need_are_added(self):
        data = PipelineData("d")
        a = PythonScriptStep("s.py", name="a", outputs=[data])
        b = PythonScriptStep("s.py", name="b", inputs=[data])

        assert self.names(Pipeline(None, [b])) == "ab"
        with pytest.raises(ValueError, match="resolve_closure"):
            Pipeline(None, [b], resolve_closure=False)
        assert a in Pipeline(None, [b])._steps

    def test_a_sequence_runs_one_after_the_other(self):
        a, b, c, d = self.steps("a", "b", "c", "d")

        pipeline = Pipeline(None, StepSequence([a, [b, c], d]))

        needs = {s.name: {n.name for n in pipeline._needs[id(s)]} for s in (a, b, c, d)}
        assert needs == {"a": set(), "b": {"a"}, "c": {"a"}, "d": {"b", "c"}}

    def test_circles_are_refused(self):
        a, b = self.steps("a", "b")
        a.run_after(b)
        b.run_after(a)

        with pytest.raises(ValueError, match="circle: 'a', 'b'"):
            Pipeline(None, [a, b])

    def test_a_circle_that_is_made_later_is_found_by_validate(self):
        a, b = self.steps("a", "b")
        a.run_after(b)
        pipeline = Pipeline(None, [a, b])
        assert pipeline.validate() == []

        b.run_after(a)

        with pytest.raises(ValueError, match="circle"):
            pipeline.validate()

    def test_an_input_that_no_step_makes_is_refused(self):
        step = PythonScriptStep("s.py", name="a", inputs=[PipelineData("lost")])

        with pytest.raises(ValueError, match="'lost' is the output of no step"):
            Pipeline(None, [step])

    @pytest.mark.parametrize("steps", [[], "x", [1], None])
    def test_steps_must_be_steps(self, steps):
        with pytest.raises(ValueError, match="step"):
            Pipeline(None, steps)

    def test_run_after_needs_a_step(self):
        (a,) = self.steps("a")
        a.run_after("b")

        with pytest.raises(ValueError, match="'b'"):
            Pipeline(None, [a])

    def test_parameters_that_it_does_not_have_are_refused(self, experiment, script_step):
        step = script_step("write.py", PipelineParameter("p", 1))

        with pytest.raises(UserErrorException, match=r"'q'.*'p'"):
            experiment.submit(Pipeline(experiment.workspace, [step]), pipeline_parameters={"q": 1})

    def test_what_is_missing_is_told_at_submit(self, experiment, script_step):
        pipeline = Pipeline(experiment.workspace, [script_step("lost.py")])

        with pytest.raises(UserErrorException, match=r"lost\.py"):
            experiment.submit(pipeline)
        assert list(experiment.get_runs()) == []


@pytest.mark.parametrize(
    "use",
    [
        lambda: PublishedPipeline.get(None, "x"),
        lambda: PublishedPipeline(*range(9)),
        lambda: PipelineEndpoint.get(None, name="x"),
        lambda: Schedule.list(None),
        lambda: DatabricksStep(name="x"),
        lambda: ParallelRunConfig(),
    ],
)
def test_what_belongs_to_the_service_is_loud(use, home):
    with pytest.raises(NotEmulatedError):
        use()


def published():
    return Pipeline(None, PythonScriptStep("s.py")).publish(name="x")


RESULTS = {
    "Pipeline.publish": published,
    "PipelineEndpoint.publish": lambda: PipelineEndpoint.publish(None, "x", "", published()),
    "Schedule.create": lambda: Schedule.create(
        None, "x", published().id, "e", ScheduleRecurrence(frequency="Day", interval=1)
    ),
    "Schedule.create_for_pipeline_endpoint": lambda: Schedule.create_for_pipeline_endpoint(
        None, "x", pipeline_endpoint_id=published().id, experiment_name="e"
    ),
    "Environment.build": lambda: Environment("mine").build(None),
    "Environment.build_local": lambda: Environment("mine").build_local(None, useDocker=True),
}


@pytest.mark.parametrize("call", RESULTS)
@pytest.mark.filterwarnings("ignore:.*is not emulated")
def test_a_result_that_only_the_cloud_has_can_be_kept_and_is_loud_when_used(call, home):
    made = RESULTS[call]()

    assert f"{call}()" in repr(made)
    for use in (
        lambda: made.name,
        lambda: made.submit(None, "e"),
        lambda: made.wait_for_completion(show_output=True),
        lambda: made.endpoint,
        lambda: f"{made.id}",
        lambda: str(made.id),
        lambda: setattr(made, "description", "x"),
    ):
        with pytest.raises(NotEmulatedError, match=type(made).__name__):
            use()


@pytest.mark.parametrize("call", RESULTS)
def test_it_is_said_that_such_a_call_did_nothing(call, home):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        RESULTS[call]()

    assert f"{call}() is not emulated by hyperlocal: nothing was done." in str(told[-1].message)
    assert told[-1].filename == __file__


def test_a_pipeline_that_was_published_is_submitted(experiment, script_step):
    pipeline = Pipeline(experiment.workspace, [script_step("train.py", "--x", 1)])

    with pytest.warns(UserWarning, match="nothing was done"):
        kept = pipeline.publish(name="x")
    run = experiment.submit(pipeline)
    with pytest.warns(UserWarning, match=r"PipelineRun\.publish_pipeline"):
        again = run.publish_pipeline("x", "", "1")

    assert isinstance(kept, PublishedPipeline)
    assert type(again) is type(kept)
    assert run.wait_for_completion(show_output=False) == "Finished"


def test_names_are_found_in_their_submodules():
    from hyperlocal.azureml.pipeline.core import graph, run, schedule

    assert graph.TrainingOutput is TrainingOutput
    assert graph.PipelineData is PipelineData
    assert run.PipelineRun.__name__ == "PipelineRun"
    assert schedule.Schedule.__name__ == "Schedule"

"""What steps take as inputs, outputs and arguments: as the SDK, whose answers are written here."""

import pytest

from hyperlocal.azureml.core import Dataset, ScriptRunConfig
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.azureml.data.datapath import DataPath, DataPathComputeBinding
from hyperlocal.azureml.pipeline.core import OutputPortBinding, PipelineData, PipelineParameter
from hyperlocal.azureml.pipeline.steps import CommandStep, HyperDriveStep


@pytest.fixture
def files(tmp_path, home):
    (tmp_path / "x.csv").write_text("a\n1\n")
    return Dataset.File.from_files(str(tmp_path / "x.csv"))


@pytest.fixture
def store(workspace):
    return workspace.get_default_datastore()


def test_what_is_given_undeclared_is_refused_unless_it_has_a_name_of_its_own(
    script_step, store, files
):
    bound = (PipelineParameter("path", DataPath(store, "x")), DataPathComputeBinding("mount"))
    reference, data = DataReference(store, "reference"), PipelineData("data")

    for undeclared in (reference, data, data.as_mount(), bound, files):
        with pytest.raises(ValueError, match="write"):
            script_step("write.py", undeclared)
    for declared in (reference, data, data.as_mount(), bound):
        assert script_step("write.py", declared, inputs=[declared])._inputs == [declared]
    named = files.as_named_input("x")
    assert script_step("write.py", named)._inputs == [named]
    assert script_step("write.py", named, inputs=[named])._inputs == [named]
    made = data.as_dataset()
    assert script_step("write.py", made)._inputs == [made]
    assert script_step("write.py", made, outputs=[made])._inputs == []


def test_an_output_that_is_an_input_of_the_step_is_not_its_output(script_step):
    for output in (OutputFileDatasetConfig("o"), OutputFileDatasetConfig("o").as_mount()):
        step = script_step("write.py", output, inputs=[output])
        assert (len(step._inputs), step._outputs) == (1, [])
    table = OutputFileDatasetConfig("o").read_delimited_files()
    assert script_step("write.py", table, inputs=[table])._outputs == []


@pytest.mark.parametrize("argument", [[1, 2], {"a": 1}, {1}, (), (1,), ("a", "b")], ids=repr)
def test_arguments_that_are_several_are_refused(script_step, argument):
    with pytest.raises((TypeError, ValueError), match="argument"):
        script_step("write.py", argument)


@pytest.mark.parametrize(
    "arguments", [5, {"a": 1}, {"a"}, iter("a")], ids=lambda a: type(a).__name__
)
def test_arguments_are_a_list(script_step, arguments):
    from hyperlocal.azureml.pipeline.steps import PythonScriptStep

    with pytest.raises(TypeError, match="must be a list"):
        PythonScriptStep("write.py", arguments=arguments)


def test_two_parameters_of_a_name_are_refused(script_step):
    first, same, other = (PipelineParameter("n", value) for value in (1, 1, 2))

    script_step("write.py", first, first, same)
    script_step("write.py", first, params={"x": other})
    with pytest.raises(ValueError, match="two pipeline parameters have the name 'n'"):
        script_step("write.py", first, other)
    with pytest.raises(ValueError, match="params has the same name"):
        script_step("write.py", first, params={"n": first})


def test_two_inputs_of_a_name_are_refused(script_step, store, files):
    for twice in (
        [files.as_named_input("x"), files.as_named_input("x")],
        [DataReference(store, "x"), DataReference(store, "x")],
        [DataReference(store, "x"), PipelineData("x")],
    ):
        with pytest.raises(ValueError, match="have the name 'x'"):
            script_step("write.py", inputs=twice)
    output = OutputFileDatasetConfig("o")
    assert len(script_step("w.py", inputs=[output.as_input(), output.as_input()])._inputs) == 2


def test_what_is_no_input_is_refused(script_step, files):
    for given in (files, OutputPortBinding("o"), PipelineParameter("n", 1), 5):
        with pytest.raises(ValueError, match="cannot be an input"):
            script_step("write.py", inputs=[given])


@pytest.mark.parametrize("name", ["a b", " ", "a-b"])
def test_names_with_other_characters_are_refused(name):
    for make in (
        lambda: OutputPortBinding(name),
        lambda: PipelineData(name),
        lambda: PipelineData("p", output_name=name),
    ):
        with pytest.raises(ValueError, match="letters, digits and underscores"):
            make()


@pytest.mark.parametrize("arguments", [("--x", 1), {"a": 1}, 5, "--x 1"], ids=repr)
def test_arguments_of_a_sweeps_step_are_a_list(sweep_config, arguments):
    with pytest.raises(ValueError, match="must be a list"):
        HyperDriveStep("hd", sweep_config(), estimator_entry_script_arguments=arguments)
    script = ScriptRunConfig(".", "train.py", arguments, compute_target="cpu")
    if isinstance(arguments, str):
        HyperDriveStep("hd", sweep_config(run_config=script))
    else:
        with pytest.raises(ValueError, match="must be a list or a text"):
            HyperDriveStep("hd", sweep_config(run_config=script))


@pytest.mark.parametrize("command", [("python", "x.py"), {"a": 1}, 5], ids=repr)
def test_a_command_is_a_text_or_a_list(command):
    with pytest.raises(ValueError, match="must be a text or a list"):
        CommandStep(command, name="c", compute_target="cpu")


def test_other_settings_that_the_sdk_refuses(script_step, sweep_config):
    with pytest.raises(ValueError, match="must be a PipelineParameter"):
        script_step("write.py", runconfig_pipeline_params={"NodeCount": 1})
    with pytest.raises(ValueError, match="name is 5"):
        HyperDriveStep(5, sweep_config())
    for given in ("x", 5, OutputFileDatasetConfig("o"), [PipelineData("p")]):
        with pytest.raises(ValueError, match="metrics_output"):
            HyperDriveStep("hd", sweep_config(), metrics_output=given)


def test_metrics_of_a_sweep_are_written_where_a_reference_points_to(
    submit, sweep_config, store, home
):
    place = store.path("reports/metrics.json").as_upload()

    submit(HyperDriveStep("hd", sweep_config(), metrics_output=place))

    (file,) = home.rglob("reports/metrics.json")
    assert "score" in file.read_text()

"""Steps and data of pipelines: what random calls under the real SDK have shown, call by call."""

import pytest

from hyperlocal.azureml.core import Dataset, ScriptRunConfig
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.azureml.data.datapath import DataPath, DataPathComputeBinding
from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core import (
    InputPortBinding,
    OutputPortBinding,
    PipelineData,
    PipelineDataset,
    PipelineParameter,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.steps import (
    CommandStep,
    EstimatorStep,
    HyperDriveStep,
    PythonScriptStep,
)
from hyperlocal.azureml.train.estimator import Estimator
from hyperlocal.errors import NotEmulatedError


@pytest.fixture
def files(tmp_path, home):
    (tmp_path / "x.csv").write_text("a\n1\n")
    return Dataset.File.from_files(str(tmp_path / "x.csv"))


@pytest.fixture
def table(tmp_path, files):
    return Dataset.Tabular.from_delimited_files(str(tmp_path / "x.csv"))


@pytest.fixture
def store(workspace):
    return workspace.get_default_datastore()


class TestSteps:
    def test_a_text_for_arguments_is_refused(self, source):
        # The SDK takes it for a list of letters, with which no script can do anything.
        with pytest.raises(ValueError, match=r"must be a list, such as \['--a', '1'\]"):
            PythonScriptStep("write.py", arguments="--a 1", compute_target="cpu")

    @pytest.mark.parametrize("arguments", ["", (), {}, None, range(0)], ids=repr)
    def test_nothing_is_no_argument(self, arguments):
        assert PythonScriptStep("write.py", arguments=arguments)._arguments == []

    @pytest.mark.parametrize("given", [False, 0, {"a": 1}, {1}], ids=repr)
    def test_inputs_and_outputs_are_lists(self, script_step, given):
        for name in ("inputs", "outputs"):
            with pytest.raises(TypeError, match="must be a list"):
                script_step("write.py", **{name: given})

    def test_two_outputs_of_a_name_are_refused(self, script_step):
        for twice in (
            [OutputFileDatasetConfig("o"), OutputFileDatasetConfig("o")],
            [PipelineData("o"), OutputPortBinding("o")],
            [PipelineData("a", output_name="o"), PipelineData("o").as_dataset()],
        ):
            with pytest.raises(ValueError, match="two outputs have the name 'o'"):
                script_step("write.py", outputs=twice)

    def test_an_input_with_blanks_in_its_name_is_refused(self, script_step, files):
        old = PipelineDataset.create(files, "a b")
        for wrong in (PipelineData("d").as_input("a b"), old):
            with pytest.raises(ValueError, match="letters, digits and underscores"):
                script_step("write.py", inputs=[wrong])

    def test_only_sweeps_cannot_read_and_write_under_one_name(self, script_step, sweep_config):
        read, written = PipelineData("d"), PipelineData("d")

        script_step("write.py", inputs=[read], outputs=[written])
        with pytest.raises(ValueError, match="an input and an output have the name 'd'"):
            HyperDriveStep("hd", sweep_config(), inputs=[read], outputs=[written])

    def test_the_very_object_is_declared(self, script_step, store, files):
        given, twin = DataReference(store, "r"), DataReference(store, "r")
        with pytest.raises(ValueError, match="this very object"):
            script_step("write.py", twin, inputs=[given])
        named, again = files.as_named_input("x"), files.as_named_input("x")
        with pytest.raises(ValueError, match="two inputs have the name 'x'"):
            script_step("write.py", again, inputs=[named])

    def test_an_old_dataset_among_the_arguments_is_an_input(self, script_step, files):
        old = PipelineDataset.create(files.as_named_input("x"))

        assert (old.name, old.dataset) == ("x", files)
        assert script_step("write.py", old)._inputs == [old]

    def test_an_output_is_an_output_beside_its_own_input(self, script_step):
        output = OutputFileDatasetConfig("o")

        step = script_step("write.py", output, inputs=[output.as_input("again")])

        assert step._outputs == [output]

    def test_pairs_are_of_a_path_and_its_binding(self, script_step, store):
        path, binding = DataPath(store, "x"), DataPathComputeBinding("mount")
        script_step("write.py", (path, binding), inputs=[(path, binding)])
        for wrong in (
            (path, path),
            (PipelineParameter("n", 1), binding),
            (path, binding, binding),
        ):
            with pytest.raises(ValueError, match="and a DataPathComputeBinding"):
                script_step("write.py", inputs=[wrong])

    def test_named_values_are_dicts_without_the_same_name(self, script_step):
        parameter = PipelineParameter("n", 1)
        for wrong in ([], "ab"):
            with pytest.raises(TypeError, match="must be a dict"):
                script_step("write.py", params=wrong)
        with pytest.raises(ValueError, match="both have 'NodeCount'"):
            script_step(
                "write.py",
                params={"NodeCount": 1},
                runconfig_pipeline_params={"NodeCount": parameter},
            )

    def test_parameters_that_are_datasets_have_names_too(self, script_step, files, table):
        first = PipelineParameter("p", files)
        other = PipelineParameter("p", table)
        with pytest.raises(ValueError, match="two pipeline parameters have the name 'p'"):
            script_step(
                "write.py",
                DatasetConsumptionConfig("a", first),
                DatasetConsumptionConfig("b", other),
            )

    def test_a_command_begins_with_a_text_and_its_folder_exists(self):
        with pytest.raises(TypeError, match="begins with no command"):
            CommandStep([1, "x"], compute_target="cpu")
        with pytest.raises(ValueError, match="there is no folder 'nowhere'"):
            CommandStep("ls", source_directory="nowhere", compute_target="cpu")

    def test_an_estimators_data_is_refused(self, source, files, sweep_config, store):
        def estimator(given):
            return Estimator(
                str(source), compute_target="cpu", entry_script="train.py", inputs=[given]
            )

        with pytest.raises(ValueError, match="the estimator has inputs"):
            EstimatorStep("e", estimator(files.as_named_input("x")), [], compute_target="cpu")
        sweep = sweep_config(run_config=None, estimator=estimator(DataReference(store, "r")))
        with pytest.raises(ValueError, match="the estimator has data references"):
            HyperDriveStep("hd", sweep, [])

    def test_arguments_of_a_sweep_stand_in_one_place(self, sweep_config):
        empty = ScriptRunConfig(".", "train.py", [], compute_target="cpu")
        with pytest.raises(ValueError, match="Leave out one of them"):
            HyperDriveStep("hd", sweep_config(run_config=empty), ["--a"])

    def test_metrics_are_not_downloaded(self, sweep_config, store):
        with pytest.raises(ValueError, match="mount, upload"):
            HyperDriveStep(
                "hd", sweep_config(), metrics_output=DataReference(store, "m").as_download()
            )


class TestBindings:
    def test_a_parameter_is_no_output(self):
        with pytest.raises(ValueError, match="the default"):
            PipelineParameter("p", OutputFileDatasetConfig("o"))

    def test_a_binding_needs_data_and_a_mode_for_reading(self):
        with pytest.raises(ValueError, match="no bind_object"):
            InputPortBinding("i")
        with pytest.raises(ValueError, match="mount or download"):
            PipelineData("d").create_input_binding(mode="upload")

    def test_modes_of_services_are_not_emulated(self):
        with pytest.raises(NotEmulatedError):
            InputPortBinding("i", PipelineData("d"), "hdfs")
        for mode in ("hdfs", "link"):
            with pytest.raises(NotEmulatedError):
                OutputPortBinding("o", bind_mode=mode)

    def test_an_output_is_shown_as_its_variable(self):
        assert str(OutputPortBinding("o")) == "$AZUREML_DATAREFERENCE_o"
        with pytest.raises(ValueError, match="letters, digits and underscores"):
            OutputPortBinding("o", output_name="a b")

    def test_the_first_iteration_of_metrics_is_none(self):
        assert TrainingOutput("Metrics", iteration=0).iteration == 0


class TestData:
    def test_a_reference_below_has_a_name_of_its_own(self, store):
        whole, part = DataReference(store), DataReference(store, path_on_datastore="a")

        assert whole.data_reference_name == store.name
        assert len(part.data_reference_name) == 32
        assert whole.path() is whole
        assert part.as_download("p").path("b").mode == "mount"
        assert part.path("b").path_on_datastore == "a/b"
        assert DataReference(store, "n", ".", path_on_compute="/").to_config()._as_dict() == {
            **DataReference(store, "n").to_config()._as_dict()
        }
        assert store.path(None, "mine").data_reference_name == "mine"

    def test_what_is_no_path_or_binding_is_refused(self, store):
        path, binding = DataPath(store, "x"), DataPathComputeBinding()
        for wrong in (None, "x", path):
            with pytest.raises(ValueError, match="must be a DataPathComputeBinding"):
                path.create_data_reference("n", wrong)
        for wrong in (None, "x", binding):
            with pytest.raises(ValueError, match="must be a DataPath"):
                binding.create_data_reference("n", wrong)
        for kind in (DataPath, DataPathComputeBinding):
            with pytest.raises(ValueError, match="must be a DataReference"):
                kind.create_from_data_reference("x")

    def test_a_table_is_no_folder(self, files, table):
        rows = OutputFileDatasetConfig("o").read_delimited_files()

        assert rows.as_input("i").mode == "direct"
        for make in (
            lambda: DatasetConsumptionConfig("i", table, "mount"),
            lambda: DatasetConsumptionConfig("i", rows, "hdfs"),
            lambda: DatasetConsumptionConfig("i", PipelineParameter("p", table), "download"),
        ):
            with pytest.raises(UserErrorException, match="tabular dataset"):
                make()
        assert DatasetConsumptionConfig("i", files, "Mount").mode == "mount"

    def test_a_parameter_that_is_an_input_is_a_dataset(self, files):
        with pytest.raises(UserErrorException, match="a parameter whose default is 3"):
            DatasetConsumptionConfig("i", PipelineParameter("p", 3))

    def test_a_registered_dataset_is_given_by_its_name(self, workspace, files):
        registered = files.register(workspace, "mine")

        given = DatasetConsumptionConfig("i", (workspace, "mine", 1))

        assert given.dataset.id == registered.id

    def test_outputs_are_registered_under_a_name(self):
        with pytest.raises(ValueError, match="no name"):
            OutputFileDatasetConfig("o").register_on_complete("")

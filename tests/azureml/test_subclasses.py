"""A class that is derived from one of the SDK's is taken wherever that is, as by `isinstance`."""

import ast
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Dataset, RunConfiguration, ScriptRunConfig, Workspace
from hyperlocal.azureml.data import FileDataset, OutputFileDatasetConfig, TabularDataset
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.azureml.data.datapath import DataPath, DataPathComputeBinding
from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core import PipelineData, PipelineParameter
from hyperlocal.azureml.pipeline.core._values import Values
from hyperlocal.azureml.pipeline.steps import PythonScriptStep
from hyperlocal.azureml.train._distributed_training import Mpi

FACE = Path(__file__).parents[2] / "hyperlocal" / "azureml"


class OurPath(DataPath):
    """What a project derives, to give its paths a place in one store."""


class OurReference(DataReference):
    """The same of a reference."""


class OurInput(DatasetConsumptionConfig):
    """The same of an input."""


class OurOutput(OutputFileDatasetConfig):
    """The same of an output."""


class OurTable(TabularDataset):
    """The same of a dataset of rows."""


class OurFiles(FileDataset):
    """The same of a dataset of files."""


class OurStep(PythonScriptStep):
    """The same of a step."""


@pytest.fixture
def store(home):
    store = Workspace("s", "g", "w").get_default_datastore()
    folder = Path(store._place("d"))
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("x\n1\n2\n")
    return store


def test_datasets_are_made_of_derived_paths_and_references(store):
    for source in (OurPath(store, "d/a.csv"), OurReference(store, "r", "d/a.csv")):
        assert Dataset.Tabular.from_delimited_files(source).to_pandas_dataframe()["x"].sum() == 3
        assert len(Dataset.File.from_files(source).to_path()) == 1
        assert len(Dataset.File.from_files([source]).to_path()) == 1


def test_a_derived_path_is_the_value_of_a_parameter(store):
    parameter = PipelineParameter("path", OurPath(store, "d"))
    values = Values([], {})
    values.parameters["path"] = parameter.default_value

    reference = values.resolve((parameter, DataPathComputeBinding("mount")))

    assert (reference.path_on_datastore, reference.mode) == ("d", "mount")


@pytest.mark.parametrize("kind", [OurTable, OurFiles])
def test_a_derived_dataset_is_the_value_of_a_parameter(kind):
    dataset = kind.__new__(kind)

    assert PipelineParameter("data", dataset).default_value is dataset


def test_parameters_are_found_in_a_derived_input(store, tmp_path):
    files = Dataset.File.from_files(OurPath(store, "d/a.csv"))
    parameter = PipelineParameter("data", files)
    (tmp_path / "s.py").write_text("")

    step = OurStep(
        script_name="s.py",
        arguments=[OurInput("given", parameter)],
        inputs=[OurReference(store, "raw")],
        outputs=[PipelineData("out"), OurOutput(name="kept")],
        source_directory=str(tmp_path),
    )

    assert "data" in {each.name for each in step._parameters()}


def test_rows_have_no_files_whatever_their_class():
    table = OurTable.__new__(OurTable)

    with pytest.raises(UserErrorException, match="tabular dataset"):
        DatasetConsumptionConfig("table", table).as_mount()


def test_a_derived_configuration_is_still_what_the_hint_is_about(tmp_path):
    from hyperlocal.azureml._translate.estimator import script_run_of

    class OurConfig(ScriptRunConfig):
        pass

    with pytest.raises(Exception, match="Give it as run_config="):
        script_run_of(OurConfig(str(tmp_path), "s.py"))


def test_what_is_written_down_is_the_class_of_the_sdk():
    class OurMpi(Mpi):
        pass

    config = RunConfiguration()
    OurMpi()._apply(config)

    assert config.communicator == "Mpi"


def test_another_class_of_the_same_name_is_none(store):
    class DataPath:
        _datastore, path_on_datastore = store, "d/a.csv"

    with pytest.raises(UserErrorException):
        Dataset.File.from_files(DataPath())
    with pytest.raises(ValueError, match="DataPath"):
        PipelineParameter("path", DataPath())


def test_nothing_compares_the_name_of_a_class():
    """Not even where a class is not loaded: `_class_names` knows what is derived."""
    found = []
    for path in sorted(FACE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and _names_a_class(node.left):
                found.append(f"{path.relative_to(FACE)}:{node.lineno}")
    # numpy's classes cannot be loaded to ask; the check reads sources.
    assert [
        each for each in found if not each.startswith(("core/_metric_values.py", "_check/"))
    ] == []


def _names_a_class(node):
    """Whether this is `type(something).__name__`."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "__name__"
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", None) == "type"
    )

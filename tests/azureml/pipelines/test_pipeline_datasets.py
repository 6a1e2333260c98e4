"""`PipelineData(...).as_dataset()`: what the scripts of later steps find among their inputs."""

import json
import uuid
from pathlib import Path

import pandas as pd
import pytest

from hyperlocal.azureml.core import Dataset, Experiment, Workspace
from hyperlocal.azureml.data import DataType, OutputFileDatasetConfig
from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core import Pipeline, PipelineData, PipelineParameter
from hyperlocal.azureml.pipeline.core.pipeline_output_dataset import PipelineOutputTabularDataset
from hyperlocal.azureml.pipeline.steps import (
    HyperDriveStep,
    HyperDriveStepRun,
    PythonScriptStep,
)
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)
from hyperlocal.errors import NotEmulatedError
from tests.azureml.pipelines.conftest import TELL

# Copies a folder, in which the same table is in several formats.
WRITE_TABLE = """
import shutil, sys
shutil.copytree(sys.argv[2], sys.argv[1], dirs_exist_ok=True)
"""
FILES = ["deep", "x.csv", "x.tsv"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A folder with the same table in several formats."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "deep").mkdir()
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, 1.5]})
    frame.to_csv(folder / "x.csv", index=False)
    frame.to_csv(folder / "x.tsv", index=False, sep="\t")
    frame.to_parquet(folder / "deep" / "x.parquet")
    return folder


@pytest.fixture
def table_step(source, script_step, tables):
    """A step that writes the same table in several formats into its output."""
    (source / "write_table.py").write_text(WRITE_TABLE)
    return lambda output: script_step(
        "write_table.py", output, tables, name="make", outputs=[output]
    )


AS_FILES = {
    "d": lambda d: d,
    "given": lambda d: d.as_named_input("given"),
    "given mounted": lambda d: d.as_named_input("given").as_mount(),
    "mounted given": lambda d: d.as_mount().as_named_input("given"),
    "d downloaded": lambda d: d.as_download(),
    "direct": lambda d: d.as_named_input("given").as_direct(),
}
AS_TABLES = {
    "all": (
        lambda d: d.parse_parquet_files(),
        {"a": [1, 2], "b": ["x", "y"], "c": [0.5, 1.5]},
    ),
    "types": (
        lambda d: d.parse_delimited_files(set_column_types={"a": DataType.to_long()}),
        {"a": [1, 2], "b": ["x", "y"], "c": ["0.5", "1.5"]},
    ),
    "kept": (
        lambda d: d.parse_delimited_files(separator="\t").keep_columns(["a", "c"]),
        {"a": ["1", "2"], "c": ["0.5", "1.5"]},
    ),
    "dropped": (
        lambda d: d.parse_parquet_files(file_extension="parquet").drop_columns("b"),
        {"a": [1, 2], "c": [0.5, 1.5]},
    ),
}


@pytest.fixture(scope="module")
def found(recording, tables):
    """What the steps of one pipeline found that were given a dataset in all these ways."""
    data = PipelineData("d").as_dataset()
    inputs = {way: [as_input(data)] for way, as_input in AS_FILES.items()}
    inputs["tables"] = [
        as_table(data).as_named_input(name) for name, (as_table, _) in AS_TABLES.items()
    ]
    with recording() as folder:
        (folder / "write_table.py").write_text(WRITE_TABLE)
        (folder / "tell.py").write_text(TELL)
        settings = {"source_directory": str(folder), "compute_target": "cpu"}
        make = PythonScriptStep(
            "write_table.py", "make", [data, tables], outputs=[data], **settings
        )
        steps, told = [make], {}
        for way, given in inputs.items():
            told[way] = PipelineData("told")
            arguments = [told[way], *(() if way == "tables" else given)]
            steps.append(
                PythonScriptStep(
                    "tell.py", way, arguments, inputs=given, outputs=[told[way]], **settings
                )
            )
        workspace = Workspace("subscription", "group", "workspace")
        run = Experiment(workspace, "pipelines").submit(Pipeline(workspace, steps))
        run.wait_for_completion(show_output=False)
        places = {
            way: run.find_step_run(way)[0].get_output_data("told")._place.path for way in told
        }
        return {way: json.loads(Path(path).read_text()) for way, path in places.items()}


@pytest.mark.parametrize("way", [way for way in AS_FILES if way != "direct"])
def test_files_are_paths(found, way):
    assert found[way]["inputs"] == {"d" if "given" not in way else "given": FILES}
    assert found[way]["arguments"][0].endswith("/d")


def test_direct_files_are_a_dataset_and_its_id(found):
    given = found["direct"]["inputs"]["given"]
    assert given["paths"] == ["/x.csv", "/x.tsv", "/deep/x.parquet"]
    assert found["direct"]["arguments"] == [given["id"]]


@pytest.mark.parametrize("way", AS_TABLES)
def test_tables(found, way):
    assert found["tables"]["inputs"][way] == AS_TABLES[way][1]


def test_a_table_of_a_single_file_and_its_parts(submit, tell, told, script_step, source):
    (source / "one.py").write_text(
        "import sys\nopen(sys.argv[1], 'w').write('a\\n' + '\\n'.join('123456'))\n"
    )
    data = PipelineData("d")
    table = data.as_dataset().parse_delimited_files(file_extension=None)
    first, second = table.random_split(0.5, seed=3)

    run = submit(
        script_step("one.py", data, outputs=[data]),
        tell(inputs=[table, first.as_named_input("first"), second.as_named_input("second")]),
    )

    found = told(run)["inputs"]
    assert found["d"]["a"] == list("123456")
    assert sorted(found["first"]["a"] + found["second"]["a"]) == list("123456")


def test_a_table_has_the_name_of_the_output_again():
    files = PipelineData("d", output_name="out").as_dataset().as_named_input("given")

    table = files.parse_parquet_files()

    assert (files.name, files.input_name, table.input_name) == ("out", "given", "out")
    assert table.as_named_input("x").keep_columns("a").input_name == "out"


def test_a_sweep_gets_a_table_and_files(submit, sweep_config, table_step, source):
    (source / "train.py").write_text(
        "import os\n"
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "table = run.input_datasets['table'].to_pandas_dataframe()\n"
        "n_files = len(os.listdir(run.input_datasets['files']))\n"
        "run.log('score', int(table['a'].sum()) + n_files)\n"
    )
    data = PipelineData("d").as_dataset()
    inputs = [data.as_named_input("files"), data.parse_parquet_files().as_named_input("table")]

    run = submit(table_step(data), HyperDriveStep("h", sweep_config(), inputs=inputs))

    best = HyperDriveStepRun(run.find_step_run("h")[0]).get_best_run_by_primary_metric()
    assert best.get_metrics() == {"score": 6}


def test_steps_with_tables_can_be_reused(submit, tell, told, table_step):
    def steps():
        data = PipelineData("d").as_dataset()
        return table_step(data), tell(inputs=[data.parse_parquet_files().keep_columns("a")])

    def other_steps():
        data = PipelineData("d").as_dataset()
        return table_step(data), tell(inputs=[data.parse_parquet_files().keep_columns("c")])

    first, again, other = submit(*steps()), submit(*steps()), submit(*other_steps())

    assert [step._is_reused for step in again.get_steps()] == [True, True]
    assert {step.name: step._is_reused for step in other.get_steps()} == {
        "make": True,
        "tell.py": False,
    }
    assert told(again) == told(first)
    assert told(other)["inputs"] == {"d": {"c": [0.5, 1.5]}}


def test_a_dataset_output_is_a_dataset_if_asked_for_directly(submit, tell, told, table_step):
    output = OutputFileDatasetConfig("out")
    direct = DatasetConsumptionConfig("direct", output)

    run = submit(table_step(output), tell(inputs=[direct, output.as_input("files").as_download()]))

    assert told(run)["inputs"]["files"] == FILES
    assert uuid.UUID(told(run)["inputs"]["direct"]["id"])


def test_names_must_differ_and_leave_processes_their_variables(submit, tell, table_step):
    data, other = PipelineData("d").as_dataset(), PipelineData("e").as_dataset()

    with pytest.raises(ValueError, match="two inputs have the name 'd'"):
        tell(inputs=[data, other.as_named_input("d")])
    with pytest.raises(UserErrorException, match="cannot be named 'PATH'"):
        submit(table_step(data), tell(inputs=[data.as_named_input("PATH")]))


@pytest.mark.parametrize("extension", [3, ["csv"]])
def test_an_extension_is_a_text(extension):
    with pytest.raises(UserErrorException, match="file_extension"):
        PipelineData("d").as_dataset().parse_delimited_files(file_extension=extension)


def test_a_table_is_not_made_directly():
    with pytest.raises(ValueError, match="parse_parquet_files"):
        PipelineOutputTabularDataset(PipelineData("d").as_dataset(), None)


def test_an_output_is_registered_when_its_step_has_completed(submit, table_step, workspace):
    submit(table_step(PipelineData("d").as_dataset().register(name="tables")))

    assert len(Dataset.get_by_name(workspace, "tables").to_path()) == 3


@pytest.mark.parametrize(
    ("of_step", "of_input", "match"),
    [
        (lambda d: d, lambda d: d.parse_parquet_files(), "A table, or an as_direct"),
        (lambda d: d.register("x"), lambda d: d, "registration of 'd'"),
    ],
)
def test_what_a_sweep_of_pipelines_cannot_do(
    workspace, experiment, tell, table_step, of_step, of_input, match
):
    data = PipelineData("d").as_dataset()
    steps = [
        table_step(of_step(data)),
        tell(PipelineParameter("x", 1), inputs=[of_input(data)]),
    ]
    with pytest.warns(UserWarning, match="preview"):
        sweep = HyperDriveConfig(
            pipeline=Pipeline(workspace, steps),
            hyperparameter_sampling=GridParameterSampling({"x": choice(1, 2)}),
            primary_metric_name="score",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=2,
        )

    with pytest.raises(NotEmulatedError, match=match):
        experiment.submit(sweep)

"""Data from outside in steps, and outputs of steps as datasets of later ones."""

import json

import pytest

from hyperlocal.azureml.core import Dataset
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig
from hyperlocal.azureml.pipeline.core import PipelineParameter
from hyperlocal.azureml.pipeline.steps import HyperDriveStep, HyperDriveStepRun


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "outside" / "x.csv"
    path.parent.mkdir()
    path.write_text("a,b\n1,2\n3,4\n")
    return path


def test_named_inputs(submit, tell, told, csv):
    table = Dataset.Tabular.from_delimited_files(str(csv))
    files = Dataset.File.from_files(str(csv))

    run = submit(
        tell(inputs=[table.as_named_input("table"), files.as_named_input("files").as_mount()])
    )

    assert told(run)["inputs"]["table"] == {"a": [1, 3], "b": [2, 4]}
    assert told(run)["inputs"]["files"] == csv.read_text()


def test_a_local_folder_as_a_dataset(submit, tell, told, csv):
    folder = Dataset.File.from_files(str(csv.parent)).as_mount()

    run = submit(tell(folder, inputs=[folder]))

    (path,) = told(run)["arguments"]
    with open(f"{path}/x.csv") as file:
        assert file.read() == csv.read_text()


def test_references_to_a_datastore(submit, tell, told, csv, workspace):
    datastore = workspace.get_default_datastore()
    datastore.upload_files([str(csv)], target_path="raw")
    reference = datastore.path("raw", data_reference_name="raw").as_mount()

    run = submit(tell("--data", reference, inputs=[reference]))

    assert told(run)["arguments"][1].endswith("workspaceblobstore/raw")


def test_a_dataset_as_a_parameter(submit, tell, told, csv, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n5,6\n")
    first = Dataset.Tabular.from_delimited_files(str(csv))
    second = Dataset.Tabular.from_delimited_files(str(other))
    parameter = PipelineParameter("which", first)
    from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

    given = DatasetConsumptionConfig("table", parameter)

    default, chosen = (
        submit(tell(inputs=[given])),
        submit(tell(inputs=[given]), pipeline_parameters={"which": second}),
    )

    assert told(default)["inputs"]["table"]["a"] == [1, 3]
    assert told(chosen)["inputs"]["table"]["a"] == [5]


def test_an_output_as_a_table_of_a_later_step(submit, tell, told, script_step, source):
    (source / "table.py").write_text(
        "import os, sys\nopen(os.path.join(sys.argv[1], 'x.csv'), 'w').write('a,b\\n7,8\\n')\n"
    )
    output = OutputFileDatasetConfig()

    def steps():
        return (
            script_step("table.py", output, name="make"),
            tell(
                inputs=[
                    output.read_delimited_files().as_input("table"),
                    output.as_input("files"),
                ]
            ),
        )

    run, again = submit(*steps()), submit(*steps())

    assert told(run)["inputs"] == {"table": {"a": [7], "b": [8]}, "files": ["x.csv"]}
    assert {step.name: step._is_reused for step in again.get_steps()} == {
        "make": True,
        "tell.py": True,
    }


def test_an_output_that_is_written_to_a_folder_of_its_own(submit, tell, told, script_step):
    output = OutputFileDatasetConfig("made", source="written")
    given = output.as_input("given")

    run = submit(
        script_step("write.py", "written/x.txt", "1", outputs=[output]),
        tell(given, inputs=[given]),
    )

    assert told(run)["inputs"] == {"given": ["x.txt"]}


def test_a_sweep_of_a_step_gets_data(submit, sweep_config, source, csv):
    (source / "train.py").write_text(
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "table = run.input_datasets['table'].to_pandas_dataframe()\n"
        "run.log('score', int(table['a'].sum()))\n"
    )
    table = Dataset.Tabular.from_delimited_files(str(csv))

    run = submit(HyperDriveStep("h", sweep_config(), inputs=[table.as_named_input("table")]))

    best = HyperDriveStepRun(run.find_step_run("h")[0]).get_best_run_by_primary_metric()
    assert best.get_metrics() == {"score": 4}


def test_data_that_has_changed_is_read_again(submit, tell, told, csv, workspace):
    datastore = workspace.get_default_datastore()
    datastore.upload_files([str(csv)], target_path="raw")

    def step():
        reference = datastore.path("raw", data_reference_name="raw").as_mount()
        return tell("--data", reference, inputs=[reference])

    submit(step())
    same = submit(step())
    csv.write_text("a,b\n1,2\n")
    datastore.upload_files([str(csv)], target_path="raw", overwrite=True)
    changed = submit(step())

    assert [run.get_steps()[0]._is_reused for run in (same, changed)] == [True, False]


NAMED = {
    "a file that is named": lambda files: files.as_named_input("raw").as_mount(),
    "one that is copied": lambda files: files.as_named_input("raw").as_download(),
    "a parameter": lambda files: DatasetConsumptionConfig(
        "raw", PipelineParameter("which", files), mode="mount"
    ),
}


@pytest.mark.parametrize("shape", NAMED)
def test_a_named_input_among_the_arguments_is_an_input(submit, tell, told, csv, shape):
    files = Dataset.File.from_files(str(csv))

    run = submit(tell("--in", NAMED[shape](files)))

    # As everywhere, a copy of one file is a folder with it.
    expected = ["x.csv"] if shape == "one that is copied" else csv.read_text()
    assert told(run)["inputs"]["raw"] == expected
    assert told(run)["arguments"][0] == "--in"


def test_a_table_among_the_arguments_is_an_input(submit, tell, told, csv):
    table = Dataset.Tabular.from_delimited_files(str(csv))

    run = submit(tell(table.as_named_input("raw")))

    assert told(run)["inputs"] == {"raw": {"a": [1, 3], "b": [2, 4]}}


MADE = {
    "as_input": lambda output: output.as_input("raw"),
    "as_input, mounted": lambda output: output.as_input("raw").as_mount(),
    "as_input, copied": lambda output: output.as_input("raw").as_download(),
}
WRITE_AND_TELL = """
import json, os, sys
from azureml.core import Run

run = Run.get_context()
made = {name: run.output_datasets[name] for name in run.output_datasets}
os.makedirs(sys.argv[1], exist_ok=True)
with open(os.path.join(sys.argv[1], "made.json"), "w") as file:
    json.dump([made, os.environ["AZUREML_DATASET_FILE_OUTPUTS"], sys.argv[1:]], file)
"""


@pytest.mark.parametrize("shape", MADE)
def test_what_a_step_wrote_is_an_input_where_only_arguments_name_it(
    submit, tell, told, script_step, source, shape
):
    (source / "make.py").write_text(WRITE_AND_TELL)
    output, other = OutputFileDatasetConfig("o"), OutputFileDatasetConfig("p")

    run = submit(script_step("make.py", output, other), tell("--in", MADE[shape](output)))

    assert told(run)["inputs"] == {"raw": ["made.json"]}
    with open(f"{told(run)['arguments'][1]}/made.json") as file:
        made, variable, arguments = json.load(file)
    assert made == dict(zip("op", arguments, strict=True))
    assert variable == "o;p"

"""Data in real runs: what argparse gets, what the script reads, what the record shows."""

import json
import os
from pathlib import Path

import pytest

from hyperlocal.azureml._translate import Script
from hyperlocal.azureml.core import Dataset, Experiment, RunConfiguration, ScriptRunConfig
from hyperlocal.azureml.core.run import InputDatasets
from hyperlocal.azureml.core.runconfig import Data
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)
from hyperlocal.errors import NotEmulatedError

# Says as JSON what it was started with and whatever the test's line adds.
TOLD = """
import json, os, sys
from azureml.core import Dataset, Run
run = Run.get_context()
told = {{"argv": sys.argv[1:]}}
{}
print(json.dumps(told))
"""


@pytest.fixture
def experiment(workspace, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    return Experiment(workspace, "data")


@pytest.fixture
def files(put, store):
    put(t_csv="a,b\n1,x\n2,y\n", f__a_txt="A", f__b_txt="B")
    return store


@pytest.fixture
def script_run(tmp_path):
    """Return a configuration whose script does what `lines` say."""

    def make(lines, *arguments, **settings):
        folder = tmp_path / "source"
        folder.mkdir(exist_ok=True)
        (folder / "train.py").write_text(TOLD.format(lines))
        settings.setdefault("compute_target", "cluster")
        return ScriptRunConfig(str(folder), "train.py", arguments=list(arguments), **settings)

    return make


@pytest.fixture
def ran(experiment, script_run):
    """Run it; return the run and what it said."""

    def run(lines, *arguments, **settings):
        done = experiment.submit(script_run(lines, *arguments, **settings))
        done.wait_for_completion(raise_on_error=False)
        output = Path(done._history.folder(done.id).output_log).read_text()
        assert done.get_status() == "Completed", output
        return done, json.loads(output.splitlines()[-1])

    return run


def recorded(run):
    return run.get_details()["runDefinition"]["arguments"]


def test_an_unregistered_table_is_read_by_name_and_by_id(ran, files, workspace):
    table = Dataset.Tabular.from_delimited_files((files, "t.csv"))

    run, told = ran(
        "told['by name'] = run.input_datasets['train'].to_pandas_dataframe().a.tolist()\n"
        "ws = run.experiment.workspace\n"
        "told['by id'] = Dataset.get_by_id(ws, sys.argv[2]).to_pandas_dataframe().b.tolist()\n"
        "told['variable'] = os.environ['train']\n",
        "--input-data",
        table.as_named_input("train"),
    )

    assert told["by name"] == [1, 2]
    assert told["by id"] == ["x", "y"]
    assert told["argv"] == ["--input-data", told["variable"]]
    assert told["variable"] == table.as_named_input("x").dataset._definition.id
    assert recorded(run) == ["--input-data", "DatasetConsumptionConfig:train"]
    (shown,) = run.get_details()["inputDatasets"]
    assert shown["dataset"].to_pandas_dataframe().b.tolist() == ["x", "y"]
    assert shown["dataset"].id == told["variable"]
    assert shown["consumptionDetails"]["inputName"] == "train"
    lineage = run.get_details()["inputDatasets"]
    assert lineage[0]["dataset"].id == lineage[:1][0]["dataset"].id == told["variable"]
    assert f"{{'id': '{told['variable']}'" in str(lineage)
    assert run.input_datasets["train"].to_pandas_dataframe().a.tolist() == [1, 2]


def test_a_registered_dataset_is_found_through_the_runs_workspace(ran, files, workspace):
    Dataset.Tabular.from_delimited_files((files, "t.csv")).register(workspace, "numbers")

    _, told = ran(
        "ws = run.experiment.workspace\n"
        "found = Dataset.get_by_name(ws, name='numbers')\n"
        "told['found'] = [found.version, len(found.to_pandas_dataframe()), len(ws.datasets)]\n"
        "told['store'] = ws.get_default_datastore().name\n"
    )

    assert told["found"] == [1, 2, 1]
    assert told["store"] == "workspaceblobstore"


def test_mounted_files_are_a_path(ran, files):
    folder = Dataset.File.from_files((files, "f"))

    run, told = ran(
        "told['seen'] = sorted(os.listdir(sys.argv[1]))\n"
        "told['single'] = open(sys.argv[2]).read()\n"
        "told['input'] = run.input_datasets['folder']\n",
        folder.as_named_input("folder").as_mount(),
        Dataset.File.from_files((files, "f/a.txt")).as_mount(),
    )

    assert told["seen"] == ["a.txt", "b.txt"]
    assert told["single"] == "A"
    assert told["input"] == told["argv"][0]
    assert run.input_datasets["folder"].to_path() == ["/a.txt", "/b.txt"]
    assert recorded(run)[0] == "DatasetConsumptionConfig:folder"


def test_downloaded_files_are_the_trials_own(ran, files):
    folder = Dataset.File.from_files((files, "f"))

    _, told = ran(
        "open(os.path.join(sys.argv[1], 'a.txt'), 'w').write('changed')\n"
        "told['here'] = sorted(os.listdir('in/put'))\n",
        folder.as_download(),
        folder.as_named_input("x").as_download(path_on_compute="in/put"),
    )

    assert told["here"] == ["a.txt", "b.txt"]
    assert folder.download()[0].endswith("a.txt")
    assert Path(files._place("f/a.txt")).read_text() == "A"


def test_a_reference_is_a_path_in_the_process_and_a_variable_in_the_record(ran, files):
    mounted = files.path("f", data_reference_name="mine").as_mount()
    copied = files.path("f/a.txt", data_reference_name="copied").as_download()

    run, told = ran(
        "told['same'] = os.environ['AZUREML_DATAREFERENCE_mine'] == sys.argv[1]\n"
        "told['joined'] = open(sys.argv[2]).read()\n"
        "told['copied'] = [os.path.basename(sys.argv[3]), open(sys.argv[3]).read()]\n"
        "open(os.path.join(sys.argv[4], 'new.txt'), 'w').write('new')\n",
        mounted,
        f"{mounted}/b.txt",
        copied,
        files.path("made").as_mount(),
    )

    assert (told["same"], told["joined"], told["copied"]) == (True, "B", ["a.txt", "A"])
    assert recorded(run)[:2] == [
        "$AZUREML_DATAREFERENCE_mine",
        "$AZUREML_DATAREFERENCE_mine/b.txt",
    ]
    assert Path(files._place("made/new.txt")).read_text() == "new"
    assert run.get_details()["runDefinition"]["dataReferences"]["mine"]["pathOnDataStore"] == "f"


def test_a_whole_datastore_is_an_argument_too(ran, files):
    run, told = ran("told['seen'] = sorted(os.listdir(sys.argv[1]))\n", files)

    assert told["seen"] == ["f", "t.csv"]
    assert recorded(run) == ["$AZUREML_DATAREFERENCE_workspaceblobstore"]


def test_data_of_the_run_configuration(ran, files):
    config = RunConfiguration()
    config.target = "cluster"
    config.data_references = {"mine": files.path("f", "mine").to_config()}
    table = Dataset.Tabular.from_delimited_files((files, "t.csv"))
    config.data = {
        "one": table.as_named_input("one"),
        "two": Data.create(Dataset.File.from_files((files, "f")).as_named_input("two").as_mount()),
    }

    _, told = ran(
        "told['mine'] = sorted(os.listdir(os.environ['AZUREML_DATAREFERENCE_mine']))\n"
        "told['one'] = run.input_datasets['one'].to_pandas_dataframe().a.tolist()\n"
        "told['two'] = sorted(os.listdir(run.input_datasets['two']))\n",
        run_config=config,
        compute_target=None,
    )

    assert told["mine"] == told["two"] == ["a.txt", "b.txt"]
    assert told["one"] == [1, 2]


@pytest.mark.parametrize("saved", [True, False])
def test_data_of_a_file(ran, files, workspace, tmp_path, saved):
    """What `save` writes, and what people write after the SDK's reference by hand."""
    Dataset.File.from_files((files, "f")).register(workspace, "letters")
    if saved:
        config = RunConfiguration()
        config.data["toy"] = Dataset.get_by_name(workspace, "letters").as_named_input("toy")
        config.data["toy"] = config.data["toy"].as_mount()
        config.save(str(tmp_path), "mine")
    else:
        (tmp_path / "mine").write_text(
            "data:\n"
            "  toy:\n"
            "    dataLocation:\n"
            "      dataset:\n"
            "        id: 00000000-1111-2222-3333-444444444444\n"
            "        name: letters\n"
            "        version: 1\n"
            "    mechanism: mount\n"
        )
    config = RunConfiguration.load(str(tmp_path), "mine")

    run, told = ran(
        "told['seen'] = [sorted(os.listdir(p)) for p in (sys.argv[2], run.input_datasets['toy'])]",
        "--data",
        "DatasetConsumptionConfig:toy",
        run_config=config,
        compute_target=None,
    )

    assert told["seen"] == [["a.txt", "b.txt"]] * 2
    assert recorded(run) == ["--data", "DatasetConsumptionConfig:toy"]


def test_a_command_gets_paths_too(experiment, files, tmp_path):
    (tmp_path / "source").mkdir()
    reference = files.path("f", data_reference_name="mine")
    config = RunConfiguration()
    config.data_references = {"mine": reference.to_config()}
    config.target = "cluster"
    mounted = Dataset.File.from_files((files, "f/a.txt")).as_mount()
    config.command = ["cat", mounted, f"{reference}/b.txt"]

    run = experiment.submit(ScriptRunConfig(str(tmp_path / "source"), run_config=config))
    run.wait_for_completion()

    assert Path(run._history.folder(run.id).output_log).read_text() == "AB"
    assert run.get_details()["runDefinition"]["command"].startswith("cat DatasetConsumption")


def test_trials_of_a_sweep_share_their_inputs_and_the_record_goes_on(
    experiment, script_run, files
):
    table = Dataset.Tabular.from_delimited_files((files, "t.csv"))
    config = HyperDriveConfig(
        run_config=script_run(
            "rows = len(run.input_datasets['train'].to_pandas_dataframe())\n"
            "run.log('score', rows * float(sys.argv[-1]))\n",
            "--data",
            table.as_named_input("train"),
        ),
        hyperparameter_sampling=GridParameterSampling({"--lr": choice(1, 2)}),
        primary_metric_name="score",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=2,
    )

    sweep = experiment.submit(config)
    sweep.wait_for_completion()
    best = sweep.get_best_run_by_primary_metric()

    assert best.get_metrics() == {"score": 4.0}
    assert recorded(best) == ["--data", "DatasetConsumptionConfig:train", "--lr", "2"]
    assert best.get_details()["inputDatasets"][0]["consumptionDetails"]["inputName"] == "train"


def test_an_output_is_a_folder_of_its_datastore_and_becomes_a_dataset(ran, files, workspace):
    output = (
        OutputFileDatasetConfig("result", destination=(files, "out/{run-id}"))
        .read_delimited_files()
        .register_on_complete("results", description="by a run", tags={"k": "v"})
    )

    run, told = ran(
        "open(os.path.join(sys.argv[2], 'r.csv'), 'w').write('q\\n7\\n')\n", "--out", output
    )

    assert told["argv"][1] == files._place(f"out/{run.id}")
    assert recorded(run) == ["--out", "DatasetOutputConfig:result"]
    found = Dataset.get_by_name(workspace, "results")
    assert found.to_pandas_dataframe().q.tolist() == [7]
    assert (found.version, found.description, found.tags) == (1, "by a run", {"k": "v"})
    assert run.output_datasets["result"].to_path() == ["/r.csv"]
    (written,) = run.get_details()["outputDatasets"]
    assert (written["outputType"], written["outputDetails"]["outputName"]) == (
        "RunOutput",
        "result",
    )
    assert written["dataset"].to_path() == ["/r.csv"]
    assert written["identifier"]["savedId"]
    assert Dataset.get_by_name(workspace, "results").version == 1


def test_an_output_can_be_a_folder_of_the_script(ran, files, workspace):
    output = OutputFileDatasetConfig("result", source="made/here").as_upload(overwrite=True)

    run, _ = ran("open('made/here/x.txt', 'w').write('x')\n", "--x", output)

    place = files._place(f"dataset/{run.id}/result/x.txt")
    assert Path(place).read_text() == "x"


def test_every_trial_that_completed_registers_its_output(experiment, script_run, workspace):
    output = OutputFileDatasetConfig("result").register_on_complete("results")
    config = HyperDriveConfig(
        run_config=script_run(
            "open(os.path.join(sys.argv[1], sys.argv[-1]), 'w').write('x')\n"
            "run.log('score', 1)\n"
            "sys.exit(sys.argv[-1] == '2')\n",
            output,
        ),
        hyperparameter_sampling=GridParameterSampling({"--n": choice(1, 2, 3)}),
        primary_metric_name="score",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=3,
        max_concurrent_runs=1,
    )

    experiment.submit(config).wait_for_completion()

    versions = [
        Dataset.get_by_name(workspace, "results", version=version).to_path() for version in (1, 2)
    ]
    assert versions == [["/1"], ["/3"]]
    assert Dataset.get_by_name(workspace, "results").version == 2


def test_a_mapped_url_is_read_in_the_trial_where_the_map_is_not(ran, tmp_path, monkeypatch):
    url = "https://x.invalid/bank.csv"
    project = tmp_path / "deep" / "project"
    project.mkdir(parents=True)
    (project / "mine.csv").write_text("k\n5\n")
    (project / "hyperlocal-data.json").write_text(json.dumps({"urls": {url: "mine.csv"}}))
    monkeypatch.chdir(project)

    _, told = ran(
        "from azureml.data.dataset_factory import TabularDatasetFactory\n"
        f"ds = TabularDatasetFactory.from_delimited_files('{url}')\n"
        "told['k'] = ds.to_pandas_dataframe().k.tolist()\n"
    )

    assert told["k"] == [5]


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda s: Dataset.Tabular.from_delimited_files((s, "t.csv")), "as_named_input"),
        (lambda s: Dataset.File.from_files((s, "f")), "as_mount"),
        (lambda s: s.path("nothing").as_download(), "nothing to download"),
        (lambda s: OutputFileDatasetConfig(destination="here"), "must be a pair"),
        (
            lambda s: Dataset.File.from_files((s, "no"), validate=False).as_mount(),
            "no file 'no'",
        ),
    ],
)
def test_what_cannot_be_given_is_refused_at_submit(experiment, script_run, files, make, complaint):
    with pytest.raises(UserErrorException, match=complaint):
        experiment.submit(script_run("", make(files)))


def test_two_things_of_one_name_are_refused(experiment, script_run, files):
    one = Dataset.File.from_files((files, "f")).as_named_input("x").as_mount()
    other = Dataset.File.from_files((files, "t.csv")).as_named_input("x").as_mount()

    with pytest.raises(UserErrorException, match="two different things"):
        experiment.submit(script_run("", one, other))


@pytest.mark.parametrize("name", ["PATH", "HYPERLOCAL_HOME"])
def test_variables_that_processes_need_are_kept(experiment, script_run, files, name):
    named = Dataset.File.from_files((files, "f")).as_named_input(name)

    with pytest.raises(UserErrorException, match="Choose another name"):
        experiment.submit(script_run("", named))


def test_hdfs_is_loud(experiment, script_run, files):
    with pytest.raises(NotEmulatedError, match="hdfs"):
        experiment.submit(script_run("", Dataset.File.from_files((files, "f")).as_hdfs()))


def test_nothing_is_put_outside_of_the_working_directory(script_run, files, experiment, workspace):
    dataset = Dataset.File.from_files((files, "f"))
    script = Script(script_run("", dataset.as_mount("/data/somewhere")))

    with pytest.warns(UserWarning, match="/data/somewhere"):
        launch = script.launch(workspace, experiment, is_sweep=False)

    assert launch.command[-1] == files._place("f")
    assert launch.staged_inputs == ()


def test_a_dollar_sign_in_a_path_is_kept(ran, put, store):
    os.makedirs(store._place("a$home"))
    Path(store._place("a$home/x.txt")).write_text("x")

    _, told = ran(
        "told['seen'] = os.listdir(sys.argv[1])\n",
        Dataset.File.from_files((store, "a$home")).as_mount(),
    )

    assert told["seen"] == ["x.txt"]


def test_inputs_name_what_there_is():
    inputs = InputDatasets(None)
    inputs["train"] = "path"

    assert inputs.train == "path"
    with pytest.raises(KeyError, match="It has: 'train'"):
        inputs["test"]
    with pytest.raises(AttributeError):
        _ = inputs.test

"""Distributed runs of one process, and commands instead of scripts."""

import json

import pytest

from hyperlocal.azureml.core import RunConfiguration, ScriptRunConfig
from hyperlocal.azureml.core.runconfig import (
    MpiConfiguration,
    PyTorchConfiguration,
    TensorflowConfiguration,
)
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)
from hyperlocal.errors import NotEmulatedError

TRAIN = """
import json, os, sys
from azureml.core import Run

with open("outputs/told.json", "w") as file:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ)}, file)
Run.get_context().log("score", 1)
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    for name in ("RANK", "MASTER_PORT", "TF_CONFIG", "OMPI_COMM_WORLD_RANK"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    return str(folder)


@pytest.fixture
def told(tmp_path):
    def read(run):
        path = tmp_path / f"{run.id}.json"
        run.download_file("outputs/told.json", str(path))
        return json.loads(path.read_text())

    return read


def run_of(experiment, source, job=None, arguments=None):
    config = ScriptRunConfig(source, "train.py", arguments, distributed_job_config=job)
    run = experiment.submit(config)
    run.wait_for_completion()
    return run


def test_a_process_of_pytorch_knows_its_rank(experiment, source, told):
    run = run_of(experiment, source, PyTorchConfiguration("Gloo", process_count=1))

    environment = told(run)["environment"]
    ranks = ("RANK", "LOCAL_RANK", "NODE_RANK", "WORLD_SIZE", "MASTER_ADDR")
    assert [environment[name] for name in ranks] == ["0", "0", "0", "1", "127.0.0.1"]
    assert int(environment["MASTER_PORT"]) > 1023
    assert environment["AZUREML_COMMUNICATOR"] == "gloo"
    assert environment["AZUREML_FRAMEWORK"] == "PyTorch"


def test_a_rank_may_be_an_argument(experiment, source, told):
    arguments = ["--local_rank", "$LOCAL_RANK", "--size", "${WORLD_SIZE}", "$HOME"]

    run = run_of(experiment, source, PyTorchConfiguration(), arguments)

    assert told(run)["arguments"] == ["--local_rank", "0", "--size", "1", "$HOME"]


def test_a_process_of_mpi_knows_its_rank(experiment, source, told):
    environment = told(run_of(experiment, source, MpiConfiguration()))["environment"]

    assert environment["OMPI_COMM_WORLD_RANK"] == environment["OMPI_COMM_WORLD_LOCAL_RANK"] == "0"
    assert environment["OMPI_COMM_WORLD_SIZE"] == "1"
    address, port = environment["AZ_BATCH_MASTER_NODE"].split(":")
    assert (address, int(port) > 1023) == ("127.0.0.1", True)


def test_a_worker_of_tensorflow_knows_its_cluster(experiment, source, told):
    environment = told(run_of(experiment, source, TensorflowConfiguration()))["environment"]

    config = json.loads(environment["TF_CONFIG"])
    assert config["task"] == {"type": "worker", "index": 0}
    assert len(config["cluster"]["worker"]) == 1


def test_a_plain_run_has_no_rank(experiment, source, told):
    environment = told(run_of(experiment, source, None, ["$LOCAL_RANK"]))["environment"]

    assert not {"RANK", "MASTER_PORT", "TF_CONFIG", "OMPI_COMM_WORLD_RANK"} & set(environment)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (PyTorchConfiguration(process_count=2), r"several processes \(process_count is 2\)"),
        (PyTorchConfiguration(node_count=2), r"several nodes \(node_count is 2\)"),
        (MpiConfiguration(process_count_per_node=4), r"\(process_count_per_node is 4\)"),
        (MpiConfiguration(node_count=2), r"several nodes"),
        (TensorflowConfiguration(worker_count=3), r"node_count is 3"),
    ],
)
def test_more_than_one_process_is_refused(experiment, source, history, job, message):
    with pytest.raises(NotEmulatedError, match=message):
        run_of(experiment, source, job)

    assert history.runs.top() == []


def test_a_configuration_that_is_not_used_is_not_refused(experiment, source):
    run_config = RunConfiguration()
    run_config.mpi = MpiConfiguration(process_count_per_node=4)

    run = experiment.submit(ScriptRunConfig(source, "train.py", run_config=run_config))
    run.wait_for_completion()

    assert run.get_status() == "Completed"


@pytest.mark.parametrize(
    "command",
    [
        ["python", "train.py", "--lr", "$AZUREML_SWEEP_lr", "--sum", "$((1 + 1))"],
        'python train.py --lr "$AZUREML_SWEEP_lr" --sum $((1 + 1))',
        "for n in 2; do python train.py --lr ${AZUREML_SWEEP_lr} --sum $n; done",
    ],
)
def test_a_command_reads_sampled_values_from_variables(experiment, source, told, command):
    config = HyperDriveConfig(
        GridParameterSampling({"--lr": choice(0.1, 0.2)}),
        "score",
        PrimaryMetricGoal.MAXIMIZE,
        2,
        run_config=ScriptRunConfig(source, command=command, compute_target="cpu"),
    )

    run = experiment.submit(config)
    run.wait_for_completion()

    rates = [told(child)["arguments"] for child in run.get_children()]
    assert sorted(rates) == [["--lr", "0.1", "--sum", "2"], ["--lr", "0.2", "--sum", "2"]]


@pytest.mark.parametrize("more", [{"script": "train.py"}, {"arguments": ["--a", 1]}])
def test_a_command_is_all_there_is_to_run(experiment, source, more):
    with pytest.raises(UserErrorException, match="together with a script or arguments"):
        experiment.submit(ScriptRunConfig(source, command="python train.py", **more))

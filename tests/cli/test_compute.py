"""`hyperlocal compute`."""

import json

import pytest

LOOK = """
from azureml.core import Workspace
from azureml.core.compute import ComputeTarget
ws = Workspace.from_config()
print(ComputeTarget(ws, "cpu-cluster").type, [each.name for each in ComputeTarget.list(ws)])
"""


@pytest.fixture
def look(folder):
    (folder / "look.py").write_text(LOOK)


def test_a_script_finds_a_cluster_that_it_does_not_make(hyperlocal, look):
    missing = hyperlocal("run", "look.py")
    assert missing.code == 1
    assert "hyperlocal compute add cpu-cluster" in missing.err

    said = hyperlocal("compute", "add", "cpu-cluster")

    assert (said.code, said.err) == (0, "")
    assert hyperlocal("run", "look.py").out == "AmlCompute ['cpu-cluster']\n"


def test_what_is_there_is_listed_and_taken_back(hyperlocal, look):
    hyperlocal("compute", "add", "cpu-cluster", "--max-nodes", "3")
    hyperlocal("compute", "add", "gpu-cluster")

    lines = hyperlocal("compute", "list").out.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["cpu-cluster", "AmlCompute", "3"],
        ["gpu-cluster", "AmlCompute", "1000"],
    ]

    assert hyperlocal("compute", "forget", "cpu-cluster").code == 0
    assert hyperlocal("run", "look.py").code == 1
    assert "no cluster 'cpu-cluster'" in hyperlocal("compute", "forget", "cpu-cluster").err


def test_looking_makes_no_home(hyperlocal, folder):
    home = str(folder / "elsewhere")

    assert "No clusters in" in hyperlocal("compute", "--home", home, "list").out
    assert not (folder / "elsewhere").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [(("2x",), "'2x', but must have 2 to 32 letters"), (("ab", "--max-nodes", "-1"), "-1")],
)
def test_what_the_service_would_not_take_is_refused(hyperlocal, words, reason):
    said = hyperlocal("compute", "add", *words)

    assert said.code == 1
    assert reason in said.err
    assert "Traceback" not in said.err


def test_a_list_for_programs(hyperlocal):
    assert hyperlocal("compute", "list", "--json").out == "[]\n"
    hyperlocal("compute", "add", "gpu-cluster", "--max-nodes", "4")

    said = hyperlocal("compute", "list", "--json")

    assert json.loads(said.out) == [{"name": "gpu-cluster", "type": "AmlCompute", "max_nodes": 4}]

"""Clusters that a project takes for there already."""

import pytest

IMPORTS = "from azureml.core import Workspace; from azureml.core.compute import *\n"
START = IMPORTS + "ws = Workspace.from_config(); name = 'cpu-cluster'\n"
COMMAND = "hyperlocal compute add"


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("ComputeTarget(ws, 'gpu')", "gpu"),
        ("ComputeTarget(workspace=ws, name=name)", "cpu-cluster"),
        ("AmlCompute(ws, name)", "cpu-cluster"),
        ("ComputeTarget.list(ws)[0]", "NAME"),
    ],
)
def test_a_cluster_that_nobody_makes_is_told_with_the_command(report, line, subject):
    (finding,) = report(f"{START}target = {line}").findings

    assert (finding.place.line, finding.kind.value, finding.subject) == (3, "cluster", subject)
    assert finding.command == f"{COMMAND} {subject}"


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    ComputeTarget(ws, name)\nexcept ComputeTargetException:\n    pass",
        "ComputeTarget.create(ws, name, c)\nComputeTarget(ws, 'cpu-cluster')",
        "ws.compute_targets[name]",
        "for each in ComputeTarget.list(ws): each.name",
        "def f(ws, any):\n    ComputeTarget.create(ws, any, c)\nComputeTarget.list(ws)[0]",
    ],
)
def test_a_cluster_that_is_made_or_that_may_be_missing_is_not_told(told, text):
    assert told(START + text) == []


def test_a_cluster_of_the_home_or_of_another_file_is_there(project, reports):
    from hyperlocal.azureml.core import Workspace
    from hyperlocal.azureml.core.compute import AmlCompute, ComputeTarget

    nodes = AmlCompute.provisioning_configuration("STANDARD_D2_V2", max_nodes=1)
    ComputeTarget.create(Workspace.from_config(), "here", nodes)

    found = reports(
        driver=f"{START}ComputeTarget(ws, 'here'), ComputeTarget(ws, 'there')",
        make=f"{START}ComputeTarget.create(ws, 'there', c)",
    )

    assert all(report.is_fine for report in found.values())

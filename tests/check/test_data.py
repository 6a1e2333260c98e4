"""Data that a project reads: mapped, registered, or to be supplied."""

import json

import pytest

URL = "https://example.com/data/bank.csv"


@pytest.mark.parametrize(
    "call",
    [
        f"TabularDatasetFactory.from_delimited_files({URL!r})",
        f"TabularDatasetFactory.from_delimited_files(path=[{URL!r}], separator=',')",
        f"Dataset.Tabular.from_delimited_files(path={URL!r})",
        f"Dataset.File.from_files(path=({URL!r},))",
        "Dataset.Tabular.from_parquet_files(url)",
        "Dataset.Tabular.from_json_lines_files(base + 'data/bank.csv')",
    ],
)
def test_a_url_that_nothing_answers_is_told_with_the_command(report, call):
    text = f"""
from azureml.core import Dataset
from azureml.data.dataset_factory import TabularDatasetFactory
base = "https://example.com/"
url = {URL!r}
ds = {call}
ds.to_pandas_dataframe()
"""
    (finding,) = report(text).findings

    assert (finding.place.line, finding.kind.value) == (6, "data")
    assert finding.command == f"hyperlocal data map {URL} FILE"
    assert finding.is_obstacle


def test_a_mapped_url_is_fine(project, report):
    (project / "bank.csv").write_text("a\n1\n")
    (project / "hyperlocal-data.json").write_text(json.dumps({"urls": {URL: "bank.csv"}}))
    text = f"from azureml.core import Dataset\nDataset.Tabular.from_delimited_files({URL!r})"

    assert report(text).is_fine
    (project / "bank.csv").unlink()
    assert "is mapped to" in report(text).findings[0].text


def test_paths_are_not_asked_for(project, told):
    (project / "local" / "folder").mkdir(parents=True)
    text = """
from azureml.core import Dataset, Datastore
store = Datastore.get(None, "x")
Dataset.Tabular.from_delimited_files([(store, "a/*.csv")])
Dataset.File.from_files("local/folder")
Dataset.Tabular.from_delimited_files(unknown)
"""
    assert told(text) == []


@pytest.mark.parametrize(
    "look_up",
    [
        "Dataset.get_by_name(ws, 'my bank')",
        "Dataset.get_by_name(workspace=ws, name='my bank', version=2)",
        "Dataset.get_by_name(ws, name=key)",
        "ws.datasets['my bank']",
        "ws.datasets.get('my bank')",
        "ws.datasets[key].to_pandas_dataframe()",
    ],
)
def test_a_registered_dataset_that_is_not_there(report, look_up):
    text = f"""
from azureml.core import Dataset, Workspace
ws, key = Workspace.from_config(), 1
key = "my bank"
ws = Workspace.from_config()
{look_up}
"""
    (finding,) = report(text).findings

    assert (finding.place.line, finding.subject) == (6, "my bank")
    assert finding.command == "hyperlocal data add 'my bank' FILE"


def test_a_dataset_that_another_file_registers_is_fine(reports):
    found = reports(
        driver="""
from azureml.core import Dataset
Dataset.File.from_files("x").register(workspace=None, name="bank")
""",
        train="from azureml.core import Dataset\nDataset.get_by_name(None, 'bank')\n",
    )

    assert all(report.is_fine for report in found.values())


def test_a_dataset_that_the_map_or_the_home_has_is_fine(project, report):
    from hyperlocal.azureml.core import Dataset, Workspace

    (project / "a.csv").write_text("a\n1\n")
    dataset = Dataset.Tabular.from_delimited_files(str(project / "a.csv"))
    dataset.register(Workspace.from_config(), "of the home")
    (project / "hyperlocal-data.json").write_text(
        json.dumps({"datasets": {"of the map": {"path": "a.csv", "type": "tabular"}}})
    )
    text = """
from azureml.core import Dataset
Dataset.get_by_name(None, "of the map")
Dataset.get_by_name(None, "of the home")
Dataset.get_by_name(None, "of nobody")
"""
    assert [finding.subject for finding in report(text).findings] == ["of nobody"]


def test_looking_makes_no_home(home, report):
    report("from azureml.core import Dataset\nDataset.get_by_name(None, 'x')")

    assert not home.exists()


def test_what_other_libraries_open_needs_a_network_or_the_map(project, report):
    (project / "local.csv").write_text("")
    text = f"import pandas as pd\npd.read_csv({URL!r})\npd.read_csv('local.csv')\n"

    found = report(text)

    assert [(f.kind.value, f.place.line) for f in found.findings] == [("network", 2)]
    assert found.findings[0].command == f"hyperlocal data map {URL} FILE"
    assert found.is_fine


def test_what_other_libraries_open_is_found_in_the_map(project, report):
    (project / "bank.csv").write_text("a\n1\n")
    (project / "hyperlocal-data.json").write_text(json.dumps({"urls": {URL: "bank.csv"}}))

    assert report(f"import urllib.request\nurllib.request.urlretrieve({URL!r})").findings == []
    assert report(f"import requests\nrequests.get({URL!r})").findings == []

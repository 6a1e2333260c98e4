"""`hyperlocal data`."""

import json

import pytest


@pytest.fixture
def bank(folder):
    file = folder / "data" / "bank.csv"
    file.parent.mkdir()
    file.write_text("age,y\n30,yes\n40,no\n")
    return file


@pytest.fixture
def the_map(folder):
    return folder.parent / "hyperlocal-data.json"  # beside the home


URL = "https://example.invalid/bank.csv"


def test_a_url_is_mapped_beside_the_home(hyperlocal, bank, the_map):
    said = hyperlocal("data", "map", URL, "data/bank.csv")

    assert (said.code, said.err) == (0, "")
    assert str(bank) in said.out
    assert json.loads(the_map.read_text())["urls"] == {URL: "project/data/bank.csv"}


def test_a_script_reads_the_mapped_file(hyperlocal, bank, folder):
    (folder / "read.py").write_text(
        "from azureml.data.dataset_factory import TabularDatasetFactory\n"
        f"ds = TabularDatasetFactory.from_delimited_files(path='{URL}')\n"
        "print(ds.to_pandas_dataframe().age.tolist())\n"
    )
    hyperlocal("data", "map", URL, str(bank))

    assert hyperlocal("run", "read.py").out == "[30, 40]\n"


def test_without_the_map_the_script_is_told_the_command(hyperlocal, bank, folder):
    url = "http://127.0.0.1:9/bank.csv"
    (folder / "read.py").write_text(
        f"from azureml.core import Dataset\nDataset.Tabular.from_delimited_files('{url}')\n"
    )

    said = hyperlocal("run", "read.py")
    command = next(line for line in said.err.splitlines() if line.startswith("    hyperlocal "))
    words = command.split()[1:-1]

    assert said.code == 1
    assert hyperlocal(*words, str(bank)).code == 0
    assert hyperlocal("run", "read.py").code == 0


def test_the_nearest_map_upwards_is_the_one(hyperlocal, bank, folder):
    here = folder / "hyperlocal-data.json"
    here.write_text("{}")

    hyperlocal("data", "map", URL, "data/bank.csv")

    assert json.loads(here.read_text())["urls"] == {URL: "data/bank.csv"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((URL, "nowhere.csv"), "There is no file"),
        (("bank.csv", "data/bank.csv"), "is no URL"),
        ((URL, "data"), "must end in a slash"),
        ((URL + "/", "data/bank.csv"), "must not end in a slash"),
    ],
)
def test_what_cannot_be_mapped_is_refused(hyperlocal, bank, the_map, words, complaint):
    said = hyperlocal("data", "map", *words)

    assert said.code == 1
    assert complaint in said.err
    assert not the_map.exists()


def test_a_dataset_is_added_by_name(hyperlocal, bank, folder):
    (folder / "read.py").write_text(
        "from azureml.core import Dataset, Workspace\n"
        "ws = Workspace.from_config()\n"
        "assert 'my bank' in ws.datasets.keys()\n"
        "ds = Dataset.get_by_name(ws, 'my bank')\n"
        "print(ds.version, ds.to_pandas_dataframe().shape, ws.datasets['all'].to_path())\n"
    )

    hyperlocal("data", "add", "my bank", "data/bank.csv")
    hyperlocal("data", "add", "all", "data")

    assert hyperlocal("run", "read.py").out == "1 (2, 2) ['/bank.csv']\n"


def test_another_file_is_the_next_version(hyperlocal, bank, folder):
    (folder / "read.py").write_text(
        "from azureml.core import Dataset\nprint(Dataset.get_by_name(None, 'bank').version)\n"
    )
    (folder / "data" / "new.csv").write_text("age,y\n1,no\n")

    versions = []
    for file in ("bank.csv", "bank.csv", "new.csv"):
        hyperlocal("data", "add", "bank", f"data/{file}")
        versions.append(hyperlocal("run", "read.py").out.strip())

    assert versions == ["1", "1", "2"]


def test_the_kind_of_a_dataset_can_be_told(hyperlocal, bank, the_map):
    assert hyperlocal("data", "add", "bank", "data/bank.csv", "--type", "file").code == 0

    assert json.loads(the_map.read_text())["datasets"]["bank"]["type"] == "file"


def test_a_table_must_be_of_a_known_format(hyperlocal, bank):
    other = bank.with_suffix(".xlsx")
    other.write_text("?")

    said = hyperlocal("data", "add", "bank", str(other), "--type", "tabular")

    assert said.code == 1
    assert ".csv, .tsv, .parquet" in said.err


def test_list_shows_the_map_and_what_is_missing_and_makes_no_home(hyperlocal, bank, home):
    hyperlocal("data", "map", URL, "data/bank.csv")
    hyperlocal("data", "add", "bank", "data/bank.csv")
    bank.unlink()

    said = hyperlocal("data", "list")

    assert said.lines[0].startswith("Data map: ")
    assert f"{URL}  {bank}  (missing)" in said.lines
    assert said.lines[-1].split() == ["bank", "-", "tabular", str(bank)]
    assert not home.exists()


def test_list_shows_registered_datasets_too(hyperlocal, bank, folder):
    (folder / "register.py").write_text(
        "from azureml.core import Dataset\n"
        "Dataset.File.from_files('data').register(None, 'files')\n"
    )
    hyperlocal("data", "add", "bank", "data/bank.csv")
    hyperlocal("run", "register.py")

    told = json.loads(hyperlocal("data", "list", "--json").out)

    assert {each["name"]: each["version"] for each in told["datasets"]} == {"files": 1, "bank": 1}
    assert hyperlocal("data", "list").code == 0


def test_nothing_yet(hyperlocal, folder):
    said = hyperlocal("data", "list")

    assert said.code == 0
    assert "(not there yet)" in said.out
    assert "No datasets" in said.out


def test_a_map_that_is_not_understood_is_named(hyperlocal, folder):
    (folder / "hyperlocal-data.json").write_text('{"urls": ["x"]}')

    said = hyperlocal("data", "list")

    assert said.code == 1
    assert str(folder / "hyperlocal-data.json") in said.err


@pytest.mark.parametrize("what", [URL, "bank"])
def test_what_was_said_is_taken_back(hyperlocal, bank, the_map, what):
    hyperlocal("data", "map", URL, "data/bank.csv")
    hyperlocal("data", "add", "bank", "data/bank.csv")

    said = hyperlocal("data", "forget", what)

    assert (said.code, said.err) == (0, "")
    body = json.loads(the_map.read_text())
    assert {*body["urls"], *body["datasets"]} == {URL, "bank"} - {what}
    assert bank.exists()
    assert hyperlocal("data", "forget", what).code == 1


def test_a_registered_dataset_is_forgotten_with_all_versions(hyperlocal, bank, folder):
    (folder / "register.py").write_text(
        "from azureml.core import Dataset\n"
        "Dataset.File.from_files('data').register(None, 'files')\n"
    )
    hyperlocal("data", "add", "bank", "data/bank.csv")
    hyperlocal("run", "register.py")
    assert hyperlocal("data", "list").code == 0

    for name in ("files", "bank"):
        assert hyperlocal("data", "forget", name).code == 0

    assert json.loads(hyperlocal("data", "list", "--json").out)["datasets"] == []


def test_what_is_not_there_cannot_be_forgotten(hyperlocal, folder, home):
    said = hyperlocal("data", "forget", "nothing")

    assert said.code == 1
    assert "'nothing'" in said.err
    assert not home.exists()


def test_a_new_map_is_beside_the_project_if_the_home_is_elsewhere(
    hyperlocal, bank, folder, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "home"

    said = hyperlocal("data", "--home", str(elsewhere), "map", URL, "data/bank.csv")

    assert said.code == 0
    body = json.loads((folder / "hyperlocal-data.json").read_text())
    assert body["urls"] == {URL: "data/bank.csv"}


def test_an_action_is_needed(hyperlocal):
    assert hyperlocal("data").code == 2

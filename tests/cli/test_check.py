"""`hyperlocal check`: reads, tells, and runs nothing."""

import json
import os
import pty
import subprocess
import sys

import pytest

TRAIN = """
from azureml.core import Run
open("was_run", "w")
Run.get_context().log("a", 1)
"""
OLD = TRAIN + "import collections\ncollections.Mapping\nimport nowhere\n"
DRIVER = """
from azureml.core import Dataset, Experiment, Workspace
from azureml.core.webservice import AciWebservice
open("was_run", "w")
Dataset.Tabular.from_delimited_files("https://example.com/a.csv")
run = Experiment(Workspace.from_config(), "a").submit(None)
AciWebservice.deploy_configuration()
"""


def test_a_project_that_will_work(folder, hyperlocal):
    (folder / "train.py").write_text(TRAIN)

    said = hyperlocal("check", "train.py")

    assert said.out == (
        "train.py: training script, will work\n"
        "  works: Run.get_context, Run.log\n"
        "\n"
        "1 of 1 files will work as they are.\n"
    )
    assert (said.err, said.code) == ("", 0)
    assert not (folder / "was_run").exists()


def test_a_folder_with_everything_that_can_be_wrong(folder, hyperlocal):
    (folder / "train.py").write_text(OLD)
    (folder / "driver.py").write_text(DRIVER)
    (folder / "older.py").write_text("print 'Python 2'\n")
    (folder / "env" / "lib").mkdir(parents=True)
    (folder / "env" / "pyvenv.cfg").write_text("")
    (folder / "env" / "lib" / "foreign.py").write_text(OLD)

    said = hyperlocal("check", ".")

    assert said.code == 1
    assert said.err == ""
    assert said.lines == [
        "driver.py: driver, 2 things to see to",
        "  works: Experiment, Experiment.submit, TabularDatasetFactory.from_delimited_files, "
        "Workspace.from_config",
        "  line 5: https://example.com/a.csv is read: with a network it is downloaded, without "
        "one map it to a file",
        "  line 7: azureml.core.webservice.AciWebservice.deploy_configuration is not emulated",
        "older.py: module, 1 thing to see to",
        "  line 1: it is Python 2",
        "train.py: training script, 2 things to see to",
        "  works: Run.get_context, Run.log",
        "  line 6: collections.Mapping is gone from the library that is installed",
        "  line 7: nowhere is not installed, and it is not known which package on PyPI it is of",
        "",
        "0 of 3 files will work as they are.",
        "What helps:",
        "  hyperlocal data map https://example.com/a.csv FILE",
        "  hyperlocal run --legacy driver.py",
        "  2to3 -w older.py  # translates Python 2",
    ]
    assert not (folder / "was_run").exists()


def test_notebooks_with_their_cells(folder, hyperlocal):
    cells = ["%matplotlib inline\n", f"%%writefile train.py\n{OLD}", DRIVER]
    (folder / "demo.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    )

    said = hyperlocal("check", "demo.ipynb")

    assert "demo.ipynb: driver, 2 things to see to" in said.lines
    assert "demo.ipynb: train.py (cell 2): training script, 2 things to see to" in said.lines
    assert any(line.startswith("  cell 3 line 7: azureml.core.webservice") for line in said.lines)


def test_json(folder, hyperlocal):
    (folder / "train.py").write_text(OLD + "collections.Mapping\n")

    said = hyperlocal("check", "--json", "train.py")

    (document,) = json.loads(said.out)
    assert said.code == 1
    assert {k: v for k, v in document.items() if k != "findings"} == {
        "file": "train.py",
        "role": "training script",
        "will_work": False,
        "works": ["Run.get_context", "Run.log"],
    }
    assert document["findings"][0] == {
        "kind": "old name",
        "cell": None,
        "line": 6,
        "also_at": [{"cell": None, "line": 8}],
        "subject": "collections.Mapping",
        "text": "collections.Mapping is gone from the library that is installed",
        "command": "hyperlocal run --legacy",
        "is_obstacle": True,
    }


def test_files_of_several_folders_are_one_project(folder, hyperlocal):
    (folder / "src").mkdir()
    (folder / "lib").mkdir()
    (folder / "src" / "train.py").write_text("import tools")
    (folder / "lib" / "tools.py").write_text("")

    assert hyperlocal("check", "src/train.py", "lib").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none.py",), "there is no 'none.py' in "),
        (("notes.txt",), "'notes.txt' is neither a Python script (.py) nor a notebook (.ipynb)"),
        (("empty",), "there is no script and no notebook in empty"),
        ((), "the following arguments are required: PATH"),
    ],
)
def test_wrong_use_is_told(folder, hyperlocal, words, told):
    (folder / "notes.txt").write_text("")
    (folder / "empty").mkdir()

    said = hyperlocal("check", *words)

    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_packages_for_scoring_and_plots_come_apart(folder, hyperlocal):
    (folder / "requirements.txt").write_text("nowhere_1\nnowhere_2\nnowhere_1\n")
    (folder / "train.py").write_text(TRAIN + "import nowhere_1\n")
    (folder / "score.py").write_text(
        "import nowhere_1, nowhere_2, wordcloud\ndef init(): pass\ndef run(data): pass\n"
    )

    said = hyperlocal("check", ".")

    assert "score.py: scoring script, 3 things to see to" in said.lines
    assert said.lines[said.lines.index("What helps:") + 1 :] == [
        "  pip install nowhere-1",
        "  pip install wordcloud  # for plots only",
        "  pip install nowhere-2  # for scoring only",
    ]


def test_how_far_a_driver_gets_is_told(folder, hyperlocal):
    before, deploy = DRIVER.rsplit("\n", 2)[0], "AciWebservice.deploy_configuration()"
    before = before.replace("https://example.com/a.csv", "a.csv")
    (folder / "a.csv").write_text("a\n1\n")
    cells = [before, "run.wait_for_completion()", deploy]
    (folder / "demo.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    )
    (folder / "train.py").write_text(TRAIN)

    said = hyperlocal("check", ".")
    (document, _) = json.loads(hyperlocal("check", "--json", ".").out)

    reach = "works up to cell 2; cell 3 deploys a web service, which is not emulated"
    assert f"demo.ipynb: driver, {reach}" in said.lines
    assert (
        "1 of 2 files will work as they are, and 1 more works but for what comes after its sweep."
        in said.lines
    )
    assert (document["reach"], document["will_work"], said.code) == (reach, False, 1)


def test_with_legacy_old_names_are_no_obstacle(folder, hyperlocal):
    (folder / "train.py").write_text(TRAIN + "import collections\ncollections.Mapping\n")

    assert hyperlocal("check", "train.py").code == 1
    assert hyperlocal("check", "--legacy", "train.py").code == 0


def test_advice_names_the_file_that_the_data_may_be(folder, hyperlocal):
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("")
    (folder / "data" / "b.csv").write_text("")
    (folder / "driver.py").write_text(
        DRIVER + "Dataset.get_by_name(None, 'B')\nDataset.get_by_name(None, 'others')\n"
    )

    lines = hyperlocal("check", ".").lines

    assert "  hyperlocal data map https://example.com/a.csv data/a.csv" in lines
    assert "  hyperlocal data add B data/b.csv" in lines
    assert "  hyperlocal data add others FILE" in lines


def test_nothing_is_imported_to_look_names_up(folder, hyperlocal):
    (folder / "train.py").write_text(
        "import sklearn.svm, numpy as np, pandas as pd, scipy.stats, sys\n"
        "from sklearn.ensemble import RandomForestClassifier as F\n"
        "F(max_features='auto'), np.float(1), pd.DataFrame().append(1)\n"
    )
    program = (
        "import sys\nfrom hyperlocal.check import check\n"
        "found = check(['train.py'], '.')[0].findings\n"
        "print(sorted({'numpy', 'pandas', 'scipy', 'sklearn'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_a_terminal_is_told_what_is_being_read(folder):
    (folder / "train.py").write_text(TRAIN)
    ours, theirs = pty.openpty()

    done = subprocess.run(
        [sys.executable, "-m", "hyperlocal", "check", "train.py"],
        cwd=folder,
        stderr=theirs,
        capture_output=False,
        stdout=subprocess.PIPE,
        check=True,
    )

    os.close(theirs)
    assert b"reading train.py" in os.read(ours, 10_000)
    os.close(ours)
    assert done.stdout.startswith(b"train.py: training script, will work")


def test_old_names_are_supplied_by_those_drivers_that_run_a_script_with_them(folder, hyperlocal):
    driver = (
        "from azureml.core import Experiment, ScriptRunConfig, Workspace\n"
        "src = ScriptRunConfig('.', '{}', compute_target='cpu-cluster')\n"
        "Experiment(Workspace.from_config(), 'e').submit(src)\n"
    )
    (folder / "one.py").write_text(driver.format("old.py"))
    (folder / "two.py").write_text(driver.format("new.py"))
    (folder / "old.py").write_text(OLD)
    (folder / "new.py").write_text("print(1)\n")

    def advised():
        lines = hyperlocal("check", ".").lines
        return [line.strip() for line in lines if line.startswith("  hyperlocal run --legacy")]

    assert advised() == ["hyperlocal run --legacy one.py"]

    (folder / "module.py").write_text(OLD)  # who comes to use it cannot be seen
    assert "hyperlocal run --legacy two.py" in advised()

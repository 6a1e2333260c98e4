"""What people and files may hand to a command, of each kind that once ended in a traceback."""

import json
import os
import subprocess
import sys

import pytest

from hyperlocal.cli import _COMMANDS, main
from tests.cli.conftest import COMMAND
from tests.views.sweeps import a_finished_sweep

posix = pytest.mark.skipif(sys.platform == "win32", reason="names of any bytes, and pipes")


@pytest.fixture
def here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return folder


def in_bytes(*words):
    return subprocess.run([*COMMAND, *words], capture_output=True, timeout=30, check=False)


@pytest.mark.parametrize("name", [n for n in _COMMANDS if n != "run"])
def test_a_command_can_be_called_again_and_again(here, capsys, name):
    before = dict(os.environ)

    codes = [main([name, "--help"]), main([name, "--nosuchoption"]), main([name, "--help"])]

    assert codes == [0, 2, 0]
    assert dict(os.environ) == before


def test_a_command_does_not_leave_its_home_to_the_next(here, capsys, monkeypatch):
    main(["compute", "--home", "other", "add", "cpu-cluster"])
    main(["data", "--home", "other", "list"])
    capsys.readouterr()

    main(["home"])

    assert capsys.readouterr().out.strip() == os.environ["HYPERLOCAL_HOME"]


@pytest.mark.parametrize("word", ["a\0b", "\ud800"])
def test_what_no_process_can_be_given_is_a_wrong_command_line(here, capsys, word):
    assert main(["show", word]) == 2
    assert "which no command can be given" in capsys.readouterr().err


@posix
def test_a_home_of_any_bytes_is_printed_as_its_bytes(here):
    done = in_bytes("home", "--home", os.fsdecode(b"/x/\xff\xfe"))

    assert done.stdout == b"/x/\xff\xfe\n"


@posix
def test_runs_in_a_home_of_any_bytes_are_listed(here, hyperlocal):
    from hyperlocal.history import History

    home = os.fsdecode(os.fsencode(here) + b"/\xff")
    history = History.open(home)
    a_finished_sweep(history)
    history.close()

    assert "HD_sweep" in hyperlocal("list", "--home", home).out
    assert hyperlocal("show", "HD_sweep", "--home", home).code == 0


def test_a_run_that_is_asked_for_by_undecodable_bytes_is_not_there(here, history, hyperlocal):
    said = hyperlocal("show", "HD\udcff")

    assert said.code == 1
    assert "No run" in said.err


@pytest.mark.parametrize("words", [["list"], ["home"], ["data", "list"], ["compute", "list"]])
def test_the_home_of_nobody_is_told(here, hyperlocal, words):
    said = hyperlocal(*words, "--home", "~nosuchuser/x") if words[0] in ("list", "home") else None
    by_variable = hyperlocal(*words, HYPERLOCAL_HOME="~nosuchuser/x")

    for each in filter(None, (said, by_variable)):
        assert each.code == 1
        assert "There is no user" in each.err


_NOTEBOOKS = {
    "numbers for cells": {"cells": [1, 2]},
    "no cells": {"cells": 5},
    "sheets that are none": {"worksheets": [7]},
    "a number for a source": {"cells": [{"cell_type": "code", "source": [1]}]},
    "a list": [],
}


@pytest.mark.parametrize("body", _NOTEBOOKS.values(), ids=_NOTEBOOKS)
def test_one_bad_notebook_leaves_the_others_checked(here, hyperlocal, body):
    (here / "bad.ipynb").write_text(json.dumps(body))
    (here / "good.py").write_text("import os\n")

    said = hyperlocal("check", ".", "--json")

    told = {each["file"]: each for each in json.loads(said.out)}
    assert told["good.py"]["will_work"]
    assert "it is no notebook" in told["bad.ipynb"]["findings"][0]["text"]


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "1" * 5000, "\udcff"])
def test_what_is_no_json_is_no_notebook(here, hyperlocal, text):
    (here / "bad.ipynb").write_bytes(text.encode("utf-8", "surrogateescape"))

    said = hyperlocal("check", "bad.ipynb")

    assert said.code == 1
    assert "it cannot be read: it is not JSON" in said.out


@posix
@pytest.mark.parametrize("ending", [".py", ".ipynb"])
def test_pipes_and_devices_among_the_files_are_told(here, hyperlocal, ending):
    os.mkfifo(here / f"pipe{ending}")
    (here / f"zeros{ending}").symlink_to("/dev/zero")
    (here / "good.py").write_text("import os\n")

    said = hyperlocal("check", ".")

    assert said.code == 1
    assert said.out.count("is no plain file") == 2
    assert "good.py: module, will work" in said.out


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "-" * 3000 + "1",
        "if x: pass\n" + "elif x: pass\n" * 3000,
        "x = a" + ".b" * 3000,
        "x = 1" + " + 1" * 5000,
    ],
)
def test_code_that_is_nested_too_deeply_is_told(here, hyperlocal, code):
    (here / "deep.py").write_text(code)

    said = hyperlocal("check", "deep.py")

    assert said.err == ""
    assert "nested too deeply" in said.out


_BROKEN_URLS = ["http://[", "https://[x]/a", "http://a:b:c/", "http://a:99999999/"]


@pytest.mark.parametrize("url", _BROKEN_URLS)
def test_a_url_that_cannot_be_parsed_is_not_mapped(here, hyperlocal, url):
    (here / "f.csv").write_text("a\n1\n")
    (here / "folder").mkdir()

    said = hyperlocal("data", "map", url, "folder" if url.endswith("/") else "f.csv")

    assert said.code == 1
    assert "is no URL that can be read" in said.err


@pytest.mark.parametrize("url", _BROKEN_URLS)
def test_a_url_that_cannot_be_parsed_in_a_map_by_hand_hides_no_other(here, hyperlocal, url):
    (here / "f.csv").write_text("a\n1\n")
    known = {"urls": {url: "f.csv", "https://example.com/a.csv": "f.csv"}}
    (here / "hyperlocal-data.json").write_text(json.dumps(known))
    code = "from azureml.core import Dataset\nDataset.Tabular.from_delimited_files('{}')\n"
    (here / "a.py").write_text(code.format("https://example.com/a.csv"))

    assert hyperlocal("check", "a.py").code == 0
    assert hyperlocal("data", "forget", url).code == 0
    (here / "b.py").write_text(code.format(url))
    assert "is no URL that can be read" in hyperlocal("check", "b.py").out


@posix
def test_files_of_any_bytes_are_mapped_and_found_again(here):
    name = os.fsdecode(b"\xff.csv")
    (here / name).write_text("a\n1\n")

    mapped = in_bytes("data", "map", "https://example.com/a.csv", name)
    listed = in_bytes("data", "list")

    assert (mapped.returncode, listed.returncode) == (0, 0)
    assert b"\xff.csv" in listed.stdout
    assert b"(missing)" not in listed.stdout


@posix
@pytest.mark.parametrize("name", ["curves.json", "curves.csv"])
def test_curves_that_are_no_plain_file_are_refused(here, hyperlocal, name):
    os.mkfifo(here / name)

    said = hyperlocal("whatif", "--curves", name, "--goal", "maximize")

    assert said.code == 1
    assert "is no plain file" in said.err


def test_curves_in_another_encoding_are_told(here, hyperlocal):
    (here / "c.csv").write_bytes("trial,value\ngr\xf6\xdfe,1\n".encode("latin-1"))

    said = hyperlocal("whatif", "--curves", "c.csv", "--goal", "maximize")

    assert "is no text in UTF-8" in said.err


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"metric": [1]}, "The metric of"),
        ({"trials": [{"values": [1], "parameters": 5}]}, "The parameters of"),
        ({"trials": [{"values": [10**400]}]}, "must be a number"),
        ({"trials": [{"values": [1], "seconds": [1e300]}]}, "Report 1"),
    ],
)
def test_curves_that_say_what_cannot_be_are_refused(here, hyperlocal, value, what):
    (here / "c.json").write_text(json.dumps({"trials": [{"values": [1]}], **value}))

    said = hyperlocal("whatif", "--curves", "c.json", "--goal", "maximize")

    assert (said.code, what in said.err) == (1, True)


def test_more_concurrency_than_trials_takes_no_longer(here, hyperlocal):
    (here / "c.csv").write_text("trial,value\na,1\nb,2\n")

    said = hyperlocal(
        "whatif", "--curves", "c.csv", "--goal", "maximize", "--concurrency", "9" * 40
    )

    assert said.code == 0


@posix
def test_a_pipe_is_not_run(here, hyperlocal):
    os.mkfifo(here / "pipe.py")

    said = hyperlocal("run", "--legacy", "pipe.py")

    assert (said.code, "is no plain file" in said.err) == (2, True)


@pytest.mark.parametrize("slots", ["²", "9" * 5000, "10001", "-1", "\udcff"])
def test_slots_that_cannot_be_are_told(here, hyperlocal, slots):
    (here / "train.py").write_text("")
    (here / "driver.py").write_text(
        "from azureml.core import Experiment, ScriptRunConfig, Workspace\n"
        "from azureml.train.hyperdrive import *\n"
        "c = ScriptRunConfig('.', 'train.py', compute_target='cpu')\n"
        "h = HyperDriveConfig(RandomParameterSampling({'x': choice(1, 2)}), 'm',\n"
        "    PrimaryMetricGoal.MAXIMIZE, 1, run_config=c)\n"
        "try:\n    Experiment(Workspace.from_config(), 'e').submit(h)\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )

    said = hyperlocal("run", "driver.py", HYPERLOCAL_SLOTS=slots)

    assert "TrainingException" in said.out
    assert "must be a whole number from 1" in said.out

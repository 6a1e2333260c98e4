"""`hyperlocal run`, with scripts of three lines."""

import os
import signal
import subprocess
import sys

import pytest

from hyperlocal._doors import shim_folder
from hyperlocal._legacy import start_folder
from tests.cli.conftest import COMMAND

TELL = "import json, os, sys\nprint(json.dumps([sys.argv, sys.path[0], os.getcwd(), __name__]))\n"


def test_everything_after_the_file_is_the_scripts(folder, hyperlocal):
    (folder / "sub").mkdir()
    (folder / "sub" / "driver.py").write_text("import sys\nprint(sys.argv)\n")
    words = ["--help", "-h", "--home", "x", "--", "a b", "", "--version", "*"]

    said = hyperlocal("run", "sub/driver.py", *words)

    assert said.out == f"{['sub/driver.py', *words]}\n"
    assert (said.err, said.code) == ("", 0)


def test_the_script_runs_as_under_python(folder, hyperlocal):
    (folder / "driver.py").write_text(TELL)

    plain = subprocess.run(
        [sys.executable, "driver.py", "1"], cwd=folder, capture_output=True, text=True, check=True
    )

    assert hyperlocal("run", "driver.py", "1").out == plain.stdout


def test_standard_input_and_exit_code_are_the_scripts(folder, hyperlocal):
    (folder / "driver.py").write_text("import sys\nprint(input()[::-1])\nsys.exit(7)\n")

    said = hyperlocal("run", "driver.py", stdin="abc\n")

    assert (said.out, said.code) == ("cba\n", 7)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no exec")
def test_signals_are_the_scripts(folder):
    (folder / "driver.py").write_text("import os\nprint(os.getpid(), flush=True)\ninput()\n")

    with subprocess.Popen(
        [*COMMAND, "run", "driver.py"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert int(process.stdout.readline()) == process.pid
        os.kill(process.pid, signal.SIGTERM)
    assert process.returncode == -signal.SIGTERM


def test_azureml_is_ours_in_the_script_and_what_it_starts(folder, hyperlocal):
    ask = "import azureml; print(azureml.__name__)"
    (folder / "driver.py").write_text(
        f"{ask}\nimport subprocess, sys\nsubprocess.run([sys.executable, '-c', {ask!r}])\n"
    )

    said = hyperlocal("run", "driver.py", PYTHONUNBUFFERED="1", PYTHONPATH="")

    assert said.lines == ["hyperlocal.azureml"] * 2


def test_the_users_own_python_path_stays(folder, hyperlocal):
    (folder / "driver.py").write_text("import os\nprint(os.environ['PYTHONPATH'])\n")

    said = hyperlocal("run", "driver.py", PYTHONPATH="/somewhere")

    assert said.out.strip().split(os.pathsep) == [shim_folder(), "/somewhere"]


@pytest.mark.parametrize("option", [["--home", "../other"], ["--home=../other"]])
def test_home_is_given_to_the_script(folder, hyperlocal, option):
    (folder / "driver.py").write_text("import os\nprint(os.environ['HYPERLOCAL_HOME'])\n")

    said = hyperlocal("run", *option, "driver.py")

    assert said.out == f"{folder.parent / 'other'}\n"


def test_a_relative_home_stays_the_same_when_the_script_changes_its_folder(folder, hyperlocal):
    (folder / "driver.py").write_text("import os\nprint(os.environ['HYPERLOCAL_HOME'])\n")

    assert hyperlocal("run", "driver.py", HYPERLOCAL_HOME="h").out == f"{folder / 'h'}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Needs a POSIX shell")
@pytest.mark.parametrize("words", ["run driver.py", "list"])
def test_a_closed_standard_output_does_no_harm(folder, words):
    (folder / "driver.py").write_text("open('made', 'w').close()\n")

    done = subprocess.run(
        ["sh", "-c", f'"$0" "$@" {words} >&-', *COMMAND],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "made").exists() == words.startswith("run")


@pytest.mark.parametrize(
    ("option", "setting"),
    [
        ("--legacy", ("HYPERLOCAL_LEGACY", "1")),
        ("--environment=build", ("HYPERLOCAL_ENVIRONMENT", "build")),
    ],
)
def test_an_option_is_a_setting_of_the_script(folder, hyperlocal, option, setting):
    (folder / "driver.py").write_text(
        "import os\nprint(sorted(os.environ.items()))\n# run.submit(config)\n"
    )

    assert str(setting) in hyperlocal("run", option, "driver.py", option).out
    assert str(setting) not in hyperlocal("run", "driver.py", option).out


def test_a_driver_gets_no_old_names(folder, hyperlocal):
    (folder / "driver.py").write_text("import sys\nprint(sys.path)\n# run.submit(config)\n")
    (folder / "train.py").write_text("import sys\nprint(sys.path)\n")

    assert start_folder() not in hyperlocal("run", "--legacy", "driver.py").out
    assert start_folder() in hyperlocal("run", "--legacy", "train.py").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "which script? Name the file"),
        (("none.py",), "there is no file 'none.py' in "),
        (("project",), "'project' is a folder; name the script inside it (it has driver.py)"),
        (("notes.txt",), "'notes.txt' is no script and no notebook: it ends in"),
        (("demo.ipynb",), "'demo.ipynb' cannot be read as a notebook: "),
        (("demo.ipynb", "--lr"), "a notebook takes no arguments, but '--lr' is one"),
        (("--verbose", "driver.py"), "there is no option '--verbose'"),
        (("--home",), "--home needs a folder"),
        (("--environment",), "--environment needs 'current' or 'build'"),
        (("--environment=new", "driver.py"), "--environment is 'new', but must be 'current' or"),
        (("--legacy=1", "driver.py"), "there is no option '--legacy'"),
    ],
)
def test_wrong_use_is_told(folder, hyperlocal, words, told):
    (folder / "project").mkdir()
    (folder / "project" / "driver.py").write_text("")
    (folder / "notes.txt").write_text("")
    (folder / "demo.ipynb").write_text("")

    said = hyperlocal("run", *words)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("hyperlocal run: ")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_a_module_is_run_in_place_of_a_file(folder, hyperlocal):
    (folder / "project").mkdir()
    (folder / "project" / "__init__.py").write_text("")
    (folder / "project" / "driver.py").write_text(
        "import sys\nfrom azureml.core import Workspace\n"
        "print(__name__, __package__, sys.argv[1:], Workspace.from_config().name)\n"
    )

    said = hyperlocal("run", "--trials", "2", "-m", "project.driver", "-m", "--trials=3")

    assert said.out == "__main__ project ['-m', '--trials=3'] hyperlocal\n"
    assert said.code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-m"], "-m needs the name of a module"),
        (["-m", "driver.py"], "which is a file and no module"),
        (["--trials", "0", "d.py"], "--trials is '0', but must be a whole number"),
        (["--fail-fast=x", "d.py"], "--fail-fast is 'x', but must be a whole number"),
        (["--trials"], "--trials needs a number"),
    ],
)
def test_what_is_wrong_with_an_option_is_told(hyperlocal, words, told):
    said = hyperlocal("run", *words)

    assert told in said.err
    assert said.code == 2

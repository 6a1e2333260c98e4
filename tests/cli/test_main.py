"""The command line as a whole."""

import subprocess
import sys

import pytest

import hyperlocal as package
from hyperlocal.cli import main
from tests.cli.conftest import COMMAND
from tests.views.sweeps import begin_sweep, insert_trials

COMMANDS = ["run", "list", "show", "watch", "logs", "cancel", "home"]
OF_RUNS = ["show", "watch", "logs", "cancel"]


def test_version(hyperlocal):
    assert hyperlocal("--version").out == f"hyperlocal {package.__version__}\n"


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_help_names_every_command(hyperlocal, words):
    said = hyperlocal(*words)

    assert said.code == 0
    listed = [line.split()[0] for line in said.lines if line.startswith("  ")]
    assert [word for word in listed if word in COMMANDS] == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_examples_and_fits_a_terminal(hyperlocal, command):
    said = hyperlocal(command, "--help", COLUMNS="80")

    assert said.code == 0
    assert said.out.startswith(f"usage: hyperlocal {command} ")
    assert f"\nexamples:\n  hyperlocal {command}" in said.out
    assert "--home PATH" in said.out
    assert max(map(len, said.lines)) <= 80


def test_a_wrong_command_is_guessed(hyperlocal):
    said = hyperlocal("shwo")

    assert said.code == 2
    assert "there is no command 'shwo'. Did you mean 'show'?" in said.err


def test_a_script_without_run_is_guessed(hyperlocal):
    said = hyperlocal("driver.py")

    assert said.code == 2
    assert "Did you mean `hyperlocal run driver.py`?" in said.err


def test_a_wrong_option_is_told(hyperlocal):
    assert "there is no option '--verbose'" in hyperlocal("--verbose").err
    assert hyperlocal("list", "--verbose").code == 2


@pytest.mark.parametrize("command", OF_RUNS)
def test_a_missing_id_is_wrong_use(hyperlocal, command):
    assert hyperlocal(command).code == 2


@pytest.mark.parametrize("command", OF_RUNS)
def test_an_unknown_run_is_one_clear_sentence(hyperlocal, history, command):
    begin_sweep(history)

    said = hyperlocal(command, "HD_none")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"hyperlocal {command}: No run 'HD_none' in {history.home}.")
    assert "Traceback" not in said.err


@pytest.mark.parametrize("command", OF_RUNS)
def test_looking_at_a_home_does_not_make_it(hyperlocal, home, command):
    said = hyperlocal(command, "HD_none")

    assert said.code == 1
    assert f"There are no runs in {home}." in said.err
    assert not home.exists()


def test_a_damaged_database_is_told_and_kept(hyperlocal, home):
    home.mkdir()
    (home / "history.db").write_text("no database" * 1000)

    said = hyperlocal("list")

    assert said.code == 1
    assert "damaged or no database" in said.err
    assert "Traceback" not in said.err
    assert (home / "history.db").read_text() == "no database" * 1000


def test_an_id_that_fits_several_runs_is_not_guessed(hyperlocal, history):
    begin_sweep(history, "HD_1a")
    begin_sweep(history, "HD_1b")

    said = hyperlocal("show", "HD_1")

    assert said.code == 1
    assert "'HD_1' fits several runs" in said.err


def test_home_names_another_home(hyperlocal, history, tmp_path):
    begin_sweep(history)

    assert hyperlocal("home").out == f"{history.home}\n"
    elsewhere = tmp_path / "elsewhere"
    assert hyperlocal("home", "--home", "../elsewhere").out.strip().endswith("elsewhere")
    assert f"No runs in {elsewhere} yet." in hyperlocal("list", "--home", str(elsewhere)).out
    said = hyperlocal("list", "--home", str(history.home), HYPERLOCAL_HOME=str(elsewhere))
    assert "HD_sweep" in said.out


def test_a_reader_who_has_seen_enough_is_no_error(folder, history):
    parent = begin_sweep(history, max_trials=10_000)
    insert_trials(history, parent, 10_000)

    piped = subprocess.Popen(
        [*COMMAND, "show", parent, "--all"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first = piped.stdout.readline()
    piped.stdout.close()
    err = piped.stderr.read()
    piped.stderr.close()

    assert first.startswith("Run ")
    assert (err, piped.wait(timeout=30)) == ("", 141)


def test_main_is_a_function_too(capsys):
    assert main(["--version"]) == 0
    assert main(["nonsense"]) == 2
    assert capsys.readouterr().out.startswith("hyperlocal ")


@pytest.mark.usefixtures("unmeasured")
def test_commands_that_read_nothing_import_little():
    code = (
        "import sys; from hyperlocal.cli import main; main(['run', '--help']);"
        "print([m for m in ('numpy', 'sqlite3', 'rich', 'argparse', 'json') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"

"""A home is its owner's alone."""

import os
import stat
import subprocess
import sys

import pytest

from hyperlocal.history import History

pytestmark = pytest.mark.slow  # homes are opened in processes

OPEN = "from hyperlocal.history import History; History.open()"


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def open_home(home, umask="022"):
    """Open a home in a process of its own; return what it says."""
    return subprocess.run(
        ["sh", "-c", 'umask "$1" && exec "$2" -c "$3"', "sh", umask, sys.executable, OPEN],
        env={**os.environ, "HYPERLOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stderr


@pytest.mark.parametrize("umask", ["000", "002", "022", "077", "0277"])
def test_a_new_home_is_closed_whatever_the_umask(tmp_path, umask):
    home = tmp_path / "home"

    said = open_home(home, umask)
    said += open_home(home, umask)

    assert said == ""
    assert mode(home) == mode(home / "runs") == 0o700
    for path in home.iterdir():
        assert not mode(path) & 0o077, path
    assert mode(home / "history.db") == 0o600


def test_files_beside_the_database_are_closed_too(home):
    history = History.open()
    history.runs.create("a", experiment="e", kind="k")

    assert mode(home / "history.db-wal") == mode(home / "history.db-shm") == 0o600
    history.close()


def test_a_home_of_an_earlier_version_is_closed_and_told(tmp_path):
    home = tmp_path / "home"
    open_home(home)
    (home / ".private").unlink()
    for path in [home, *home.iterdir()]:
        path.chmod(0o755 if path.is_dir() else 0o644)

    said = open_home(home)

    assert f"{home} was open to other users" in said
    assert f"chmod -R g+rX {home}" in said
    assert mode(home) == mode(home / "runs") == 0o700
    assert mode(home / "history.db") == 0o600
    assert open_home(home) == ""


def test_who_opens_a_home_on_purpose_is_left_alone(tmp_path):
    home = tmp_path / "home"
    open_home(home)
    subprocess.run(["chmod", "-R", "g+rX", str(home)], check=True)

    assert open_home(home) == ""
    assert mode(home) == 0o750
    assert mode(home / "history.db") == 0o640


def test_a_folder_that_everybody_uses_keeps_its_rights(tmp_path):
    home = tmp_path / "tmp"
    home.mkdir()
    home.chmod(0o1777)

    assert open_home(home) == ""
    assert mode(home) == 0o1777
    assert mode(home / "runs") == 0o700
    assert mode(home / "history.db") == 0o600


def test_many_processes_close_a_home_at_once(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    environment = {**os.environ, "HYPERLOCAL_HOME": str(home)}

    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN], env=environment, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=30)[1] for process in processes]

    assert [process.returncode for process in processes] == [0] * 4
    assert any(b"was open to other users" in text for text in said)
    assert mode(home) == 0o700

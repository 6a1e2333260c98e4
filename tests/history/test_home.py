"""The home: which folder it is, and what is in it."""

from pathlib import Path

import pytest

from hyperlocal.errors import HistoryError
from hyperlocal.history import History, find_home


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A working directory below which and above which there is no home."""
    monkeypatch.delenv("HYPERLOCAL_HOME", raising=False)
    folder = tmp_path / "project" / "deep"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_a_new_home_is_in_the_working_directory(nowhere):
    assert find_home() == nowhere / ".hyperlocal"
    assert not find_home().exists()


def test_the_nearest_home_upwards_counts(nowhere):
    (nowhere.parent.parent / ".hyperlocal").mkdir()
    assert find_home() == nowhere.parent.parent / ".hyperlocal"

    (nowhere.parent / ".hyperlocal").mkdir()
    assert find_home() == nowhere.parent / ".hyperlocal"


def test_a_file_of_that_name_is_no_home(nowhere):
    (nowhere.parent / ".hyperlocal").write_text("")

    assert find_home() == nowhere / ".hyperlocal"


def test_the_variable_wins(nowhere, monkeypatch):
    (nowhere / ".hyperlocal").mkdir()

    monkeypatch.setenv("HYPERLOCAL_HOME", str(nowhere / "elsewhere"))
    assert find_home() == nowhere / "elsewhere"

    monkeypatch.setenv("HYPERLOCAL_HOME", "relative")
    assert find_home() == nowhere / "relative"

    monkeypatch.setenv("HYPERLOCAL_HOME", "~/mine")
    assert find_home() == Path.home() / "mine"


def test_an_empty_variable_is_none(nowhere, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_HOME", "")

    assert find_home() == nowhere / ".hyperlocal"


def test_a_working_directory_that_is_gone_is_told(nowhere, monkeypatch):
    nowhere.rmdir()

    with pytest.raises(HistoryError, match="working directory does not exist any more"):
        find_home()


def test_opening_makes_the_home_and_keeps_it_out_of_version_control(home):
    history = History.open()

    assert history.home == home
    assert (home / "history.db").is_file()
    assert (home / "runs").is_dir()
    assert (home / ".gitignore").read_text().endswith("\n*\n")
    history.close()


def test_what_a_user_wrote_into_gitignore_stays(home):
    home.mkdir()
    (home / ".gitignore").write_text("mine")

    History.open().close()

    assert (home / ".gitignore").read_text() == "mine"


def test_a_home_that_is_a_file_is_told(home):
    home.write_text("")

    with pytest.raises(HistoryError, match=r"cannot be made or written.*Set HYPERLOCAL_HOME"):
        History.open()


def test_a_home_below_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(HistoryError, match="cannot be made or written: Not a directory"):
        History.open(tmp_path / "file" / "home")

"""Moving, setting aside and removing, whatever there is."""

import errno
import os

import pytest

from hyperlocal.engine import files
from hyperlocal.engine.files import copy_tree, move_into, remove_tree, set_aside
from tests.engine.strange import state_of, undo


@pytest.fixture
def top(tmp_path):
    folder = tmp_path / "top"
    folder.mkdir()
    yield folder
    undo(folder)


def put(path, text="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def nest(folder, n, name="ddd"):
    folder.mkdir(parents=True, exist_ok=True)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(n):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def test_what_clashes_stays_and_is_told_and_the_rest_is_moved(top):
    put(top / "work" / "a" / "x", "new")
    put(top / "work" / "b", "new")
    put(top / "work" / "c" / "z", "new")
    put(top / "kept" / "a", "old")
    put(top / "kept" / "b" / "y", "old")
    put(top / "kept" / "c" / "z", "old")

    left = move_into(str(top / "work"), str(top / "kept"))

    assert sorted(os.path.relpath(each.path, top) for each in left) == ["work/a", "work/b"]
    assert {each.why for each in left} == {
        "There is a folder in its place",
        "There is something that is no folder in its place",
    }
    assert (top / "work" / "a" / "x").read_text() == (top / "work" / "b").read_text() == "new"
    assert (top / "kept" / "c" / "z").read_text() == "new"
    assert not (top / "work" / "c").exists()


def test_folders_are_moved_with_the_rights_that_they_have(top):
    put(top / "work" / "x")
    (top / "work").chmod(0o500)

    assert move_into(str(top / "work"), str(top / "kept")) == []

    assert (top / "kept").stat().st_mode & 0o777 == 0o500


def test_removing_goes_as_deep_as_there_is_anything(top):
    nest(top / "work" / "a", 1100)

    assert remove_tree(str(top / "work")) == []
    assert not (top / "work").exists()


def test_removing_follows_no_link(top):
    put(top / "outside" / "x")
    put(top / "work" / "y")
    (top / "work" / "link").symlink_to(top / "outside")
    (top / "itself").symlink_to(top / "outside")

    assert remove_tree(str(top / "work")) == []
    assert remove_tree(str(top / "itself")) == []

    assert [path.name for path in top.iterdir()] == ["outside"]
    assert (top / "outside" / "x").exists()


def test_what_is_spared_stays(top):
    put(top / "work" / "outputs" / "x")
    put(top / "work" / "y" / "outputs" / "z")

    assert remove_tree(str(top / "work"), ["outputs"]) == []

    assert [name for name, _, _ in state_of(top)] == ["work", "work/outputs", "work/outputs/x"]


@pytest.mark.parametrize("act", [remove_tree, lambda path: move_into(path, path + "-2")])
def test_the_machines_own_trouble_is_an_error(top, monkeypatch, act):
    put(top / "work" / "x")

    def fail(path, *_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    monkeypatch.setattr(files.os, "unlink", fail)
    monkeypatch.setattr(files.os, "replace", fail)

    with pytest.raises(OSError, match="No space left"):
        act(str(top / "work"))


def test_what_is_set_aside_is_numbered(top):
    for number in ("1", "2"):
        put(top / "outputs" / "x", number)
        assert set_aside(["outputs", "logs"], str(top), str(top / "shelf")) == []

    assert (top / "shelf" / "1" / "outputs" / "x").read_text() == "1"
    assert (top / "shelf" / "2" / "outputs" / "x").read_text() == "2"
    assert set_aside(["outputs"], str(top), str(top / "shelf")) == []
    assert sorted(os.listdir(top / "shelf")) == ["1", "2"]


def test_what_stands_in_place_of_the_shelf_is_set_aside_with_the_rest(top):
    put(top / "outside" / "x")
    put(top / "outputs" / "y")
    (top / "shelf").symlink_to(top / "outside")

    assert set_aside(["outputs"], str(top), str(top / "shelf")) == []

    assert sorted(os.listdir(top / "shelf" / "1")) == ["outputs", "shelf"]
    assert os.listdir(top / "outside") == ["x"]


def test_a_home_that_was_removed_does_not_come_back(top):
    put(top / "home" / "runs" / "below" / "x")
    shelf = top / "gone" / "runs" / "trial" / "interrupted"

    set_aside(["below"], str(top / "home" / "runs"), str(shelf))

    assert not (top / "gone").exists()
    assert (top / "home" / "runs" / "below" / "x").exists()


def test_a_copy_that_follows_links_ends_at_circles(top):
    put(top / "data" / "a" / "x")
    put(top / "outside" / "y")
    (top / "data" / "a" / "up").symlink_to("..")
    (top / "data" / "all").symlink_to(top / "outside")
    (top / "outside" / "back").symlink_to(top / "data")
    (top / "data" / "loop").symlink_to("loop")

    copy_tree(str(top / "data"), str(top / "copy"), follows_links=True)

    assert (top / "copy" / "all" / "y").read_text() == "x"
    assert not (top / "copy" / "all").is_symlink()
    for name in ("a/up", "all/back", "loop"):
        assert (top / "copy" / name).is_symlink()
    assert (top / "copy" / "all" / "back").samefile(top / "copy")


def test_copies_are_deeper_than_a_recursion_goes(top):
    nest(top / "data", 1100, "d")

    copy_tree(str(top / "data"), str(top / "copy"))

    assert os.path.isdir(top / "copy" / "/".join("d" * 1100))

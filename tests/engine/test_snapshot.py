"""The snapshot of the submitted source, and the copies that are made of it."""

import errno
import os
import stat

import pytest

from hyperlocal.engine import take_snapshot
from hyperlocal.engine.files import copy_tree, move_into, remove_tree
from hyperlocal.errors import HyperlocalError


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    write(folder, "train.py", "lib/net.py", "lib/data/big.bin", "notes.txt", ".hidden")
    return folder


def write(folder, *names, text="x"):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def names_in(folder):
    return sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, files in os.walk(folder)
        for name in files
    )


def test_everything_is_copied_but_what_is_never_source(source, tmp_path):
    write(source, ".git/config", "lib/__pycache__/net.pyc", ".hyperlocal/history.db")
    write(source, ".ipynb_checkpoints/a.ipynb", ".azureml/config.json")

    take_snapshot(source, tmp_path / "copy")

    assert names_in(tmp_path / "copy") == [
        ".azureml/config.json",
        ".hidden",
        "lib/data/big.bin",
        "lib/net.py",
        "notes.txt",
        "train.py",
    ]


def test_only_the_first_ignore_file_counts(source, tmp_path):
    write(source, ".gitignore", text="*.py\n")
    write(source, ".amlignore", text="# data\nlib/data/\n*.txt\n")

    take_snapshot(source, tmp_path / "copy", ignore_files=(".amlignore", ".gitignore"))

    assert names_in(tmp_path / "copy") == [
        ".amlignore",
        ".gitignore",
        ".hidden",
        "lib/net.py",
        "train.py",
    ]


def test_a_pattern_can_be_taken_back(source, tmp_path):
    write(source, ".gitignore", text="*.txt\n!notes.txt\n/train.py\n")
    write(source, "other.txt", "lib/train.py")

    take_snapshot(source, tmp_path / "copy")

    names = names_in(tmp_path / "copy")
    assert "notes.txt" in names
    assert "lib/train.py" in names
    assert not {"other.txt", "train.py"} & set(names)


def test_a_home_inside_the_source_is_left_out_under_any_name(source):
    home = source / "my-home"
    write(home, "history.db", "runs/old/snapshot/train.py")

    take_snapshot(source, home / "runs" / "new" / "snapshot")

    assert "train.py" in names_in(home / "runs" / "new" / "snapshot")
    assert not (home / "runs" / "new" / "snapshot" / "my-home").exists()


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(HyperlocalError, match="nowhere does not exist"):
        take_snapshot(tmp_path / "nowhere", tmp_path / "copy")


def test_a_copy_keeps_modes_times_and_links(source, tmp_path):
    (source / "train.py").chmod(0o755)
    os.utime(source / "train.py", (1e9, 1e9))
    (source / "inside").symlink_to("lib/net.py")
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere, "data.csv", text="1,2")
    (source / "outside").symlink_to(os.path.relpath(elsewhere, source))
    (source / "broken").symlink_to("nothing")
    os.mkfifo(source / "pipe")

    copy_tree(str(source), str(tmp_path / "copy"))

    copy = tmp_path / "copy"
    assert stat.S_IMODE((copy / "train.py").stat().st_mode) == 0o755
    assert (copy / "train.py").stat().st_mtime == 1e9
    assert os.readlink(copy / "inside") == "lib/net.py"
    assert (copy / "outside" / "data.csv").read_text() == "1,2"
    assert os.readlink(copy / "broken") == "nothing"
    assert not (copy / "pipe").exists()


def test_a_link_that_goes_out_and_back_by_name_leads_into_the_copy(source, tmp_path):
    (source / "itself").symlink_to(f"../{source.name}")
    (source / "lib" / "main.py").symlink_to(f"../../{source.name}/train.py")

    copy_tree(str(source), str(tmp_path / "copy"))

    copy = tmp_path / "copy"
    assert (copy / "itself" / "notes.txt").samefile(copy / "notes.txt")
    assert (copy / "lib" / "main.py").samefile(copy / "train.py")


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EROFS, "Set HYPERLOCAL_HOME"),
        (errno.EACCES, "train.py. List what a trial does not need"),
    ],
)
def test_why_a_source_cannot_be_copied(source, tmp_path, monkeypatch, number, advice):
    def fail(path, **_):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr("os.utime", fail)
    (source / "lib" / "data" / "big.bin").unlink()
    (source / "lib" / "net.py").unlink()
    (source / "notes.txt").unlink()
    (source / ".hidden").unlink()

    with pytest.raises(HyperlocalError, match=f"{os.strerror(number)}.*{advice}"):
        take_snapshot(source, tmp_path / "copy")


def test_a_copy_is_no_hard_link(source, tmp_path):
    copy_tree(str(source), str(tmp_path / "copy"))

    (tmp_path / "copy" / "train.py").write_text("changed")

    assert (source / "train.py").read_text() == "x"


def test_moving_merges_with_what_is_there(tmp_path):
    write(tmp_path / "work", "a.txt", "deep/b.txt", text="new")
    write(tmp_path / "kept", "a.txt", "deep/c.txt", text="old")

    move_into(str(tmp_path / "work"), str(tmp_path / "kept"))

    assert names_in(tmp_path / "kept") == ["a.txt", "deep/b.txt", "deep/c.txt"]
    assert (tmp_path / "kept" / "a.txt").read_text() == "new"
    assert not (tmp_path / "work").exists()


def test_removing_includes_what_was_made_unwritable(tmp_path):
    write(tmp_path / "work", "deep/b.txt")
    (tmp_path / "work" / "deep").chmod(0o500)

    remove_tree(str(tmp_path / "work"))

    assert not (tmp_path / "work").exists()


def test_what_links_lead_to_is_in_the_snapshot(source, tmp_path):
    outside = tmp_path / "outside"
    write(outside, "shared/net.py", "one.csv", text="first")
    (source / "shared").symlink_to("../outside/shared")
    (source / "lib" / "one.csv").symlink_to(outside / "one.csv")
    (source / "inside").symlink_to("lib/net.py")
    os.link(outside / "one.csv", source / "hard.csv")

    take_snapshot(source, tmp_path / "copy")
    work = tmp_path / "work"
    copy_tree(str(tmp_path / "copy"), str(work))

    for name in ("shared/net.py", "lib/one.csv", "inside", "hard.csv"):
        assert not (work / name).is_symlink()
        assert (work / name).read_text() in ("first", "x")
        (work / name).write_text("a trial's")
    assert {path.read_text() for path in outside.rglob("*") if path.is_file()} == {"first"}
    assert (source / "lib" / "net.py").read_text() == "x"


def test_no_link_of_a_snapshot_leads_out_of_it(source, tmp_path):
    outside = tmp_path / "outside"
    write(outside, "a.py")
    (outside / "back").symlink_to(source)
    (source / "out").symlink_to(outside)
    (source / "lib" / "itself").symlink_to(source / "lib")
    (source / "up").symlink_to("..")
    (source / "root").symlink_to("/")
    (source / "nowhere").symlink_to(tmp_path / "later.txt")
    (source / "lib" / "inner").symlink_to("../later.txt")
    (source / "sly").symlink_to("lib/itself/../../later.txt")
    told = []

    take_snapshot(source, tmp_path / "copy", inspect=lambda found: told.extend(found.passed_over))

    copy = tmp_path / "copy"
    assert (copy / "out" / "a.py").read_text() == "x"
    assert (copy / "out" / "back").samefile(copy)
    assert (copy / "lib" / "itself").samefile(copy / "lib")
    assert os.readlink(copy / "lib" / "inner") == "../later.txt"
    for name in ("up", "root", "nowhere", "sly"):
        assert not os.path.lexists(copy / name)
    assert len(told) == 7
    for path in copy.rglob("*"):
        assert os.path.realpath(path).startswith(os.path.realpath(copy))


def test_a_link_to_a_folder_that_holds_a_circle_shows_what_is_there(source, tmp_path):
    (source / "lib" / "itself").symlink_to(".")
    (source / "again").symlink_to("lib")

    take_snapshot(source, tmp_path / "copy")

    assert (tmp_path / "copy" / "again" / "net.py").read_text() == "x"
    assert (tmp_path / "copy" / "lib" / "net.py").read_text() == "x"


@pytest.mark.parametrize("ignore_files", [(), (".amlignore",)])
def test_links_that_lead_to_each_other_are_passed_over_and_told(source, tmp_path, ignore_files):
    (source / "first").symlink_to("second")
    (source / "second").symlink_to("first")
    write(source, ".amlignore", text="notes.txt\n")
    told = []

    take_snapshot(
        source,
        tmp_path / "copy",
        ignore_files=ignore_files,
        inspect=lambda found: told.extend(found.passed_over),
    )

    assert [sentence.partition(" ")[2] for sentence in told] == ["is a link to itself"] * 2
    assert (tmp_path / "copy" / "train.py").is_file()


def test_a_linked_folder_is_left_out_like_any_other(source, tmp_path):
    write(tmp_path / "big", "data.csv")
    write(tmp_path / "home", "history.db", "runs/old/std_log.txt")
    (source / "data").symlink_to("../big")
    (source / "other").symlink_to("../home")
    write(source, ".amlignore", text="data/\n")

    take_snapshot(source, tmp_path / "copy", ignore_files=(".amlignore",))

    assert not os.path.lexists(tmp_path / "copy" / "data")
    assert not os.path.lexists(tmp_path / "copy" / "other")


def test_empty_folders_are_kept(source, tmp_path):
    (source / "empty" / "inner").mkdir(parents=True)

    take_snapshot(source, tmp_path / "copy")

    assert (tmp_path / "copy" / "empty" / "inner").is_dir()


def test_what_is_in_a_folder_is_known_before_it_is_copied(source, tmp_path):
    (source / "train.py").write_text("12345")

    def inspect(found):
        assert found.sizes["train.py"] == 5
        assert not (tmp_path / "copy").exists()
        raise HyperlocalError("too much")

    with pytest.raises(HyperlocalError, match="too much"):
        take_snapshot(source, tmp_path / "copy", inspect=inspect)

    assert not (tmp_path / "copy").exists()

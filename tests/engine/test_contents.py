"""Contents of folders, with all that a folder can hold beside files."""

import os
import socket
import subprocess
import sys

import pytest

from hyperlocal.engine.contents import contents_of
from hyperlocal.history.home import draft_name


@pytest.fixture
def folder(tmp_path):
    top = tmp_path / "top"
    (top / "sub").mkdir(parents=True)
    (top / "a.csv").write_text("a")
    (top / "sub" / "b.csv").write_text("b")
    return top


def names_in(folder):
    return [name for _, name in contents_of(folder).files]


def test_files_come_by_their_names(folder):
    assert contents_of(folder).files == [
        (str(folder / "a.csv"), "a.csv"),
        (str(folder / "sub" / "b.csv"), "sub/b.csv"),
    ]
    assert contents_of(folder).complaint() is None


def test_links_are_followed(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.csv").write_text("c")
    (folder / "file").symlink_to(other / "c.csv")
    (folder / "one").symlink_to(other)
    (folder / "two").symlink_to(other)

    assert names_in(folder) == ["a.csv", "file", "one/c.csv", "sub/b.csv", "two/c.csv"]


@pytest.mark.parametrize("leads_to", [".", "..", "../sub", "../../top"])
def test_a_link_back_is_passed_over(folder, leads_to):
    (folder / "sub" / "back").symlink_to(leads_to)

    assert names_in(folder) == ["a.csv", "sub/b.csv"]
    assert (
        "sub/back is a link back to a folder that leads to it" in contents_of(folder).complaint()
    )


def test_folders_with_links_to_each_other_are_read_once(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.csv").write_text("c")
    (folder / "there").symlink_to(other)
    (other / "back").symlink_to(folder)

    assert names_in(folder) == ["a.csv", "sub/b.csv", "there/c.csv"]


def test_many_folders_with_links_to_all_others_end(tmp_path):
    folders = [tmp_path / f"folder{n}" for n in range(20)]
    for folder in folders:
        folder.mkdir()
        (folder / "file").write_text("x")
        for other in folders:
            (folder / f"to-{other.name}").symlink_to(other)

    assert {f"{folder.name}/file" for folder in folders} <= set(names_in(tmp_path))


def test_what_is_neither_file_nor_folder_is_passed_over_and_told(folder):
    (folder / "itself").symlink_to("itself")
    (folder / "nowhere").symlink_to("nothing")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)  # names of sockets are short
        server.bind("socket")
        os.chdir(here)
    (folder / draft_name("1")).write_text("half")

    assert names_in(folder) == ["a.csv", "sub/b.csv"]
    told = contents_of(folder).complaint()
    assert f"{folder}/itself is a link to itself" in told
    assert f"{folder}/nowhere is a link that leads nowhere" in told
    assert f"{folder}/pipe is a pipe, a socket or a device" in told
    assert f"{folder}/socket is a pipe, a socket or a device" in told


def test_only_a_few_are_told_by_name(folder):
    for n in range(9):
        (folder / f"link{n}").symlink_to("nothing")

    assert contents_of(folder).complaint().endswith("leads nowhere; and 4 more.")


def test_deep_folders_are_no_trouble(tmp_path):
    top = tmp_path / "deep"
    top.mkdir()
    (top / "a.csv").write_text("a")
    make = 'import os\nfor _ in range(1500): os.mkdir("d"); os.chdir("d")'
    subprocess.run([sys.executable, "-c", make], cwd=top, check=True)

    names = names_in(top)

    subprocess.run(["rm", "-r", top], check=True)
    assert names == ["a.csv"]

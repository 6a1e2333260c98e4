import os
import sys

import pytest

from hyperlocal.errors import FileError
from hyperlocal.reading import absolute_path, file_bytes, file_json, file_text, shown, text_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of POSIX")


@posix
def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")

    with pytest.raises(FileError, match=r"pipe\.json is no plain file, but a pipe"):
        file_bytes(tmp_path / "pipe.json")


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_plain_file(device):
    with pytest.raises(FileError, match="but a device"):
        file_bytes(device)


def test_what_no_memory_holds_is_not_read(tmp_path):
    with open(tmp_path / "large", "wb") as file:
        file.truncate(20 << 30)

    with pytest.raises(FileError, match="more than 256 MiB"):
        file_bytes(tmp_path / "large")


def test_a_folder_is_the_systems_error_or_ours(tmp_path):
    with pytest.raises((OSError, FileError)):
        file_bytes(tmp_path)


def test_text_may_begin_with_a_mark_and_end_lines_as_it_likes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")

    assert file_text(tmp_path / "a.txt") == "a\nb\nc\n"


def test_undecodable_bytes_are_told_with_their_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one\ntwo \xff\n")

    with pytest.raises(FileError, match="the byte 0xff in line 2"):
        file_text(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("text", "why"),
    [("[" * 100_000, "nested too deeply"), ("1" * 5000, "digits"), ("{", "column")],
)
def test_json_beyond_the_parser_is_told(tmp_path, text, why):
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(FileError, match=why):
        file_json(tmp_path / "a.json", "The map")


def test_the_folder_of_nobody_is_no_path():
    with pytest.raises(FileError, match="There is no user whose folder '~nosuchuser'"):
        absolute_path("~nosuchuser/home")


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
def test_what_no_path_can_hold_is_refused(text):
    with pytest.raises(FileError, match="cannot be a path"):
        absolute_path(text)


def test_paths_of_any_bytes_are_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert absolute_path("a\udcff") == os.path.join(os.getcwd(), "a\udcff")


def test_values_that_python_does_not_write_are_described():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    assert shown(10**5000) == "<an integer of about 5000 digits>"
    assert "nested too deeply" in text_of(deep)
    assert shown("x" * 300).endswith("...")
    assert (text_of(7), shown("a")) == ("7", "'a'")

"""Reading logs from their end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.views import logs
from hyperlocal.views.logs import LogReader, last_lines, prettify

RECORD = b'"<START>[2026-01-02T03:04:05.678901][%s][INFO]%s<END>\\n"'


def shown(reader):
    return b"".join(reader.blocks())


@given(
    lines=st.lists(st.text(st.sampled_from("ab\r"), max_size=9), max_size=12),
    ends_with_newline=st.booleans(),
    n_last=st.integers(1, 14),
    block=st.integers(1, 16),
)
def test_the_last_lines_are_those_of_the_whole_file(
    tmp_path_factory, lines, ends_with_newline, n_last, block
):
    path = tmp_path_factory.mktemp("logs") / "log.txt"
    content = "\n".join(lines) + ("\n" if ends_with_newline and lines else "")
    path.write_bytes(content.encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "_BLOCK", block)
        found = shown(LogReader(path, n_last=n_last)).decode()

    assert found == "".join(_pieces(content)[-n_last:])


def _pieces(content):
    pieces = [f"{line}\n" for line in content.split("\n")]
    pieces[-1] = pieces[-1][:-1]
    return pieces if pieces[-1] else pieces[:-1]


@given(n_records=st.integers(0, 8), n_last=st.integers(1, 10), block=st.integers(1, 80))
def test_the_last_records_are_those_of_the_whole_log(tmp_path_factory, n_records, n_last, block):
    path = tmp_path_factory.mktemp("logs") / "log.txt"
    path.write_bytes(b"".join(RECORD % (b"API", b"number %d" % n) for n in range(n_records)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "_BLOCK", block)
        found = shown(LogReader(path, n_last=n_last, has_records=True)).splitlines()

    wanted = range(n_records)[-n_last:]
    assert [line.split()[-1] for line in found] == [b"%d" % n for n in wanted]


def test_the_end_of_a_huge_log_is_found_from_its_end(tmp_path):
    path = tmp_path / "log.txt"
    with path.open("wb") as file:
        file.seek(100_000_000)  # a hole: reading it all would still take its time
        file.write(b"\n" + b"".join(b"line %d\n" % n for n in range(300)))

    assert last_lines(path, 200) == [f"line {n}" for n in range(100, 300)]


def test_a_reader_goes_on_where_it_was(tmp_path):
    path = tmp_path / "log.txt"
    reader = LogReader(path, n_last=1)

    assert shown(reader) == b""
    path.write_bytes(b"one\ntwo\nthr")
    assert shown(reader) == b"thr"
    with path.open("ab") as file:
        file.write(b"ee\nfour\n")
    assert shown(reader) == b"ee\nfour\n"
    assert shown(reader) == b""


def test_records_are_shown_when_they_are_complete(tmp_path):
    path = tmp_path / "log.txt"
    record = RECORD % (b"GENERATOR", b"Sampled '1'.")
    path.write_bytes(record + record[:30])
    reader = LogReader(path, n_last=None, has_records=True)

    line = b"2026-01-02T03:04:05.678901  GENERATOR   INFO     Sampled '1'.\n"
    assert shown(reader) == line
    with path.open("ab") as file:
        file.write(record[30:])
    assert shown(reader) == line


def test_what_is_no_record_stays_as_it_is():
    assert prettify(b"plain\n") == b"plain\n"


def test_a_missing_log_has_no_lines(tmp_path):
    assert last_lines(tmp_path / "none.txt", 5) == []

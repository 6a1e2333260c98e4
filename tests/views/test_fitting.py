"""What a table loses on a narrow terminal: digits first, then what can be missed; never words."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.views.digits import short_numbers
from hyperlocal.views.fitting import lay_out, table_lines
from hyperlocal.views.page import Column, Page
from hyperlocal.views.wrapping import cells

COLUMNS = [
    Column("Trial", is_number=True),
    Column("Status", is_long=True),
    Column("accuracy", is_number=True),
    Column("Duration", is_number=True, optional=1),
    *(Column(f"parameter_{n}", is_number=True, optional=2) for n in range(3)),
    Column("Reason", is_long=True, is_note=True),
]
REASON = "0.76 at interval 5 is below 0.767, which the best trial had reached by then"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def row(number, status="Completed", reason="-", accuracy="0.912345"):
    return [str(number), status, accuracy, "1m02s", *(f"0.0{n}123456" for n in range(3)), reason]


ROWS = [
    row(1234, accuracy="0.912345"),
    row(1235, "Failed", "ValueError: bad batch", "0.912399"),
    row(1236, "Canceled (policy)", REASON, "0.7"),
]


def drawn(width, monkeypatch, columns=COLUMNS, rows=ROWS, **options):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    Page(stream, **options).table(columns, rows)
    return re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_no_word_is_broken_and_no_line_is_too_long(width, monkeypatch):
    text = drawn(width, monkeypatch)

    words = text.split()
    for kept in (
        *["1234", "1235", "1236", "Completed", "Failed", "Canceled", "(policy)"],
        *REASON.split(),
    ):
        assert kept in words
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines())


def test_a_note_that_does_not_fit_stands_below_its_row(monkeypatch):
    lines = drawn(88, monkeypatch).splitlines()

    assert lines[-1] == f"       {REASON}"
    assert lines[-2].split()[:3] == ["1236", "Canceled", "(policy)"]
    assert "Reason" not in lines[0]


def test_a_note_that_fits_stands_beside(monkeypatch):
    lines = drawn(200, monkeypatch).splitlines()

    assert lines[0].endswith("Reason")
    assert lines[-1].endswith(REASON)
    assert len(lines) == 4


def test_a_first_column_that_does_not_fit_stands_above_its_row(monkeypatch):
    columns = [Column("Policy", is_note=True), *COLUMNS[:3]]
    policy = "bandit:slack_factor=0.1,delay_evaluation=3"

    lines = drawn(40, monkeypatch, columns, [[policy[:40], *ROWS[0][:3]]]).splitlines()

    assert lines[1] == policy[:40]
    assert lines[2].split() == ["1234", "Completed", "0.9123"]


def test_a_column_of_notes_without_any_is_left_out(monkeypatch):
    text = drawn(200, monkeypatch, rows=[row(1), row(2)])

    assert "Reason" not in text
    assert "Not shown" not in text


def test_what_can_be_missed_is_left_out_and_named(monkeypatch):
    text = drawn(52, monkeypatch)

    assert "Duration" in text.splitlines()[0]
    assert "Not shown on so narrow a terminal: " in text
    assert "parameter_2. A pipe gets all." in " ".join(text.split())


def test_numbers_keep_the_digits_that_differ():
    layout = lay_out(COLUMNS, ROWS, 200)

    assert [each[2] for each in layout.cells] == ["0.9123", "0.9124", "0.7"]


def test_all_digits_are_shown_if_they_are_asked_for(monkeypatch):
    text = drawn(200, monkeypatch, all_digits=True)

    assert "0.912345" in text
    assert "0.00123456" in text


def test_names_of_columns_that_are_too_long_are_cut_and_values_are_not():
    columns = [Column("Trial", is_number=True), Column("m" * 200, is_number=True)]

    layout = lay_out(columns, [["1", "0.5"]], 60)

    assert layout.is_fitting
    assert not layout.is_whole
    assert layout.names == ["Trial", "m" * 11 + "…"]


def test_wide_characters_take_two_cells(monkeypatch):
    columns = [Column("Run"), Column("Experiment", is_long=True), Column("Trials")]
    rows = [["HD_1", "虹彩の分類", "1/2"], ["HD_2", "iris", "2/2"]]

    *_, first, second = drawn(60, monkeypatch, columns, rows).splitlines()

    assert cells(first) == cells(second)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(NUMBERS, min_size=1, max_size=8), st.integers(1, 120))
def test_numbers_that_differ_still_differ(numbers, width):
    columns = [Column("Trial"), Column("x", is_number=True), Column("Reason", is_long=True)]
    rows = [["1", repr(number), "because"] for number in numbers]

    layout = lay_out(columns, rows, width)

    assert not layout.hidden
    assert len({each[1] for each in layout.cells}) == len({each[1] for each in rows})


@given(st.lists(NUMBERS, max_size=8), st.integers(1, 17))
def test_short_numbers_are_the_same_numbers_to_their_digits(numbers, digits):
    short = short_numbers(map(repr, numbers), digits)

    for text, shown in short.items():
        assert float(shown) == pytest.approx(float(text), rel=0.51 * 10.0 ** (1 - digits))
        assert len(shown) <= len(text)


@given(
    st.lists(
        st.lists(st.text(max_size=30), min_size=4, max_size=4),
        max_size=5,
    ),
    st.integers(10, 130),
)
def test_whatever_stands_in_a_table_no_line_is_too_long(rows, width):
    columns = [
        Column("Run"),
        Column("Status", is_long=True),
        Column("x", is_number=True, optional=1),
        Column("Reason", is_long=True, is_note=True),
    ]

    layout = lay_out(columns, rows, width)

    for lines in table_lines(columns, layout):
        for line in lines:
            assert cells("".join(text for text, _ in line).rstrip()) <= width

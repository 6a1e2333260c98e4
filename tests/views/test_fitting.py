"""What a table loses on a narrow terminal: digits and parameters, never states and reasons."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.views.fitting import fitted
from hyperlocal.views.page import Column, Page

COLUMNS = [
    Column("Trial", is_number=True),
    Column("Status", is_long=True),
    Column("accuracy", is_number=True),
    *(Column(f"parameter_{n}", is_number=True, is_optional=True) for n in range(5)),
    Column("Reason", is_long=True),
]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def row(number, status="Completed", reason="-", accuracy="0.912345"):
    return [str(number), status, accuracy, *(f"0.0{n}123456" for n in range(5)), reason]


ROWS = [
    row(1234, accuracy="0.912345"),
    row(1235, "Failed", "ValueError: bad batch", "0.912399"),
    row(1236, "Canceled (policy)", "0.76 at interval 5 is below 0.767", "0.7"),
]


def drawn(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    Page(stream).table(COLUMNS, ROWS)
    return re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


@pytest.mark.parametrize("width", [60, 80, 100])
def test_states_reasons_and_numbers_of_trials_stay(width, monkeypatch):
    text = drawn(width, monkeypatch)

    words = text.split()
    for kept in ("1234", "1235", "1236", "Completed", "Failed", "Canceled", "(policy)"):
        assert kept in words
    assert "ValueError:" in words
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines()[:4])


def test_what_is_left_out_is_named(monkeypatch):
    text = drawn(60, monkeypatch)

    assert "Not shown on so narrow a terminal: " in text
    assert "parameter_4. A pipe gets all." in text


def test_numbers_keep_the_digits_that_differ():
    _, cells = fitted(COLUMNS, ROWS, 80)

    assert [each[2] for each in cells] == ["0.9123", "0.9124", "0.7"]


def test_where_everything_fits_nothing_is_lost():
    assert fitted(COLUMNS, ROWS, 200) == (list(range(len(COLUMNS))), ROWS)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8),
    st.integers(1, 120),
)
def test_numbers_that_differ_still_differ(numbers, width):
    columns = [Column("Trial"), Column("x", is_number=True), Column("Reason", is_long=True)]
    rows = [["1", repr(number), "because"] for number in numbers]

    shown, cells = fitted(columns, rows, width)

    assert shown == [0, 1, 2]
    assert len({each[1] for each in cells}) == len({each[1] for each in rows})

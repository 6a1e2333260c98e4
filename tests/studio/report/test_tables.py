"""The tables of reports, as values."""

import pytest

from hyperlocal.history import History
from hyperlocal.studio.report.tables import trials_table
from hyperlocal.views.sweep_reader import SweepReader
from tests.views import sweeps


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


def test_a_table_has_the_best_of_very_many_trials_and_says_so(history):
    sweep = sweeps.begin_sweep(history)
    sweeps.insert_trials(history, sweep, 2100)

    table = trials_table(SweepReader(history, sweep).read())

    assert len(table.rows) == 2000
    assert table.rows[0].cells[2].text == "2099"
    assert table.note.startswith("The best 2,000 of 2,100 trials. All are in")
    assert f"hyperlocal report {sweep} --format csv" in table.note


def test_numbers_are_short_and_whole_where_somebody_points(history):
    sweep = sweeps.begin_sweep(history)
    sweeps.begin_trial(history, sweep, 0, lr=0.0912345678, metrics=[1 / 3])

    (row,) = trials_table(SweepReader(history, sweep).read()).rows

    cells = [(cell.text, cell.whole, cell.order) for cell in row.cells[2:5]]
    assert cells == [
        ("0.333333", "0.3333333333333333", 1 / 3),
        ("0.0912346", "0.0912345678", 0.0912345678),
        ("16", "", 16.0),
    ]

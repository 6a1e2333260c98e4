"""Rows that hold what they should not: what can be read of them is, and they hide nothing else."""

import sqlite3

import pytest

from hyperlocal.domain.status import Status
from hyperlocal.errors import HistoryError
from hyperlocal.history import History
from hyperlocal.history.migrations import LATEST


@pytest.fixture
def change(home, history, sweep, trial):
    """Run statements on the database of a home with a sweep and a trial, as another program."""
    connection = sqlite3.connect(home / "history.db", isolation_level=None)
    yield connection.execute
    connection.close()


ODD = {
    "bad JSON": ("tags", "{"),
    "JSON of another kind": ("properties", "[1]"),
    "no JSON object": ("parameters", '"x"'),
    "no list of texts": ("command", "[1, 2]"),
    "texts that are none": ("warnings", '{"a": 1}'),
    "a list as an error": ("error", "[]"),
    "JSON without an end": ("tags", "[" * 100_000),
    "an unknown status": ("status", "Paused"),
    "an unknown cause": ("cause", "weather"),
    "a text as a number": ("exit_code", "one"),
    "a blob as a text": ("reason", b"\xff\x00"),
    "a time beyond the calendar": ("created_at", 1e300),
    "a time that is infinite": ("ended_at", float("inf")),
    "everybody's process": ("pid", -1),
    "no process": ("pid", 2**40),
    "itself as its parent": ("parent_id", "HD_1_0"),
}


@pytest.mark.parametrize(("column", "content"), ODD.values(), ids=ODD)
def test_a_column_that_cannot_be_read_hides_nothing_else(history, change, column, content):
    history.runs.create("HD_1_0", experiment="digits", kind="trial", tags={"a": "b"})
    change(f"UPDATE run SET {column} = ? WHERE run_id = 'HD_1_0'", (content,))

    runs = {run.run_id: run for run in history.runs.top(include_children=True)}

    damaged = runs.pop("HD_1_0")
    assert [name for name, _ in damaged.damage] == [column]
    assert damaged.experiment == "digits"
    assert f"Its {column} cannot be read" in damaged.warnings[-1]
    assert "`hyperlocal doctor HD_1_0`" in damaged.warnings[-1]
    assert list(history.notes.values()) == ["HD_1_0"]
    assert runs
    assert all(run.damage == () and run.warnings == [] for run in runs.values())


def test_a_status_that_cannot_be_read_is_final(history, change, trial):
    change("UPDATE run SET status = 'Paused' WHERE run_id = ?", (trial,))

    record = history.runs.get(trial)

    assert record.status is Status.UNREADABLE
    assert record.status.is_terminal
    assert history.runs.count_by_status(record.parent_id) == {Status.UNREADABLE: 1}


@pytest.mark.parametrize("run_id", ["../../etc", "..", "a/b", "", b"HD", "x" * 3000])
def test_an_id_that_is_no_name_of_a_folder_leads_nowhere(history, change, trial, run_id):
    change("UPDATE run SET run_id = ? WHERE run_id = ?", (run_id, trial))

    damaged = next(run for run in history.runs.top(include_children=True) if run.damage)

    assert damaged.run_id.startswith("unreadable-")
    assert damaged.status is Status.UNREADABLE
    assert history.folder(damaged.run_id).file_names() == []


def test_a_text_that_is_no_utf8_hides_nothing_else(history, change, sweep, trial):
    change("UPDATE run SET reason = CAST(x'41FF42' AS TEXT) WHERE run_id = ?", (trial,))

    assert history.runs.get(trial).reason == "A\\xffB"
    assert {run.run_id for run in history.runs.top(include_children=True)} == {sweep, trial}


def test_an_id_that_is_no_text_is_looked_for(history):
    with pytest.raises(LookupError, match="No run"):
        history.runs.get("HD_\udcff")


def test_nothing_is_written_over_what_cannot_be_read(history, change, trial):
    change("UPDATE run SET tags = '{' WHERE run_id = ?", (trial,))

    with pytest.raises(HistoryError, match=f"{trial}: its tags cannot be read"):
        history.runs.edit_tags(trial, put={"a": "b"})

    assert change("SELECT tags FROM run WHERE run_id = ?", (trial,)).fetchone() == ("{",)


@pytest.mark.parametrize(
    ("column", "content"),
    [
        ("value", "text"),
        ("value", b"\x00"),
        ("kind", "colour"),
        ("name", b"m"),
        ("logged_at", "then"),
        ("step", b"1"),
    ],
)
def test_a_metric_point_that_cannot_be_read_hides_no_other(
    history, change, sweep, trial, column, content
):
    for value in (1.0, 2.0, 3.0):
        history.metrics.add(trial, "m", value, kind="float")
    change(f"UPDATE metric SET {column} = ? WHERE value = 2.0", (content,))

    assert [point.value for point in history.metrics.points(trial)] == [1.0, 3.0]
    assert history.notes == {
        f"Run {trial}: metric points of it cannot be read, and are left out.": trial
    }
    if column in ("value", "kind", "name"):
        assert history.ranking.bests(sweep, "m", greatest=True) == {trial: 3.0}
        assert [each.values for each in history.series.of(trial)] == [[1.0, 3.0]]
        assert [each[:4] for each in history.series.summaries(trial)] == [("m", 2, 1.0, 3.0)]


def test_a_table_that_is_no_json_hides_no_other(history, change, trial):
    history.metrics.add(trial, "t", {"a": [1]}, kind="table")
    history.metrics.add(trial, "t", {"a": [2]}, kind="table")
    change("UPDATE metric SET value = '{' WHERE id = 1")

    assert [point.value for point in history.metrics.points(trial)] == [{"a": [2]}]


def test_a_decision_that_cannot_be_read_hides_no_other(history, change, trial):
    for interval in (1, 2):
        history.decisions.add(trial, interval, stop=False, reason="r")
    change("UPDATE decision SET stop = 'perhaps' WHERE interval = 1")

    assert [each.interval for each in history.decisions.of(trial)] == [2]
    assert list(history.notes.values()) == [trial]


def test_an_asset_that_cannot_be_read_hides_no_other(history, change):
    for name in ("a", "b"):
        history.assets.add("model", name, {"x": 1})
    change("UPDATE asset SET body = '{' WHERE name = 'a'")

    assert [asset.name for asset in history.assets.list("model")] == ["b"]
    with pytest.raises(HistoryError, match=r"The model 'a', version 1, cannot be read"):
        history.assets.get("model", "a")


def test_an_asset_says_what_it_lacks(history):
    asset = history.assets.add("model", "a", {"x": 1})

    with pytest.raises(HistoryError, match=r"The model 'a' is damaged: it lacks 'y'"):
        asset.body["y"]
    assert asset.body.get("y") is None


@pytest.mark.parametrize("column", ["cause", "tags", "elapsed", "kind"])
def test_a_column_that_is_missing_is_empty(home, history, change, sweep, trial, column):
    history.close()
    change("DROP INDEX run_by_outcome")  # or SQLite would not drop its columns
    change(f"ALTER TABLE run DROP COLUMN {column}")

    runs = History.open(home)

    assert {run.run_id for run in runs.runs.top(include_children=True)} == {sweep, trial}
    assert f"The table 'run' of the database has no column {column}." in runs.notes
    with pytest.raises(HistoryError):
        runs.runs.set_status(trial, Status.RUNNING)
    runs.close()


@pytest.mark.parametrize("table", ["metric", "decision", "asset"])
def test_a_table_that_is_missing_is_empty(history, change, trial, table):
    change(f"DROP TABLE {table}")

    assert history.metrics.points(trial) == []
    assert history.decisions.of(trial) == []
    assert history.assets.list("model") == []
    assert history.runs.get(trial).run_id == trial
    assert list(history.notes) == [f"The database has no table {table!r}."]


@pytest.mark.parametrize("version", [-1, 0, 1])
def test_a_schema_that_is_not_what_it_says_is_told(home, history, change, version):
    history.close()
    change(f"PRAGMA user_version = {version}")

    with pytest.raises(HistoryError, match="damaged"):
        History.open(home)

    change(f"PRAGMA user_version = {LATEST}")
    History.open(home).close()


@pytest.mark.parametrize("n_bytes", [0, 1, 50, 100, 4096, -4096, -100])
def test_a_file_that_was_cut_off_is_damaged_and_not_locked(home, history, trial, n_bytes):
    history.folder(trial).path.mkdir(parents=True)
    history.runs.edit_tags(trial, put={"long": "x" * 100_000})
    history.close()
    file = home / "history.db"
    file.write_bytes(file.read_bytes()[:n_bytes])
    before = file.read_bytes()

    try:
        opened = History.open(home)
        opened.runs.top(include_children=True)
        told = opened.integrity.damage()
    except HistoryError as error:
        told = [sentence for sentence in [str(error)] if "damaged" in sentence]

    assert told
    assert "locked" not in "".join(told)
    assert file.read_bytes() == before


def test_a_file_that_another_program_holds_is_locked_and_not_damaged(home, history, monkeypatch):
    history.close()
    monkeypatch.setattr("hyperlocal.history.database._BUSY_TIMEOUT_S", 0.1)
    holder = sqlite3.connect(home / "history.db", isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(HistoryError, match="locked by another program"):
        History.open(home).runs.top()

    holder.close()

"""Files that cannot be used: told, and left as they are; and how old ones become new."""

import sqlite3
from types import SimpleNamespace

import pytest

from hyperlocal.errors import HistoryError, HistoryVersionError, HyperlocalError
from hyperlocal.history import History
from hyperlocal.history import database as database_module
from hyperlocal.history.migrations import LATEST, migrate, version_of


def bytes_below(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_a_file_that_is_no_database_is_refused_and_left_alone(home):
    home.mkdir()
    (home / "history.db").write_bytes(b"my notes, not a database at all" * 100)
    before = bytes_below(home)

    with pytest.raises(
        HistoryError, match=r"damaged or no database .*Nothing was changed"
    ) as caught:
        History.open()

    assert "Move it away" in str(caught.value)
    assert bytes_below(home).items() >= before.items()


def test_a_damaged_database_is_told_and_not_changed(home):
    history = History.open()
    history.runs.create("r", experiment="e", kind="k")
    history.close()
    file = home / "history.db"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)

    with pytest.raises(HistoryError, match="damaged"):
        History.open().runs.get("r")

    assert file.read_bytes() == content


def test_a_newer_database_is_refused_and_left_alone(home):
    home.mkdir()
    connection = sqlite3.connect(home / "history.db")
    connection.execute("CREATE TABLE future (x)")
    connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    connection.close()
    before = (home / "history.db").read_bytes()

    with pytest.raises(HistoryVersionError, match=r"pip install -U hyperlocal"):
        History.open()

    assert (home / "history.db").read_bytes() == before
    assert issubclass(HistoryVersionError, HyperlocalError)


def test_a_migration_that_fails_leaves_the_database_as_it_was(home):
    home.mkdir()
    connection = sqlite3.connect(home / "history.db")
    connection.execute("CREATE TABLE metric (mine)")

    with pytest.raises(HistoryError, match="already exists"):
        History.open()

    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [("metric",)]
    assert version_of(connection) == 0
    connection.close()


def test_migrating_twice_changes_nothing(home):
    History.open().close()
    connection = sqlite3.connect(home / "history.db")
    before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()

    migrate(connection, "path")

    assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    assert version_of(connection) == LATEST
    connection.close()


def test_the_schema_is_pinned(home):
    # A landed migration is never edited: old homes have this schema.
    History.open().close()
    connection = sqlite3.connect(home / "history.db")

    columns = {
        table: " ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
        for table in ("run", "metric", "decision", "asset")
    }

    assert columns == {
        "run": (
            "id run_id experiment number parent_id root_id kind display_name description status "
            "cause reason created_at started_at ended_at exit_code pid pid_started plan "
            "parameters command tags properties error warnings elapsed life place owner"
        ),
        "metric": "id run name kind value step logged_at",
        "decision": "id run interval stop reason decided_at",
        "asset": "id kind name version body created_at",
    }
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_full_disk_is_told_and_loses_nothing(history, trial):
    with history._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    history.metrics.add(trial, "m", "first", kind="str")

    with pytest.raises(HistoryError, match="the disk is full"):
        history.metrics.add_many(trial, "m", [("str", "x" * 5000)] * 10)
    with pytest.raises(HistoryError, match="the disk is full"):
        history.metrics.add(trial, "m", "x" * 50000, kind="str")

    assert [point.value for point in history.metrics.points(trial)] == ["first"]
    with history._database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 100000")
    history.metrics.add(trial, "m", "second", kind="str")
    assert len(history.metrics.points(trial)) == 2


def test_a_database_that_cannot_be_written_is_told(history, trial):
    with history._database.reading() as connection:
        connection.execute("PRAGMA query_only = ON")

    with pytest.raises(HistoryError, match=r"cannot be written .*Set HYPERLOCAL_HOME"):
        history.metrics.add(trial, "m", 1, kind="int")
    assert history.metrics.points(trial) == []


def test_a_database_that_cannot_be_opened_is_told(home):
    (home / "history.db").mkdir(parents=True)

    with pytest.raises(HistoryError, match=r"cannot be written .*Set HYPERLOCAL_HOME"):
        History.open()


def test_a_database_that_stays_locked_is_told(home, monkeypatch):
    monkeypatch.setattr(database_module, "_BUSY_TIMEOUT_S", 0.05)
    history = History.open()
    history.runs.create("r", experiment="e", kind="k")
    other = sqlite3.connect(home / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(HistoryError, match="was locked by another program"):
        history.metrics.add("r", "m", 1, kind="int")
    with pytest.raises(HistoryError, match="was locked by another program"):
        history.runs.edit_tags("r", put={"a": "1"})

    other.execute("ROLLBACK")
    other.close()
    history.metrics.add("r", "m", 1, kind="int")
    history.close()


def test_where_sqlite_cannot_say_that_the_disk_is_full_we_do(home, monkeypatch):
    def fail(*_):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(database_module, "_connect", fail)

    with pytest.raises(HistoryError, match="disk I/O error"):
        History.open(home.parent)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=0))
    with pytest.raises(HistoryError, match="the disk is full"):
        History.open(home.parent)

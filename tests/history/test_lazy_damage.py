"""What cannot be read is told when it is asked for, and the best is found without what is kept."""

import sqlite3

import pytest

from hyperlocal.domain.status import Status
from hyperlocal.history import History


@pytest.fixture
def change(home, history, sweep, trial):
    """Run statements on the database of a home with a sweep and a trial, as another program."""
    connection = sqlite3.connect(home / "history.db", isolation_level=None)
    yield connection.execute
    connection.close()


def test_json_that_nobody_asks_for_is_not_decoded_and_then_told_once(history, change, trial):
    change("UPDATE run SET tags = '{', error = '[]' WHERE run_id = ?", (trial,))

    record = history.runs.get(trial)
    assert (record.status, history.notes) == (Status.NOT_STARTED, {})
    assert (record.tags, record.error) == ({}, None)
    assert record.tags is record.tags

    assert [name for name, _ in record.damage] == ["tags", "error"]
    assert len(record.warnings) == len(history.notes) == 2
    assert set(history.notes.values()) == {trial}


def test_records_are_equal_whoever_has_read_them(home, history, trial):
    other = History.open(home)

    assert history.runs.get(trial) == other.runs.get(trial)
    assert history.runs.get(trial) != other.runs.get("HD_x")
    assert len({history.runs.get(trial), other.runs.get(trial)}) == 1
    other.close()


def test_every_question_that_gives_records_tells_of_plain_damage(history, change, sweep, trial):
    history.metrics.add(trial, "m", 1.0, kind="float")
    change("UPDATE run SET exit_code = 'one', reason = x'00' WHERE run_id = ?", (trial,))
    key = change("SELECT id FROM run WHERE run_id = ?", (trial,)).fetchone()[0]
    ranking = history.ranking
    asked = {
        "get": lambda: history.runs.get(trial),
        "by_key": lambda: history.runs.by_key(key),
        "children": lambda: history.runs.children(sweep)[0],
        "children_after": lambda: history.runs.children_after(sweep, 0)[0],
        "each_child": lambda: next(history.listing.each_child(sweep)),
        "each": lambda: next(history.listing.each(include_children=True)),
        "best": lambda: ranking.best(sweep, "m", greatest=True).run,
        "ranked": lambda: ranking.ranked(sweep, "m", greatest=True)[0].run,
        "without": lambda: ranking.without(sweep, "other")[0],
    }
    for name, ask in asked.items():
        history.notes.clear()
        record = ask()
        assert (record.run_id, record.exit_code, record.reason) == (trial, None, None), name
        assert [column for column, _ in record.damage] == ["reason", "exit_code"], name
        assert set(history.notes.values()) == {trial}, name
    assert ranking.ended_for_a_reason(sweep, "m", greatest=True) == []


def test_outcomes_that_cannot_be_read_are_counted(history, change, sweep, trial):
    change("UPDATE run SET status = 'Paused', cause = 'weather' WHERE run_id = ?", (trial,))

    assert history.listing.outcomes(sweep) == [(Status.UNREADABLE, None, 1)]


@pytest.mark.parametrize("parents", [("HD_x_0", "HD_x"), ("HD_x", "HD_x")])
def test_runs_above_themselves_are_read_once(history, change, sweep, trial, parents):
    for run_id, parent in zip((sweep, trial), parents, strict=True):
        change("UPDATE run SET parent_id = ? WHERE run_id = ?", (parent, run_id))
    history.metrics.add(trial, "m", 1.0, kind="float")

    assert {run.run_id for run in history.runs.children(sweep, recursive=True)} == {sweep, trial}
    assert {r.run_id for r in history.listing.each_child(sweep, recursive=True)} == {sweep, trial}
    assert [each.run_id for each in history.series.below(sweep)] == [trial]


ODD_POINTS = [("float", "9"), ("float", b"9"), ("int", None), ("bool", "yes"), ("colour", 9)]
ODD_POINTS += [("str", 9), ("artifact", b"a"), ("row", "["), ("table", "[1]"), ("row", "[" * 9999)]


@pytest.mark.parametrize(("kind", "value"), ODD_POINTS)
def test_a_point_that_is_none_counts_nowhere(history, change, sweep, trial, kind, value):
    history.metrics.add(trial, "m", 1.0, kind="float")
    change(
        "INSERT INTO metric (run, name, kind, value, logged_at) "
        "SELECT id, 'm', ?, ?, 0 FROM run WHERE run_id = ?",
        (kind, value, trial),
    )
    history.metrics.add(trial, "m", 3.0, kind="float")
    ranking, note = history.ranking, {f"Run {trial}: metric points of it cannot be read, and "
                                      "are left out.": trial}  # fmt: skip

    assert ranking.best(sweep, "m", greatest=True) == (history.runs.get(trial), 3.0)
    assert ranking.best(sweep, "m", greatest=False).metric == 1.0
    assert ranking.bests(sweep, "m", greatest=True) == {trial: 3.0}
    assert [point[1] for point in ranking.rising(sweep, "m", greatest=True)] == [1.0, 3.0]
    assert history.notes == {}
    for series in (history.series.of(trial), history.series.of_children(sweep, "m")):
        assert [(each.kinds, each.values) for each in series] == [("float", [1.0, 3.0])]
        assert history.notes == note
    assert history.series.summaries(trial) == [("m", 2, 1.0, 3.0, 3.0)]
    assert [point.value for point in history.tail(sweep, "m").new_points()] == [1.0, 3.0]


def test_the_last_value_of_a_metric_may_be_the_damaged_one(history, change, trial):
    for value in (1, 2):
        history.metrics.add(trial, "t", {"x": value}, kind="table")
    change("UPDATE metric SET value = '{' WHERE id = 2")

    assert history.series.summaries(trial) == [("t", 1, None, None, {"x": 1})]


def test_names_and_values_that_are_no_utf8_are_read(history, change, trial):
    history.metrics.add(trial, "m", "text", kind="str")
    change("UPDATE metric SET name = CAST(x'6dFF' AS TEXT), value = CAST(x'41FF' AS TEXT)")

    assert [(each.name, each.values) for each in history.series.of(trial)] == [
        ("m\\xff", ["A\\xff"])
    ]


@pytest.mark.parametrize("value", [9.0, -9.0, "9", None])
def test_a_point_that_another_program_changes_counts_as_it_is(
    history, change, sweep, trial, value
):
    history.metrics.add(trial, "m", "text", kind="str")
    history.metrics.add(trial, "m", 2.0, kind="float")
    change("UPDATE metric SET kind = 'float', value = ? WHERE id = 1", (value,))
    history.metrics.add(trial, "m", 1.0, kind="float")

    numbers = [1.0, 2.0, *([value] if isinstance(value, float) else [])]
    assert history.ranking.best(sweep, "m", greatest=True).metric == max(numbers)
    assert history.ranking.best(sweep, "m", greatest=False).metric == min(numbers)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE extreme SET least = 'x', greatest = x'00'",
        "UPDATE extreme SET least_at = 'x', greatest_at = NULL",
        "UPDATE extreme SET is_stale = 'x'",
        "DELETE FROM extreme",
        "ALTER TABLE extreme RENAME TO other",
        "DROP INDEX run_at_top",
    ],
)
def test_the_best_is_found_without_what_the_database_keeps(history, change, sweep, trial, damage):
    for value in (1.0, 3.0, 2.0):
        history.metrics.add(trial, "m", value, kind="float")
    change(damage)

    assert history.ranking.best(sweep, "m", greatest=True).metric == 3.0
    assert history.ranking.best(sweep, "m", greatest=False).metric == 1.0
    assert history.runs.find("HD_").run_id == sweep
    assert history.listing.neighbours("A") == [sweep]


@pytest.mark.parametrize(
    "damage",
    [
        ["DROP TRIGGER extreme_of_new"],
        ["DROP TRIGGER extreme_of_changed", "DROP TRIGGER extreme_of_gone"],
        ["DROP TABLE extreme"],
    ],
)
def test_what_keeps_the_best_is_made_anew_with_what_was_logged(
    history, change, sweep, trial, damage
):
    history.metrics.add(trial, "m", 5.0, kind="float")
    for statement in damage:
        change(statement)
    if "extreme_of_new" in damage[0]:
        history.metrics.add(trial, "m", 7.0, kind="float")
    most = max(each.value for each in history.metrics.points(trial))

    missing = history.integrity.missing_from_schema()
    assert missing
    for each in missing:
        assert each.statement, each
        history.integrity.make_anew(each.statement)

    assert history.integrity.missing_from_schema() == []
    assert history.ranking.best(sweep, "m", greatest=True).metric == most
    history.metrics.add(trial, "m", 1.0, kind="float")
    history.metrics.add(trial, "m", 9.0, kind="float")
    kept = change("SELECT least, greatest FROM extreme").fetchall()
    assert kept == [(1.0, 9.0)]
    assert history.ranking.best(sweep, "m", greatest=True).metric == 9.0

"""What is asked of large homes takes no more steps of the database than it must.

Steps are SQLite's own: they are the same on every machine, however busy.
"""

import itertools

import pytest

from hyperlocal.history import History
from hyperlocal.history.database import Database

SMALL, LARGE = 300, 3000
_serial = itertools.count()
_SINGLE = "INSERT INTO run (run_id, experiment, number, root_id, kind, status, created_at) VALUES "


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """A small and a large home: a sweep, and as many runs of their own as it has children."""
    opened = {}
    for size in (SMALL, LARGE):
        history = opened[size] = History.open(tmp_path_factory.mktemp("home"), is_durable=False)
        history.runs.create("HD_a", experiment="e", kind="hyperdrive")
        with history._database.writing() as connection:
            _fill(connection, size)
    yield opened
    for history in opened.values():
        history.close()


def _fill(connection, size):
    connection.executemany(
        f"{_SINGLE} (?, 'single', ?, ?, 'k', 'Completed', 0)",
        [(f"single_{n}", n, f"single_{n}") for n in range(size)],
    )
    connection.executemany(
        "INSERT INTO run (run_id, experiment, number, parent_id, root_id, kind, status, cause, "
        "reason, created_at) VALUES (?, 'e', ?, 'HD_a', 'HD_a', 'k', ?, ?, ?, 0)",
        [(f"HD_a_{n}", n, *_fault_plan(n)) for n in range(size)],
    )
    for offset in (0.25, 0.5, 0.0):
        connection.execute(
            "INSERT INTO metric (run, name, kind, value, logged_at) SELECT id, 'loss', 'float', "
            "number * 7919 % 1000 + ?, 0 FROM run WHERE parent_id = 'HD_a'",
            (offset,),
        )


def _fault_plan(number):
    return ("Failed", "script", "bad batch") if number % 100 == 7 else ("Completed", None, None)


CONSTANT = {
    "the best": lambda h: h.ranking.best("HD_a", "loss", greatest=False),
    "a page": lambda h: h.listing.page(limit=10),
    "a page with children": lambda h: h.listing.page(include_children=True, limit=10),
    "a page of an experiment": lambda h: h.listing.page("e", limit=10),
    "a page of an experiment with children": lambda h: h.listing.page(
        "single", include_children=True, limit=10
    ),
    "the first children": lambda h: h.runs.children_after("HD_a", 0, limit=10),
    "the first of each": lambda h: next(h.listing.each("e", include_children=True)),
    "the first of each child": lambda h: next(h.listing.each_child("HD_a")),
    "neighbours": lambda h: h.listing.neighbours("HD_a"),
    "a run by the start of its id": lambda h: h.runs.find("HD_"),
    "a trial by the start of its id": lambda h: h.runs.find("HD_a_29"),
    "a look at no new points": lambda h: _looked_at(h),
    "a summary of a trial": lambda h: h.series.summaries("HD_a_5"),
    "the best of a trial": lambda h: h.ranking.best_finite("HD_a_5", "loss", greatest=True),
    "a new run": lambda h: h.runs.create(f"new_{next(_serial)}", experiment="single", kind="k"),
}
LINEAR = {
    "the top ten": (lambda h: h.ranking.ranked("HD_a", "loss", greatest=False, limit=10), 100),
    "the best of some": (lambda h: _best_of_some(h), 60),
    "outcomes": (lambda h: h.listing.outcomes("HD_a"), 15),
    "how many": (lambda h: h.listing.count(include_children=True), 10),
    "without a number": (lambda h: h.ranking.without("HD_a", "other", limit=10), 30),
    "reasons": (lambda h: h.ranking.ended_for_a_reason("HD_a", "loss", greatest=True), 10),
    "an ambiguous id": (lambda h: _refused(h, "single_"), 25),
    "bests": (lambda h: h.ranking.bests("HD_a", "loss", greatest=True), 90),
    "series": (lambda h: h.series.of_children("HD_a"), 140),
}


def _best_of_some(history):
    from hyperlocal.domain.status import Status

    excluded = [Status.COMPLETED]
    return history.ranking.best("HD_a", "loss", greatest=False, excluded=excluded)


def _looked_at(history):
    tail = history.tail("HD_a", "loss")
    tail.begin()
    return tail.new_points()


def _refused(history, name):
    from hyperlocal.errors import HyperlocalError

    with pytest.raises(HyperlocalError, match="fits several runs"):
        history.runs.find(name)


@pytest.mark.parametrize("question", CONSTANT)
def test_a_question_about_few_rows_takes_the_same_steps_in_a_large_home(homes, steps, question):
    ask = CONSTANT[question]

    taken = {size: steps(lambda size=size: ask(homes[size]), homes[size]) for size in homes}

    assert taken[LARGE] <= 1.5 * taken[SMALL] + 100


@pytest.mark.parametrize("question", LINEAR)
def test_a_question_about_all_rows_takes_a_few_steps_for_each(homes, steps, question):
    ask, most = LINEAR[question]

    taken = {size: steps(lambda size=size: ask(homes[size]), homes[size]) for size in homes}

    assert taken[LARGE] <= 11 * taken[SMALL] + 100
    assert taken[LARGE] / LARGE <= most


def test_logging_takes_the_same_steps_however_much_was_logged(homes, steps):
    for value in (-1.0, 5.0):
        taken = {
            size: steps(
                lambda size=size, value=value: homes[size].metrics.add(
                    "HD_a_9", "loss", value, kind="float"
                ),
                homes[size],
            )
            for size in homes
        }
        assert taken[LARGE] <= 1.5 * taken[SMALL] + 50


def test_an_older_home_knows_the_best_of_its_sweeps(tmp_path, steps):
    from hyperlocal.history import migrations

    history = History.open(tmp_path)
    history.runs.create("HD_a", experiment="e", kind="hyperdrive")
    with history._database.writing() as connection:
        _fill(connection, SMALL)
        for trigger in ("extreme_of_new", "extreme_of_changed", "extreme_of_gone"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DROP TABLE extreme")
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for (name,) in rows:
            if name not in ("run_by_parent", "run_by_experiment", "decision_by_run"):
                connection.execute(f"DROP INDEX {name}")
        connection.execute("CREATE INDEX metric_by_run ON metric (run, name)")
        step = migrations._STEPS.index(migrations._m004_large_homes)
        connection.execute(f"PRAGMA user_version = {step}")
    history.close()

    again = Database(str(tmp_path))
    history = History.open(tmp_path)

    assert history.ranking.best("HD_a", "loss", greatest=False).run.run_id == "HD_a_0"
    assert history.ranking.best("HD_a", "loss", greatest=True).metric == 996.5
    assert steps(lambda: history.ranking.best("HD_a", "loss", greatest=True), history) < 200
    again.close()
    history.close()

"""Runs page by page."""

import itertools

from hyperlocal.domain.status import Cause, Status


def ids(records):
    return [record.run_id for record in records]


def a_home(history, n_runs=5, n_children=200):
    """Runs r0, r1, ... of two experiments in turn; the last has children."""
    for number in range(n_runs):
        history.runs.create(f"r{number}", experiment="ab"[number % 2], kind="k")
    for number in range(n_children):
        parent = f"r{n_runs - 1}"
        history.runs.create(f"{parent}_{number}", experiment="a", kind="k", parent_id=parent)


def test_pages_follow_each_other(history):
    a_home(history)
    listing = history.listing

    first = listing.page(limit=2)
    assert ids(first) == ["r4", "r3"]
    assert ids(listing.page(limit=2, before=first[-1].key)) == ["r2", "r1"]
    assert ids(listing.page("b")) == ["r3", "r1"]
    assert ids(listing.page(include_children=True, limit=2)) == ["r4_199", "r4_198"]
    assert listing.page("c") == []


def test_counts_are_those_of_the_pages(history):
    a_home(history)

    assert history.listing.count() == 5
    assert history.listing.count("a") == 3
    assert history.listing.count("a", include_children=True) == 203
    assert history.listing.count(include_children=True) == 205


def test_runs_are_read_when_they_are_asked_for(history):
    a_home(history)
    statements = []
    with history._database.reading() as connection:
        connection.set_trace_callback(statements.append)

        runs = history.listing.each(include_children=True)
        children = history.listing.each_child("r4")
        assert statements == []
        assert ids(itertools.islice(runs, 3)) == ["r4_199", "r4_198", "r4_197"]
        assert len(statements) == 1
        connection.set_trace_callback(None)

    assert ids(runs) == [*(f"r4_{n}" for n in range(196, -1, -1)), "r4", "r3", "r2", "r1", "r0"]
    assert ids(children) == [f"r4_{n}" for n in range(199, -1, -1)]


def test_all_below_a_run_are_newest_first(history):
    a_home(history, n_children=600)
    history.runs.create("deep", experiment="a", kind="k", parent_id="r4_3")

    below = list(history.listing.each_child("r4", recursive=True))

    assert below == history.runs.children("r4", recursive=True)
    assert ids(below[:2]) == ["deep", "r4_599"]
    assert len(below) == 601


def test_a_run_that_is_made_meanwhile_is_not_listed(history):
    a_home(history)
    runs = history.listing.each()
    next(runs)

    history.runs.create("new", experiment="a", kind="k")

    assert "new" not in ids(runs)


def test_outcomes_are_in_order_of_the_first(history):
    a_home(history, n_children=4)
    history.runs.finish("r4_1", Status.COMPLETED)
    history.runs.finish("r4_2", Status.CANCELED, cause=Cause.POLICY)
    history.runs.finish("r4_3", Status.COMPLETED)

    assert history.listing.outcomes("r4") == [
        (Status.NOT_STARTED, None, 1),
        (Status.COMPLETED, None, 2),
        (Status.CANCELED, Cause.POLICY, 1),
    ]


def test_neighbours_are_runs_without_a_parent(history):
    a_home(history)

    assert history.listing.neighbours("r0") == ["r1"]
    assert history.listing.neighbours("r3") == ["r2", "r4"]
    assert history.listing.neighbours("r4") == ["r3"]

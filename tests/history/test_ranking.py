"""The database ranks as sorting all points would."""

import itertools
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperlocal.domain.status import Cause, Status

_numbers = st.sampled_from([0.0, -0.0, 0.5, 1.0, -1.0, math.inf, -math.inf, math.nan])
points = st.one_of(
    st.tuples(st.just("float"), _numbers),
    st.tuples(st.just("int"), st.sampled_from([0, 1, 2, 2**53 + 1])),
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.just("str"), st.just("9")),
    st.tuples(st.just("none"), st.none()),
)
logged = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["loss", "acc"]), points))
fault_plans = st.lists(
    st.sampled_from(["Completed", "Failed", "Canceled"]), min_size=5, max_size=5
)
same_home = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
_serial = itertools.count()


def a_sweep(history, reports, fault_plans):
    """Write five children with what they logged; return the parent and their ids."""
    parent = f"HD_{next(_serial)}"
    history.runs.create(parent, experiment="e", kind="hyperdrive")
    children = [f"{parent}_{n}" for n in range(5)]
    for child in children:
        history.runs.create(child, experiment="e", kind="k", parent_id=parent)
    for number, name, (kind, value) in reports:
        history.metrics.add(children[number], name, value, kind=kind)
    for child, fault_plan in zip(children, fault_plans, strict=True):
        history.runs.finish(child, Status(fault_plan))
    return parent, children


def numbers_of(history, parent):
    """Return child and number of the metric `loss`, in order of logging; only what counts."""
    return [
        (point.run_id, point.value)
        for point in history.metrics.points_of_children(parent, "loss")
        if point.is_numeric and math.isfinite(point.value)
    ]


def bests_of(numbers, greatest):
    """Return child to its best number, in the order in which those were reached."""
    bests = {}
    for child, value in numbers:
        known = bests.get(child)
        if known is None or (value > known if greatest else value < known):
            bests.pop(child, None)
            bests[child] = value
    return bests


def ranked_by(bests, greatest):
    """Return the children, best first; of equal ones the first that got there."""
    return sorted(bests, key=bests.get, reverse=greatest)


@same_home
@given(
    logged, fault_plans, st.booleans(), st.sets(st.sampled_from([Status.FAILED, Status.CANCELED]))
)
def test_the_best_is_the_first_to_reach_the_best_number(
    history, reports, fault_plans, greatest, excluded
):
    parent, children = a_sweep(history, reports, fault_plans)
    status = dict(zip(children, map(Status, fault_plans), strict=True))
    counted = [pair for pair in numbers_of(history, parent) if status[pair[0]] not in excluded]

    best = history.ranking.best(parent, "loss", greatest=greatest, excluded=excluded)

    if not counted:
        assert best is None
        return
    value = (max if greatest else min)(number for _, number in counted)
    assert best.metric == value
    assert best.run.run_id == next(child for child, number in counted if number == value)


@same_home
@given(logged, st.booleans(), st.booleans(), st.booleans(), st.integers(-1, 6))
def test_children_are_ranked_by_their_best(
    history, reports, greatest, worst_first, oldest_first, limit
):
    parent, children = a_sweep(history, reports, ["Completed"] * 5)
    bests = bests_of(numbers_of(history, parent), greatest)
    wanted = ranked_by(bests, greatest)[:: -1 if worst_first else 1]
    others = [c for c in (children if oldest_first else children[::-1]) if c not in bests]

    ranked = history.ranking.ranked(
        parent, "loss", greatest=greatest, worst_first=worst_first, limit=limit
    )
    without = history.ranking.without(parent, "loss", oldest_first=oldest_first, limit=limit)

    n_shown = None if limit < 0 else limit
    assert [each.run.run_id for each in ranked] == wanted[:n_shown]
    assert [each.metric for each in ranked] == [bests[child] for child in wanted[:n_shown]]
    assert [run.run_id for run in without] == others[:n_shown]


@same_home
@given(logged, st.booleans())
def test_bests_of_children_and_of_one(history, reports, greatest):
    parent, children = a_sweep(history, reports, ["Completed"] * 5)
    numbers = numbers_of(history, parent)
    bests = bests_of(numbers, greatest)
    ranking = history.ranking

    found = ranking.bests(parent, "loss", greatest=greatest)

    assert found == bests
    assert ranking.has_number(parent, "loss") is bool(numbers)
    for child in children:
        assert ranking.best_finite(child, "loss", greatest=greatest) == bests.get(child)


@same_home
@given(logged, st.booleans())
def test_rising_points_are_those_better_than_all_before(history, reports, greatest):
    parent, _ = a_sweep(history, reports, ["Completed"] * 5)
    best, wanted = None, []
    for child, value in numbers_of(history, parent):
        if best is None or (value > best if greatest else value < best):
            best = value
            wanted.append((child, value))

    rising = history.ranking.rising(parent, "loss", greatest=greatest)

    assert [point[:2] for point in rising] == wanted


@same_home
@given(logged, fault_plans, st.booleans())
def test_what_failed_or_has_a_reason_comes_in_order_of_the_ranking(
    history, reports, fault_plans, greatest
):
    parent, children = a_sweep(history, reports, fault_plans)
    bests = bests_of(numbers_of(history, parent), greatest)
    ranked = ranked_by(bests, greatest)
    ranked += [child for child in children if child not in bests]
    failed = [c for c in ranked if fault_plans[children.index(c)] == "Failed"]

    found = history.ranking.failed(parent, "loss", greatest=greatest)

    assert [run.run_id for run in found] == failed
    assert history.ranking.ended_for_a_reason(parent, "loss", greatest=greatest) == []


@same_home
@given(logged, logged, st.sets(st.integers(0, 4)), st.booleans())
def test_the_best_is_known_again_after_trials_are_run_again(
    history, reports, later, again, greatest
):
    parent, children = a_sweep(history, reports, ["Canceled"] * 5)
    history.runs.finish(parent, Status.FAILED, cause=Cause.INTERRUPTED)

    assert history.resumptions.reopen(parent, again={children[n]: {} for n in again})
    for number, name, (kind, value) in later:
        history.metrics.add(children[number], name, value, kind=kind)

    numbers = numbers_of(history, parent)
    best = history.ranking.best(parent, "loss", greatest=greatest)
    if numbers:
        value = (max if greatest else min)(number for _, number in numbers)
        assert best == (
            history.runs.get(next(child for child, number in numbers if number == value)),
            value,
        )
    else:
        assert best is None


@pytest.mark.parametrize("removed", [0, 1, 2])
def test_points_that_anybody_removes_do_not_count(history, removed):
    parent, children = a_sweep(history, [], ["Completed"] * 5)
    for value in (1.0, 3.0, 2.0):
        history.metrics.add(children[0], "loss", value, kind="float")

    key = history.metrics.points(children[0])[removed].key
    history._database.execute("DELETE FROM metric WHERE id = ?", (key,))
    history.metrics.add(children[1], "loss", 1.5, kind="float")

    left = [value for index, value in enumerate((1.0, 3.0, 2.0)) if index != removed] + [1.5]
    assert history.ranking.best(parent, "loss", greatest=True).metric == max(left)
    assert history.ranking.best(parent, "loss", greatest=False).metric == min(left)

"""What is kept sorted of ended trials is what sorting them all anew would give."""

from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.trial import Curve
from hyperlocal.termination import EndedTrials, Peers, peers
from tests.properties.curves import reports

curves = st.builds(
    Curve, st.sampled_from("abcd"), st.lists(reports, max_size=4).map(tuple), st.just(True)
)
intervals = st.integers(1, 6)


def longer(curve, known):
    """The curve that its trial has then: it only grows."""
    return Curve(curve.trial_id, known.get(curve.trial_id, ()) + curve.scores, True)


@given(st.lists(st.tuples(curves, intervals), max_size=10), intervals)
def test_a_trial_that_is_added_again_is_replaced(steps, interval):
    ended, latest = EndedTrials(), {}

    for curve, asked in steps:
        grown = longer(curve, {i: c.scores for i, c in latest.items()})
        ended.add(grown)
        latest[grown.trial_id] = grown
        ended.bests(asked), ended.means(asked)

    fresh = EndedTrials(latest.values())
    assert ended.bests(interval) == fresh.bests(interval)
    assert ended.means(interval) == fresh.means(interval)
    assert (ended.n_scored, ended.incumbent) == (fresh.n_scored, fresh.incumbent)


def test_of_long_curves_not_all_intervals_are_kept(monkeypatch):
    monkeypatch.setattr(peers, "_MAX_CACHED_INTERVALS", 3)
    ended = EndedTrials([Curve("a", tuple(map(float, range(10))), True)])

    assert [ended.bests(n)[0] for n in range(1, 11)] == list(range(10))
    ended.add(Curve("b", (20.0,), True))
    assert [list(ended.bests(n)) for n in (1, 10)] == [[0, 20], [9, 20]]


def test_of_equal_incumbents_the_first_by_id_counts_whether_it_runs_or_not():
    a, b = Curve("a", (1.0,)), Curve("b", (1.0,), True)

    assert Peers([a], EndedTrials([b])).incumbent() is a
    assert Peers([b], EndedTrials([a])).incumbent() is a
    assert Peers([a, b]).incumbent() is a

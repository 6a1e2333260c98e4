import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.search.bend import bend, straighten

strengths = st.sampled_from([0.0, 30.0, 1000.0, -30.0, -1000.0])
places = st.floats(0.0, 1.0)


@given(places, strengths)
def test_what_is_bent_is_straightened_again(place, strength):
    seen = bend(np.array([place]), np.array([strength]))

    assert 0 <= seen[0] <= 1
    assert straighten(seen, np.array([strength])) == pytest.approx([place], abs=1e-12)


@given(places, places, strengths)
def test_the_order_stays(one, other, strength):
    low, high = bend(np.array(sorted([one, other])), np.array([strength]))

    assert low <= high


def test_the_ends_stay_and_one_of_them_is_looked_at_closely():
    at = np.array([0.0, 0.001, 0.999, 1.0])

    assert bend(at, np.array(1000.0)) == pytest.approx([0.0, 0.1003, 0.9999, 1.0], abs=1e-4)
    assert bend(at, np.array(-1000.0)) == pytest.approx([0.0, 0.0001, 0.8997, 1.0], abs=1e-4)


def test_unbent_places_are_not_even_rounded():
    at = np.random.default_rng(0).random(100)

    assert (bend(at, np.zeros(100)) == at).all()
    assert (straighten(at, np.zeros(100)) == at).all()

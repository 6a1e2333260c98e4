import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.search.input_warping import unwarp, warp

strengths = st.sampled_from([0.0, 30.0, 1000.0, -30.0, -1000.0])
positions = st.floats(0.0, 1.0)


@given(positions, strengths)
def test_unwarping_reverses_warping(position, strength):
    warped = warp(np.array([position]), np.array([strength]))

    assert 0 <= warped[0] <= 1
    assert unwarp(warped, np.array([strength])) == pytest.approx([position], abs=1e-12)


@given(positions, positions, strengths)
def test_the_order_stays(one, other, strength):
    low, high = warp(np.array(sorted([one, other])), np.array([strength]))

    assert low <= high


def test_the_ends_stay_and_one_of_them_is_magnified():
    at = np.array([0.0, 0.001, 0.999, 1.0])

    assert warp(at, np.array(1000.0)) == pytest.approx([0.0, 0.1003, 0.9999, 1.0], abs=1e-4)
    assert warp(at, np.array(-1000.0)) == pytest.approx([0.0, 0.0001, 0.8997, 1.0], abs=1e-4)


def test_with_strength_zero_positions_are_not_even_rounded():
    at = np.random.default_rng(0).random(100)

    assert (warp(at, np.zeros(100)) == at).all()
    assert (unwarp(at, np.zeros(100)) == at).all()

import math

import numpy as np
import pytest

from hyperlocal.search.output_warping import output_warpings

WARPINGS = range(4)


def warped(scores, number=0):
    return output_warpings(scores)[number].y


@pytest.mark.parametrize("number", WARPINGS)
def test_warped_scores_are_standard_and_keep_their_order(number):
    scores = np.array([3.0, -1e9, 5.0, 1e6, 4.0, 4.5, -20.0])

    y = warped(scores, number)

    assert np.argsort(y, kind="stable").tolist() == np.argsort(scores).tolist()
    assert y.mean() == pytest.approx(0)
    assert y.std() == pytest.approx(1)


@pytest.mark.parametrize("number", WARPINGS)
def test_scale_and_offset_do_not_matter(number):
    scores = np.random.default_rng(0).normal(size=30)

    assert warped(scores * 1e-200 + 0.0, number) == pytest.approx(warped(scores, number))
    assert warped(scores * 1e200, number) == pytest.approx(warped(scores, number))
    assert warped(scores + 1000, number) == pytest.approx(warped(scores, number), abs=1e-6)


@pytest.mark.parametrize("number", WARPINGS)
def test_slopes_are_those_of_finite_differences(number):
    scores = np.random.default_rng(0).normal(size=31)
    y, log_slopes = output_warpings(scores)[number]
    step = 1e-7

    for i in np.argsort(scores)[1:-1:4]:  # neither the best nor the median, which move the others
        moved = scores.copy()
        moved[i] += step
        slope = (output_warpings(moved)[number].y - y)[i] / step
        # A trial's own share in mean and deviation is small, but not nothing.
        assert np.exp(log_slopes[i]) / np.abs(scores).max() == pytest.approx(slope, rel=0.35)


def test_how_bad_the_worst_is_hardly_matters():
    good = [0.9, 0.91, 0.93, 0.8, 0.85]

    exploded, failed_slightly = warped(np.array([*good, -1e300])), warped(np.array([*good, -10.0]))

    assert np.abs(exploded - failed_slightly).max() < 0.5


def test_a_failed_trial_is_as_bad_as_the_worst():
    y = warped(np.array([0.1, 0.9, math.nan, 0.5]))

    assert y[2] == y[0] == y.min()


def test_a_failed_trial_is_worse_than_the_only_score():
    y = warped(np.array([0.7, math.nan, 0.7]))

    assert y[1] < y[0] == y[2]


@pytest.mark.parametrize(
    "scores",
    [
        [0.5],
        [1.0, 1.0, 1.0],
        [math.nan, math.nan],
        [1e308, -1.7e308, 0.0],
        [1e-300, -1e-300],
        [5e-324, 1.0, 1e-323, 1.5e-323],
        [1.0, 1.0 + 2**-52],
        [0.0, 0.0, 0.0, 1e300],
    ],
)
def test_whatever_was_logged_is_finite_in_the_end(scores):
    for y, log_slopes in output_warpings(np.array(scores)):
        assert np.isfinite(y).all()
        assert np.isfinite(log_slopes).all()
        assert np.abs(y).max() < 10

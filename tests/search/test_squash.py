import math

import numpy as np
import pytest

from hyperlocal.search.squash import squash


def test_squashed_scores_are_standard_and_keep_their_order():
    scores = np.array([3.0, -1e9, 5.0, 1e6, 4.0, 4.5, -20.0])

    y = squash(scores)

    assert np.argsort(y).tolist() == np.argsort(scores).tolist()
    assert y.mean() == pytest.approx(0)
    assert y.std() == pytest.approx(1)


def test_scale_and_offset_do_not_matter():
    scores = np.random.default_rng(0).normal(size=30)

    assert squash(scores * 1e-200 + 0.0) == pytest.approx(squash(scores))
    assert squash(scores * 1e200) == pytest.approx(squash(scores))
    assert squash(scores + 1000) == pytest.approx(squash(scores), abs=1e-6)


def test_how_bad_the_worst_is_hardly_matters():
    good = [0.9, 0.91, 0.93, 0.8, 0.85]

    exploded, failed_slightly = squash(np.array([*good, -1e300])), squash(np.array([*good, -10.0]))

    assert np.abs(exploded - failed_slightly).max() < 0.5


def test_a_failed_trial_is_as_bad_as_the_worst():
    y = squash(np.array([0.1, 0.9, math.nan, 0.5]))

    assert y[2] == y[0] == y.min()


def test_a_failed_trial_is_worse_than_the_only_score():
    y = squash(np.array([0.7, math.nan, 0.7]))

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
    y = squash(np.array(scores))

    assert np.isfinite(y).all()
    assert np.abs(y).max() < 10

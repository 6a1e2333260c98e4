import math

import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, QUniform
from hyperlocal.domain.space import Space
from hyperlocal.search.output_warping import output_warpings
from hyperlocal.search.surrogate import fit_surrogate
from hyperlocal.search.training_data import TrainingData
from hyperlocal.search.unit_cube import UnitCube

CUBE = UnitCube(Space((("n", QUniform(0, 19, 1)), ("kind", Choice(("a", "b", "c"))))))


def surrogate_of(*scores):
    codes = np.array([[n, n % 3] for n in range(len(scores))], dtype=float)
    return fit_surrogate(
        CUBE, TrainingData(codes, np.array(scores, dtype=float), np.empty((0, 2)))
    )


def test_of_a_best_score_that_trials_share_half_the_step_counts():
    shared, alone = (surrogate_of(0.1, 0.9, 0.8, best, 0.5, 0.95, 0.3) for best in (0.95, 0.96))

    y = shared.process.y
    assert shared.half_step == pytest.approx((y[3] - y[1]) / 2)
    assert y[3] == y[5]
    assert alone.half_step == 0


def warped(scores, **options):
    codes = np.array([[n, n % 3] for n in range(len(scores))], dtype=float)
    return fit_surrogate(
        CUBE, TrainingData(codes, np.array(scores), np.empty((0, 2))), **options
    ).process.y


def falling(n_trials):
    return -np.exp(1.2 * np.abs(np.arange(float(n_trials)) - 3))


def test_exploring_demands_a_greater_gain_to_magnify_scores_near_the_best():
    some, many = falling(12), falling(20)

    first = output_warpings(some)[0].y
    assert warped(some, is_exploring=True).tolist() == first.tolist() != warped(some).tolist()
    assert warped(many).tolist() == warped(many, is_exploring=True).tolist()
    assert warped(many).tolist() != output_warpings(many)[0].y.tolist()


def test_scores_are_not_magnified_while_trials_share_the_best():
    scores = falling(20)
    scores[4] = scores[3]

    assert warped(scores).tolist() == output_warpings(scores)[0].y.tolist()


def test_without_a_worse_score_no_step_is_known():
    assert surrogate_of(0.5, 0.5, 0.5).half_step == 0
    assert surrogate_of(0.5, math.nan, 0.5, math.nan).half_step == 0


def test_the_rest_of_a_step_does_not_promise_a_better_one():
    codes = np.array([[n, k] for n in (4, 5, 6, 7) for k in (0, 1)] + [[15, 0]], dtype=float)

    surrogate = fit_surrogate(
        CUBE, TrainingData(codes, np.array([1.0] * 8 + [0.0]), np.empty((0, 2)))
    )

    mu, sigma = surrogate.process.predict(surrogate.cube.features(np.array([[5.0, 2.0]])))
    assert mu[0] + 2 * sigma[0] < surrogate.process.y.max() + surrogate.half_step

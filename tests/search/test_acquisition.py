import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.acquisition import (
    ExpectedImprovement,
    log_augmentation,
    log_expected_improvement,
)
from hyperlocal.search.covariance import Hyperparameters
from hyperlocal.search.gaussian_process import GaussianProcess
from hyperlocal.search.unit_cube import UnitCube


def heights(mu, sigma, incumbent):
    return log_expected_improvement(np.asarray(mu, float), np.asarray(sigma, float), incumbent)[0]


def nothing_taken(codes):
    return np.zeros(len(codes), dtype=bool)


def a_landscape(is_taken=nothing_taken, noise=1e-3):
    cube = UnitCube(Space((("x", Uniform(0, 2)), ("k", Choice(("a", "b", "c"))))))
    codes = np.array([[0.1, 0], [0.5, 1], [0.9, 2], [0.3, 2]])
    hyper = Hyperparameters(0.6, 0.4, np.array([0.3, 1.0, 1.0, 1.0]), cube.owners, noise)
    process = GaussianProcess(cube.features(codes), np.array([-1.0, 1.0, 0.3, -0.3]), hyper)
    return ExpectedImprovement(cube, process, is_taken)


def test_near_the_incumbent_it_is_what_sampling_says():
    mu, sigma, incumbent = np.array([0.5, 1.0, 1.7]), np.array([0.5, 0.4, 0.3]), 1.0
    deviates = np.random.default_rng(0).standard_normal((200_000, 1))

    improvement = np.maximum(mu + sigma * deviates - incumbent, 0).mean(axis=0)

    assert np.exp(heights(mu, sigma, incumbent)) == pytest.approx(improvement, rel=0.02)


def test_hopeless_candidates_keep_their_order():
    mu = -np.logspace(0, 8, 200)

    values = heights(mu, np.ones(200), 0.0)

    assert np.isfinite(values).all()
    assert (np.diff(values) < 0).all()


def test_there_is_no_step_where_the_formulas_meet():
    for z in (-1.0, -1e5):
        below, above = heights([z * (1 + 1e-9), z * (1 - 1e-9)], [1.0, 1.0], 0.0)
        assert below == pytest.approx(above, rel=1e-6)


@pytest.mark.parametrize("z", [-1e4, -30.0, -1.5, -0.5, 0.0, 3.0])
def test_its_derivatives_are_those_of_finite_differences(z):
    mu, sigma = np.array([0.7 * z]), np.array([0.7])
    h = 1e-6

    _, by_mu, by_sigma = log_expected_improvement(mu, sigma, 0.0)

    slope_mu = (heights(mu + h, sigma, 0.0) - heights(mu - h, sigma, 0.0)) / (2 * h)
    slope_sigma = (heights(mu, sigma + h, 0.0) - heights(mu, sigma - h, 0.0)) / (2 * h)
    assert by_mu == pytest.approx(slope_mu, rel=1e-4)
    assert by_sigma == pytest.approx(slope_sigma, rel=1e-4)


@pytest.mark.parametrize("noise", [1e-3, 0.3])
def test_the_slope_of_the_landscape_is_that_of_finite_differences(noise):
    landscape, h = a_landscape(noise=noise), 1e-6
    code = np.array([0.62, 1.0])

    height, slope = landscape.slope(code)

    step = np.array([h, 0.0])
    up, down = landscape.heights(np.array([code + step, code - step]))
    assert height == pytest.approx(float(landscape.heights(code[None])[0]))
    assert slope == pytest.approx([(up - down) / (2 * h), 0.0], rel=1e-4)


def test_noise_takes_from_what_is_known_well_more_than_from_what_is_not():
    sigma, h = np.array([0.01, 0.3, 2.0]), 1e-7

    logs, by_sigma = log_augmentation(sigma, 0.25)

    assert np.exp(logs) == pytest.approx(1 - 0.5 / np.sqrt(sigma**2 + 0.25), rel=1e-9)
    rise = log_augmentation(sigma + h, 0.25)[0] - log_augmentation(sigma - h, 0.25)[0]
    assert by_sigma == pytest.approx(rise / (2 * h), rel=1e-5)
    without, flat = log_augmentation(sigma, 0.0)
    assert without.tolist() == flat.tolist() == [0, 0, 0]


def test_where_scores_are_noisy_what_is_known_well_is_asked_less():
    known, unknown = np.array([0.5, 1.0]), np.array([0.75, 0.0])

    sure, noisy = (
        a_landscape(noise=noise).heights(np.array([known, unknown])) for noise in (0.009, 0.011)
    )

    assert noisy[1] - noisy[0] > sure[1] - sure[0] + 0.1


def test_what_is_taken_promises_nothing():
    landscape = a_landscape(is_taken=lambda codes: codes[:, 0] > 0.5)

    values = landscape.heights(np.array([[0.4, 0.0], [0.6, 0.0]]))

    assert np.isfinite(values[0])
    assert values[1] == -np.inf

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


def log_improvements(mu, sigma, incumbent):
    return log_expected_improvement(np.asarray(mu, float), np.asarray(sigma, float), incumbent)[0]


def nothing_excluded(codes):
    return np.zeros(len(codes), dtype=bool)


def an_acquisition(is_excluded=nothing_excluded, noise=1e-3):
    cube = UnitCube(Space((("x", Uniform(0, 2)), ("k", Choice(("a", "b", "c"))))))
    codes = np.array([[0.1, 0], [0.5, 1], [0.9, 2], [0.3, 2]])
    hyper = Hyperparameters(0.6, 0.4, np.array([0.3, 1.0, 1.0, 1.0]), cube.groups, noise)
    process = GaussianProcess(cube.features(codes), np.array([-1.0, 1.0, 0.3, -0.3]), hyper)
    return ExpectedImprovement(cube, process, is_excluded)


def test_near_the_incumbent_it_is_what_sampling_says():
    mu, sigma, incumbent = np.array([0.5, 1.0, 1.7]), np.array([0.5, 0.4, 0.3]), 1.0
    deviates = np.random.default_rng(0).standard_normal((200_000, 1))

    improvement = np.maximum(mu + sigma * deviates - incumbent, 0).mean(axis=0)

    assert np.exp(log_improvements(mu, sigma, incumbent)) == pytest.approx(improvement, rel=0.02)


def test_unlikely_candidates_keep_their_order():
    mu = -np.logspace(0, 8, 200)

    values = log_improvements(mu, np.ones(200), 0.0)

    assert np.isfinite(values).all()
    assert (np.diff(values) < 0).all()


def test_there_is_no_step_where_the_formulas_meet():
    for z in (-1.0, -1e5):
        below, above = log_improvements([z * (1 + 1e-9), z * (1 - 1e-9)], [1.0, 1.0], 0.0)
        assert below == pytest.approx(above, rel=1e-6)


@pytest.mark.parametrize("z", [-1e4, -30.0, -1.5, -0.5, 0.0, 3.0])
def test_its_derivatives_are_those_of_finite_differences(z):
    mu, sigma = np.array([0.7 * z]), np.array([0.7])
    h = 1e-6

    _, by_mu, by_sigma = log_expected_improvement(mu, sigma, 0.0)

    def derivative(d_mu, d_sigma):
        above = log_improvements(mu + d_mu, sigma + d_sigma, 0.0)
        below = log_improvements(mu - d_mu, sigma - d_sigma, 0.0)
        return (above - below) / (2 * h)

    assert by_mu == pytest.approx(derivative(h, 0), rel=1e-4)
    assert by_sigma == pytest.approx(derivative(0, h), rel=1e-4)


@pytest.mark.parametrize("noise", [1e-3, 0.3])
def test_the_gradient_of_the_acquisition_is_that_of_finite_differences(noise):
    acquisition, h = an_acquisition(noise=noise), 1e-6
    code = np.array([0.62, 1.0])

    value, gradient = acquisition.value_and_gradient(code)

    step = np.array([h, 0.0])
    up, down = acquisition.values(np.array([code + step, code - step]))
    assert value == pytest.approx(float(acquisition.values(code[None])[0]))
    assert gradient == pytest.approx([(up - down) / (2 * h), 0.0], rel=1e-4)


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
        an_acquisition(noise=noise).values(np.array([known, unknown])) for noise in (0.009, 0.011)
    )

    assert noisy[1] - noisy[0] > sure[1] - sure[0] + 0.1


def test_excluded_points_have_no_value():
    acquisition = an_acquisition(is_excluded=lambda codes: codes[:, 0] > 0.5)

    values = acquisition.values(np.array([[0.4, 0.0], [0.6, 0.0]]))

    assert np.isfinite(values[0])
    assert values[1] == -np.inf

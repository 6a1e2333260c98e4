import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from hyperlocal.search.covariance import Hyperparameters, sklearn_kernel
from hyperlocal.search.fitting import (
    batched_log_marginal_likelihood,
    fit_hyperparameters,
    log_marginal_likelihood,
)
from hyperlocal.search.gaussian_process import GaussianProcess


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    X = rng.random((20, 3))
    y = np.sin(5 * X[:, 0]) + X[:, 1]
    return X, (y - y.mean()) / y.std()


def test_the_likelihood_is_what_scikit_learn_says(data):
    X, y = data
    theta = np.array([0.1, -0.5, 0.2, 0.3, -3.0])
    kernel = ConstantKernel(np.exp(theta[0])) * Matern(np.exp(theta[1:4]), nu=2.5)
    model = GaussianProcessRegressor(
        kernel + WhiteKernel(np.exp(theta[4])), alpha=0.0, optimizer=None
    ).fit(X, y)

    squares = np.stack([(X[:, None, j] - X[:, j]) ** 2 for j in range(3)])
    likelihood, gradient = log_marginal_likelihood(squares, y, theta)

    expected, expected_gradient = model.log_marginal_likelihood(theta, eval_gradient=True)
    assert likelihood == pytest.approx(expected)
    assert gradient == pytest.approx(expected_gradient)


def test_batched_likelihoods_are_those_of_each_distance_matrix(data):
    X, y = data
    theta = np.array([0.1, -0.5, 0.2, 0.3, -3.0])
    squares = np.stack([(X[:, None, j] - X[:, j]) ** 2 for j in range(3)])
    stretched = theta + np.array([0, 0, 1, 0, 0])

    several = [np.tensordot(np.exp(-2 * p[1:-1]), squares, axes=1) for p in (theta, stretched)]

    expected = [log_marginal_likelihood(squares, y, p)[0] for p in (theta, stretched)]
    assert batched_log_marginal_likelihood(np.stack(several), y, theta) == pytest.approx(expected)


def test_with_an_additive_part_the_likelihood_is_what_scikit_learn_says(data):
    X, y = data
    theta = np.log([1.3, 0.4, 1.0, 0.01, 0.6])
    hyper = Hyperparameters(1.3, 0.6, np.array([0.4, 1.0, 1.0]), np.array([0, 1, 1]), 0.01)
    model = GaussianProcessRegressor(sklearn_kernel(hyper), alpha=0.0, optimizer=None).fit(X, y)
    squares = np.stack([(X[:, None, j] - X[:, j]) ** 2 for j in range(3)])
    squares = np.stack([squares[0], squares[1] + squares[2]])

    likelihood, gradient = log_marginal_likelihood(squares, y, theta)

    assert likelihood == pytest.approx(model.log_marginal_likelihood_value_)
    for i, step in enumerate(1e-5 * np.eye(5)):
        up, down = (log_marginal_likelihood(squares, y, theta + s)[0] for s in (step, -step))
        assert gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-5)


def test_an_additive_part_learns_main_effects_wherever_the_other_parameters_are():
    X = np.random.default_rng(6).random((60, 5))
    y = np.sin(9 * X).sum(axis=1)
    y = (y - y.mean()) / y.std()
    known, others = slice(40), slice(40, None)

    interacting = fit_hyperparameters(X[known], y[known], np.arange(5))
    additive = fit_hyperparameters(
        X[known], y[known], np.arange(5), start=interacting.with_additive_part()
    )

    assert not interacting.is_additive
    assert additive.is_additive
    assert additive.log_posterior > interacting.log_posterior + 5
    errors = [
        np.abs(GaussianProcess(X[known], y[known], fit.hyper).predict(X[others])[0] - y[others])
        for fit in (interacting, additive)
    ]
    assert errors[1].mean() < 0.5 * errors[0].mean()


def test_a_feature_without_influence_gets_a_large_length_scale(data):
    hyper = fit_hyperparameters(*data, np.arange(3)).hyper

    assert hyper.length_scales[0] < hyper.length_scales[1] < hyper.length_scales[2]
    assert hyper.noise_variance < 0.01


def test_features_of_one_parameter_share_a_length_scale(data):
    hyper = fit_hyperparameters(*data, np.array([0, 1, 1])).hyper

    assert hyper.length_scales[1] == hyper.length_scales[2] != hyper.length_scales[0]


def test_noise_is_recognised():
    rng = np.random.default_rng(5)
    X, y = rng.random((40, 1)), rng.standard_normal(40)

    hyper = fit_hyperparameters(X, y, np.arange(1)).hyper

    assert hyper.noise_variance > 0.3


@pytest.mark.parametrize("n", [1, 2, 30])
def test_identical_points_and_constant_scores_can_be_fitted(n):
    X, y = np.full((n, 2), 0.5), np.zeros(n)

    hyper = fit_hyperparameters(X, y, np.arange(2)).hyper
    mu, sigma = GaussianProcess(X, y, hyper).predict(np.array([[0.5, 0.5], [0.0, 1.0]]))

    assert np.isfinite(mu).all()
    assert 0 < sigma[0] < sigma[1]


def test_contradicting_scores_at_one_point_can_be_fitted():
    X, y = np.full((10, 2), 0.5), np.tile([-1.0, 1.0], 5)

    hyper = fit_hyperparameters(X, y, np.arange(2)).hyper
    mu, _ = GaussianProcess(X, y, hyper).predict(X)

    assert mu == pytest.approx(0, abs=0.1)

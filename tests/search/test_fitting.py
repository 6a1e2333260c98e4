import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from hyperlocal.search.covariance import Hyperparameters, kernel
from hyperlocal.search.fitting import (
    fit_hyperparameters,
    log_likelihoods,
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
    phi = np.array([0.1, -0.5, 0.2, 0.3, -3.0])
    kernel = ConstantKernel(np.exp(phi[0])) * Matern(np.exp(phi[1:4]), nu=2.5)
    model = GaussianProcessRegressor(
        kernel + WhiteKernel(np.exp(phi[4])), alpha=0.0, optimizer=None
    ).fit(X, y)

    squares = np.stack([(X[:, None, j] - X[:, j]) ** 2 for j in range(3)])
    likelihood, gradient = log_marginal_likelihood(squares, y, phi)

    expected, expected_gradient = model.log_marginal_likelihood(phi, eval_gradient=True)
    assert likelihood == pytest.approx(expected)
    assert gradient == pytest.approx(expected_gradient)


def test_likelihoods_at_several_distances_are_each_as_alone(data):
    X, y = data
    phi = np.array([0.1, -0.5, 0.2, 0.3, -3.0])
    squares = np.stack([(X[:, None, j] - X[:, j]) ** 2 for j in range(3)])
    stretched = phi + np.array([0, 0, 1, 0, 0])

    several = [np.tensordot(np.exp(-2 * p[1:-1]), squares, axes=1) for p in (phi, stretched)]

    expected = [log_marginal_likelihood(squares, y, p)[0] for p in (phi, stretched)]
    assert log_likelihoods(np.stack(several), y, phi) == pytest.approx(expected)


def test_with_parts_the_likelihood_is_what_scikit_learn_says(data):
    X, y = data
    phi = np.log([1.3, 0.4, 1.0, 0.01, 0.6])
    hyper = Hyperparameters(1.3, 0.6, np.array([0.4, 1.0, 1.0]), np.array([0, 1, 1]), 0.01)
    model = GaussianProcessRegressor(kernel(hyper), alpha=0.0, optimizer=None).fit(X, y)
    squares = np.stack([(X[:, None, j] - X[:, j]) ** 2 for j in range(3)])
    squares = np.stack([squares[0], squares[1] + squares[2]])

    likelihood, gradient = log_marginal_likelihood(squares, y, phi)

    assert likelihood == pytest.approx(model.log_marginal_likelihood_value_)
    for i, step in enumerate(1e-5 * np.eye(5)):
        up, down = (log_marginal_likelihood(squares, y, phi + s)[0] for s in (step, -step))
        assert gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-5)


def test_what_a_parameter_does_for_itself_is_learnt_wherever_the_others_are():
    X = np.random.default_rng(6).random((60, 5))
    y = np.sin(9 * X).sum(axis=1)
    y = (y - y.mean()) / y.std()
    known, others = slice(40), slice(40, None)

    together = fit_hyperparameters(X[known], y[known], np.arange(5))
    apart = fit_hyperparameters(X[known], y[known], np.arange(5), start=together.with_parts())

    assert not together.is_additive
    assert apart.is_additive
    assert apart.plausibility > together.plausibility + 5
    errors = [
        np.abs(GaussianProcess(X[known], y[known], fit.hyper).predict(X[others])[0] - y[others])
        for fit in (together, apart)
    ]
    assert errors[1].mean() < 0.5 * errors[0].mean()


def test_a_feature_that_does_not_matter_gets_a_long_scale(data):
    hyper = fit_hyperparameters(*data, np.arange(3)).hyper

    assert hyper.lengths[0] < hyper.lengths[1] < hyper.lengths[2]
    assert hyper.noise < 0.01


def test_features_of_one_owner_share_a_length(data):
    hyper = fit_hyperparameters(*data, np.array([0, 1, 1])).hyper

    assert hyper.lengths[1] == hyper.lengths[2] != hyper.lengths[0]


def test_noise_is_recognised():
    rng = np.random.default_rng(5)
    X, y = rng.random((40, 1)), rng.standard_normal(40)

    hyper = fit_hyperparameters(X, y, np.arange(1)).hyper

    assert hyper.noise > 0.3


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

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from hyperlocal.search.gaussian_process import (
    GaussianProcess,
    Hyperparameters,
    fit_hyperparameters,
    log_likelihoods,
    log_marginal_likelihood,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    X = rng.random((20, 3))
    y = np.sin(5 * X[:, 0]) + X[:, 1]
    return X, (y - y.mean()) / y.std()


def a_process(data, noise=1e-6):
    return GaussianProcess(*data, Hyperparameters(1.3, np.array([0.4, 0.8, 2.0]), noise))


def test_without_noise_it_passes_through_the_observations(data):
    X, y = data

    mu, sigma = a_process(data).predict(X)

    assert mu == pytest.approx(y, abs=1e-3)
    assert sigma.max() < 0.01


def test_far_away_it_knows_nothing(data):
    mu, sigma = a_process(data).predict(np.full((1, 3), 100.0))

    assert mu == pytest.approx([0], abs=1e-6)
    assert sigma == pytest.approx([1.3**0.5])


def test_it_predicts_what_scikit_learn_predicts(data):
    Z = np.random.default_rng(4).random((10, 3))
    kernel = ConstantKernel(1.3) * Matern([0.4, 0.8, 2.0], nu=2.5)
    reference = GaussianProcessRegressor(kernel, alpha=0.01, optimizer=None).fit(*data)

    mu, sigma = a_process(data, noise=0.01).predict(Z)

    expected_mu, expected_sigma = reference.predict(Z, return_std=True)
    assert mu == pytest.approx(expected_mu)
    assert sigma == pytest.approx(expected_sigma)


def test_its_gradients_are_those_of_finite_differences(data):
    process, h = a_process(data, noise=0.01), 1e-6
    z = np.array([0.3, 0.7, 0.2])

    mu, sigma, mu_by_z, sigma_by_z = process.predict_with_gradient(z)

    ups, downs = process.predict(z + h * np.eye(3)), process.predict(z - h * np.eye(3))
    assert (mu, sigma) == pytest.approx(tuple(float(v[0]) for v in process.predict(z[None])))
    assert mu_by_z == pytest.approx((ups[0] - downs[0]) / (2 * h), rel=1e-5)
    assert sigma_by_z == pytest.approx((ups[1] - downs[1]) / (2 * h), rel=1e-4)


def test_a_pending_trial_leaves_the_mean_and_takes_the_doubt(data):
    process, Z = a_process(data), np.array([[0.5, 0.5, 0.9], [0.1, 0.9, 0.9]])

    after = process.with_pending(Z[:1])

    assert after.predict(Z)[0] == pytest.approx(process.predict(Z)[0], abs=1e-3)
    assert after.predict(Z)[1][0] < 0.05 * process.predict(Z)[1][0]
    assert process.with_pending(np.empty((0, 3))) is process


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

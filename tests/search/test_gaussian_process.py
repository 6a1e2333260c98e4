import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

from hyperlocal.search.covariance import Hyperparameters
from hyperlocal.search.gaussian_process import GaussianProcess


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    X = rng.random((20, 3))
    y = np.sin(5 * X[:, 0]) + X[:, 1]
    return X, (y - y.mean()) / y.std()


LENGTH_SCALES = np.array([0.4, 0.8, 2.0])


def a_process(data, noise=1e-6, additive=0.0):
    """Return a process whose second and third feature belong to one parameter."""
    hyper = Hyperparameters(1.3, additive, LENGTH_SCALES, np.array([0, 1, 1]), noise)
    return GaussianProcess(*data, hyper)


def test_without_noise_it_passes_through_the_observations(data):
    X, y = data

    mu, sigma = a_process(data).predict(X)

    assert mu == pytest.approx(y, abs=1e-3)
    assert sigma.max() < 0.01


def test_far_away_it_knows_nothing(data):
    mu, sigma = a_process(data).predict(np.full((1, 3), 100.0))

    assert mu == pytest.approx([0], abs=1e-6)
    assert sigma == pytest.approx([1.3**0.5])


@pytest.mark.parametrize("additive", [0.0, 0.6])
def test_it_predicts_what_scikit_learn_predicts(data, additive):
    Z = np.random.default_rng(4).random((10, 3))
    kernel = ConstantKernel(1.3) * Matern(LENGTH_SCALES, nu=2.5)
    if additive:
        kernel += ConstantKernel(additive / 2) * Matern([0.4, np.inf, np.inf], nu=2.5)
        kernel += ConstantKernel(additive / 2) * Matern([np.inf, 0.8, 2.0], nu=2.5)
    reference = GaussianProcessRegressor(kernel, alpha=0.01, optimizer=None).fit(*data)

    mu, sigma = a_process(data, noise=0.01, additive=additive).predict(Z)

    expected_mu, expected_sigma = reference.predict(Z, return_std=True)
    assert mu == pytest.approx(expected_mu)
    assert sigma == pytest.approx(expected_sigma)


@pytest.mark.parametrize("additive", [0.0, 0.6])
def test_its_gradients_are_those_of_finite_differences(data, additive):
    process, h = a_process(data, noise=0.01, additive=additive), 1e-6
    z = np.array([0.3, 0.7, 0.2])

    mu, sigma, mu_by_z, sigma_by_z = process.predict_with_gradient(z)

    ups, downs = process.predict(z + h * np.eye(3)), process.predict(z - h * np.eye(3))
    assert (mu, sigma) == pytest.approx(tuple(float(v[0]) for v in process.predict(z[None])))
    assert mu_by_z == pytest.approx((ups[0] - downs[0]) / (2 * h), rel=1e-5)
    assert sigma_by_z == pytest.approx((ups[1] - downs[1]) / (2 * h), rel=1e-4)


def test_a_pending_trial_keeps_the_mean_and_lowers_the_deviation(data):
    process, Z = a_process(data), np.array([[0.5, 0.5, 0.9], [0.1, 0.9, 0.9]])

    after = process.with_pending(Z[:1])

    assert after.predict(Z)[0] == pytest.approx(process.predict(Z)[0], abs=1e-3)
    assert after.predict(Z)[1][0] < 0.05 * process.predict(Z)[1][0]
    assert process.with_pending(np.empty((0, 3))) is process

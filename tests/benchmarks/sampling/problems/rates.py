"""Rates: a learning rate that is searched on a linear scale, as users often do."""

import math
from functools import cache

import numpy as np
from sklearn.datasets import load_wine

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems.problem import Problem

_N_STEPS = 40


def problems():
    yield Problem(
        "rate_bowl",
        "linear rate",
        Space(
            (
                ("rate", Uniform(1e-5, 1.0)),
                ("momentum", Uniform(0.0, 0.99)),
                ("batch", Choice((16, 32, 64, 128, 256))),
            )
        ),
        _rate_bowl,
        0.05,
    )
    yield Problem(
        "adam_wine",
        "linear rate",
        Space(
            (
                ("rate", Uniform(1e-5, 1.0)),
                ("decay", Uniform(1e-6, 0.1)),
                ("hidden", QUniform(2, 24, 2)),
                ("beta", Uniform(0.5, 0.99)),
            )
        ),
        _adam_wine,
        _ADAM_WINE_OPTIMUM,
    )


def _rate_bowl(p):
    """An error with its least where the rate over what momentum leaves suits the batch."""
    effective = math.log10(p["rate"] / (1.0 - p["momentum"]) / (p["batch"] / 64) ** 0.5)
    loss = 0.05 + 0.08 * (effective + 1.5) ** 2 + 0.2 * (p["momentum"] - 0.7) ** 2
    return loss + 0.01 * math.log2(p["batch"] / 64) ** 2


# The least that differential evolution led to, for each hidden size.
_ADAM_WINE_OPTIMUM = 0.0038538094


def _adam_wine(p):
    """The loss on other wines of a small network after forty steps of Adam over all of them."""
    X, labels, Z, others = _wine()
    rng = np.random.default_rng(0)
    n_hidden = int(p["hidden"])
    weights = [
        rng.standard_normal((X.shape[1], n_hidden)) / math.sqrt(X.shape[1]),
        rng.standard_normal((n_hidden, 3)) / math.sqrt(n_hidden),
    ]
    means, squares = [0.0, 0.0], [0.0, 0.0]
    for step in range(1, _N_STEPS + 1):
        hidden = np.tanh(X @ weights[0])
        error = (_softmax(hidden @ weights[1]) - labels) / len(X)
        slopes = [X.T @ (error @ weights[1].T * (1 - hidden**2)), hidden.T @ error]
        for i, slope in enumerate(slopes):
            means[i] = p["beta"] * means[i] + (1 - p["beta"]) * slope
            squares[i] = 0.99 * squares[i] + 0.01 * slope**2
            mean = means[i] / (1 - p["beta"] ** step)
            deviation = np.sqrt(squares[i] / (1 - 0.99**step)) + 1e-8
            weights[i] = weights[i] - p["rate"] * (mean / deviation + p["decay"] * weights[i])
    shares = _softmax(np.tanh(Z @ weights[0]) @ weights[1])
    return float(-np.mean(np.log(np.maximum((shares * others).sum(axis=1), 1e-12))))


@cache
def _wine():
    X, y = load_wine(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    labels, even = np.eye(3)[y], np.arange(len(y)) % 2 == 0
    return X[even], labels[even], X[~even], labels[~even]


def _softmax(Z):
    shares = np.exp(Z - Z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)

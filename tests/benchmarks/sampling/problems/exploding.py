"""Exploding: losses that grow by orders of magnitude."""

import numpy as np

from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems import functions
from tests.benchmarks.sampling.problems.problem import Problem

_CURVATURES = np.geomspace(0.05, 12.0, 8)
_N_STEPS = 40


def problems():
    yield Problem(
        "goldstein_price",
        "exploding",
        Space((("x", Uniform(-2, 2)), ("y", Uniform(-2, 2)))),
        lambda p: functions.goldstein_price(p["x"], p["y"]),
        3.0,
    )
    yield Problem(
        "descent",
        "exploding",
        Space(
            (
                ("rate", Uniform(0.0, 0.6)),
                ("momentum", Uniform(0.0, 1.0)),
                ("decay", Uniform(0.0, 0.2)),
                ("nesterov", Choice((True, False))),
            )
        ),
        _descent,
        _DESCENT_OPTIMUM,
    )


# The least that 30,000 random points and climbs from the best eighty of them led to.
_DESCENT_OPTIMUM = 6.1448906e-5


def _descent(p):
    """What gradient descent with momentum leaves of a quadratic; too large a rate diverges."""
    w, v = np.ones(len(_CURVATURES)), np.zeros(len(_CURVATURES))
    for step in range(_N_STEPS):
        ahead = w + p["momentum"] * v if p["nesterov"] else w
        rate = p["rate"] / (1.0 + p["decay"] * step)
        v = p["momentum"] * v - rate * _CURVATURES * ahead
        w = w + v
    return float(0.5 * (_CURVATURES * w**2).sum())

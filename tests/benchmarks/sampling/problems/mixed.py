"""Mixed: categories that choose the function, and reals on which it depends.

References:
    Ru et al. 2020, "Bayesian Optimisation over Multiple Continuous and Categorical Inputs"
    (Func2C and Func3C); Coello Coello & Mezura Montes 2002 (pressure vessel).
"""

import math

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems import functions
from tests.benchmarks.sampling.problems.problem import Problem

_PARTS = {
    "rosenbrock": lambda x, y: functions.rosenbrock((x, y)) / 300,
    "camel": lambda x, y: functions.camel(x, y) / 10,
    "beale": lambda x, y: functions.beale(x, y) / 50,
}
_PART = Choice(("rosenbrock", "camel", "beale"))
_CAMEL_OPTIMUM = -1.0316284534898774


def problems():
    reals = (("x", Uniform(-1, 1)), ("y", Uniform(-1, 1)))
    yield Problem(
        "func3c",
        "mixed",
        Space((("first", _PART), ("second", _PART), ("third", _PART), *reals)),
        _func3c,
        # Every part is at its least where it is the camel: the weights are 1, 5 and 2.
        8 * _CAMEL_OPTIMUM / 10,
    )
    yield Problem(
        "pressure_vessel",
        "mixed",
        Space(
            (
                ("shell", QUniform(1, 40, 1)),
                ("head", QUniform(1, 40, 1)),
                ("radius", Uniform(10, 100)),
                ("length", Uniform(10, 200)),
            )
        ),
        _pressure_vessel,
        6059.714335,
    )


def _func3c(p):
    weights = {"first": 1, "second": 5, "third": 2}
    return sum(weight * _PARTS[p[name]](p["x"], p["y"]) for name, weight in weights.items())


def _pressure_vessel(p):
    """What it costs, and ten thousand a broken limit more: a user's way to say no."""
    shell, head, radius, length = p["shell"] / 16, p["head"] / 16, p["radius"], p["length"]
    cost = (
        0.6224 * shell * radius * length
        + 1.7781 * head * radius**2
        + 3.1661 * shell**2 * length
        + 19.84 * shell**2 * radius
    )
    volume = math.pi * radius**2 * length + 4 / 3 * math.pi * radius**3
    broken = [
        max(0.0193 * radius - shell, 0.0) / shell,
        max(0.00954 * radius - head, 0.0) / head,
        max(1_296_000 - volume, 0.0) / 1_296_000,
    ]
    return cost + 10_000 * sum((part > 0) + part for part in broken)

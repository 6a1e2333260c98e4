"""Analytic: smooth or rippled functions of a few reals."""

from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems import functions
from tests.benchmarks.sampling.problems.problem import Problem

_SHIFT = (7.3, -4.1, 2.7, -9.6, 5.2)


def problems():
    yield Problem(
        "branin",
        "analytic",
        Space((("x", Uniform(-5, 10)), ("y", Uniform(0, 15)))),
        lambda p: functions.branin(p["x"], p["y"]),
        functions.BRANIN_OPTIMUM,
    )
    yield Problem(
        "hartmann3",
        "analytic",
        reals(3, 0.0, 1.0),
        lambda p: functions.hartmann3(list(p.values())),
        functions.HARTMANN3_OPTIMUM,
    )
    yield Problem(
        "hartmann6",
        "analytic",
        reals(6, 0.0, 1.0),
        lambda p: functions.hartmann6(list(p.values())),
        functions.HARTMANN6_OPTIMUM,
    )
    yield Problem(
        "ackley5",
        "analytic",
        reals(5, -20.0, 32.768),
        lambda p: functions.ackley([x - s for x, s in zip(p.values(), _SHIFT, strict=True)]),
        0.0,
    )
    yield Problem(
        "rosenbrock4",
        "analytic",
        reals(4, -2.0, 2.5),
        lambda p: functions.rosenbrock([x + 0.3 for x in p.values()]),
        0.0,
    )


def reals(d, low, high):
    return Space(tuple((f"x{i:02}", Uniform(low, high)) for i in range(d)))

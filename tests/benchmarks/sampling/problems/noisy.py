"""Noisy: what is told is not quite what is lost.

The deviation of the noise is a tenth to a quarter of that of the loss over the space.
"""

from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems import functions
from tests.benchmarks.sampling.problems.analytic import reals
from tests.benchmarks.sampling.problems.problem import Problem

_SHIFT = (2.4, -5.3, 4.6, -1.7)


def problems():
    yield Problem(
        "branin_noisy",
        "noisy",
        Space((("x", Uniform(-5, 10)), ("y", Uniform(0, 15)))),
        lambda p: functions.branin(p["x"], p["y"]),
        functions.BRANIN_OPTIMUM,
        noise=5.0,
    )
    yield Problem(
        "hartmann6_noisy",
        "noisy",
        reals(6, 0.0, 1.0),
        lambda p: functions.hartmann6(list(p.values())),
        functions.HARTMANN6_OPTIMUM,
        noise=0.1,
    )
    yield Problem(
        "levy4_noisy",
        "noisy",
        reals(4, -10.0, 10.0),
        lambda p: functions.levy([x - s for x, s in zip(p.values(), _SHIFT, strict=True)]),
        0.0,
        noise=3.0,
    )

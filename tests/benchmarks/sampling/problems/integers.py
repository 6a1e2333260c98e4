"""Integers: multiples of a step, and choices of numbers on a logarithmic scale."""

import math

from hyperlocal.domain.distribution import Choice, QUniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems import functions
from tests.benchmarks.sampling.problems.problem import Problem


def problems():
    yield Problem(
        "levy_integers",
        "integer",
        Space(tuple((f"n{i}", QUniform(0, 60, 1)) for i in range(4))),
        # Steps of a third from -13 to 7; the least, 0, is at 42 of each.
        lambda p: functions.levy([(n - 39) / 3 for n in p.values()]),
        0.0,
    )
    yield Problem(
        "network_sizes",
        "integer",
        Space(
            (
                *((f"layer{i}", Choice(tuple(2**k for k in range(3, 12)))) for i in range(4)),
                ("epochs", QUniform(5, 100, 5)),
            )
        ),
        _network_sizes,
        functions.styblinski_tang([-3.0] * 4),
    )


def _network_sizes(p):
    """Styblinski and Tang's two wells, over the exponents; the deeper one is at small layers."""
    exponents = [math.log2(p[f"layer{i}"]) for i in range(4)]
    wells = functions.styblinski_tang([k - 7.0 for k in exponents])
    return wells + 10 * math.log(p["epochs"] / 35) ** 2

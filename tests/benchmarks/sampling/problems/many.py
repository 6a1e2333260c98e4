"""Many: twenty parameters, of which few matter."""

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems import functions
from tests.benchmarks.sampling.problems.analytic import reals
from tests.benchmarks.sampling.problems.problem import Problem


def problems():
    yield Problem(
        "hartmann6_of_20",
        "high-dimensional",
        reals(20, 0.0, 1.0),
        # Those that matter are spread among the others.
        lambda p: functions.hartmann6(list(p.values())[1::3][:6]),
        functions.HARTMANN6_OPTIMUM,
    )
    yield Problem(
        "mixed_20",
        "high-dimensional",
        Space(
            (
                *((f"x{i}", Uniform(-5, 10)) for i in range(8)),
                *((f"n{i}", QUniform(1, 20, 1)) for i in range(6)),
                *((f"k{i}", Choice(("a", "b", "c"))) for i in range(6)),
            )
        ),
        _mixed,
        0.0,
    )


def _mixed(p):
    """Levy's function of two reals and an integer, and a category that adds its share."""
    x = [(p["x2"] - 3.4) + 1, (p["x5"] + 1.9) + 1, (p["n3"] - 14) / 2 + 1]
    return functions.levy(x) + {"a": 3.0, "b": 0.0, "c": 8.0}[p["k1"]]

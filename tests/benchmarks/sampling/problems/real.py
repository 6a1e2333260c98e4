"""Real: scikit-learn models on its data sets, measured once at every point (see `tables`)."""

from functools import partial

from hyperlocal.domain.distribution import Choice
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems.problem import Problem
from tests.benchmarks.sampling.tables import SPACES, table


def problems():
    for name, options in SPACES.items():
        losses = table(name)
        yield Problem(
            name,
            "real",
            Space(tuple((key, Choice(values)) for key, values in options.items())),
            partial(_looked_up, losses),
            min(losses.values()),
        )


def _looked_up(losses, p):
    return losses[tuple(p.values())]

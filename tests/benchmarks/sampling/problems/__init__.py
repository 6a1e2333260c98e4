"""Problems: what optimisers are compared on."""

from tests.benchmarks.sampling.problems import (
    analytic,
    categorical,
    exploding,
    integers,
    many,
    mixed,
    noisy,
    rates,
    real,
)
from tests.benchmarks.sampling.problems.problem import Problem

__all__ = ["PROBLEMS", "Problem"]

PROBLEMS = {
    problem.name: problem
    for module in (analytic, mixed, categorical, integers, noisy, many, real, exploding, rates)
    for problem in module.problems()
}

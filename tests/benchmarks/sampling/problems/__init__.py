"""Problems: what optimisers are compared on."""

from tests.benchmarks.sampling.problems import (
    analytic,
    categorical,
    exploding,
    held_out,
    integers,
    many,
    mixed,
    noisy,
    rates,
    real,
)
from tests.benchmarks.sampling.problems.problem import Problem

__all__ = ["PROBLEMS", "SUITES", "Problem"]

_MAIN = (analytic, mixed, categorical, integers, noisy, many, real, exploding, rates)

SUITES = {
    "main": {problem.name: problem for module in _MAIN for problem in module.problems()},
    "held-out": {problem.name: problem for problem in held_out.problems()},
}

PROBLEMS = SUITES["main"] | SUITES["held-out"]

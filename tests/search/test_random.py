import math
from collections import Counter

import pytest
from scipy import stats

from hyperlocal.domain.distribution import (
    Choice,
    LogUniform,
    Normal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Uniform,
)
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler, space_size
from tests.contracts.sampler import SeededContract, searched


def a_random(space, seed=0):
    return make_sampler(space, Sampling(SamplingKind.RANDOM, seed))


class TestRandomOverFiniteSpace(SeededContract):
    kind = SamplingKind.RANDOM


class TestRandomOverContinuum(SeededContract):
    kind = SamplingKind.RANDOM
    space = Space(
        (("rate", LogUniform(-6, -1)), ("drop", Uniform(0, 1)), ("size", Choice((16, 32))))
    )


def test_the_nth_ask_does_not_depend_on_what_was_measured():
    space = Space((("x", Uniform(0, 1)),))

    some = searched(a_random(space), lambda n: None, 5)
    others = searched(a_random(space), float, 5)

    assert [o.parameters for o in some] == [o.parameters for o in others]


def test_pending_trials_count_like_ended_ones():
    space = Space((("x", Uniform(0, 1)),))
    ended = searched(a_random(space), float, 3)

    asked = a_random(space).ask(ended[:1], [o.parameters for o in ended[1:]])

    assert asked == a_random(space).ask(ended, [])


@pytest.mark.parametrize(
    ("distribution", "values"),
    [
        (Choice((True, 1, 1.0, "1", None)), [True, 1, 1.0, "1", None]),
        (RandInt(4), [0, 1, 2, 3]),
        (QUniform(1, 10, 4), [0.0, 4.0, 8.0]),
        (QUniform(-3, 3, 2), [-2.0, 0.0, 2.0]),
        (QLogUniform(0, math.log(10), 5), [0.0, 5.0, 10.0]),
        (Normal(3, 0), [3.0]),
        (QNormal(7, 0, 5), [5.0]),
        (LogUniform(0, 0), [1.0]),
    ],
)
def test_a_finite_distribution_gives_each_of_its_values_once(distribution, values):
    space = Space((("x", distribution),))

    asked = [o.parameters["x"] for o in searched(a_random(space), float, 50)]

    assert sorted(map(repr, asked)) == sorted(map(repr, values))
    assert space_size(space) == len(values)


@pytest.mark.parametrize(
    "distribution", [Uniform(0, 1), Normal(0, 1), QNormal(0, 1, 1), LogUniform(0, 1)]
)
def test_a_distribution_without_an_end_has_no_size(distribution):
    assert space_size(Space((("a", Choice((1, 2))), ("x", distribution)))) is None


def test_the_last_points_are_found_however_improbable():
    # Nearly all draws are 0, and there are half a billion other values.
    space = Space((("x", QLogUniform(-1e6, 20, 1)),))
    ended = [Observation({"x": 0.0}, None)]

    values = [a_random(space, seed).ask(ended, [])["x"] for seed in range(200)]

    assert space_size(space) == 485165195 + 1
    # Without the 0, the logarithm of what is left is uniform.
    logarithms = [math.log(value) for value in values]
    assert (
        stats.kstest(logarithms, stats.uniform(math.log(0.5), 20 - math.log(0.5)).cdf).pvalue
        > 0.01
    )


def test_what_remains_is_drawn_with_its_probability():
    # Seven of eight options are asked and four of them are equal: the rejected draws are many.
    space = Space((("a", Choice(("x",) * 97 + ("y", "z", "z"))), ("b", RandInt(2))))
    ended = [Observation({"a": "x", "b": b}, None) for b in (0, 1)]

    values = Counter(a_random(space, seed).ask(ended, [])["a"] for seed in range(600))

    assert stats.binomtest(values["z"], 600, 2 / 3).pvalue > 0.01


def test_randint_has_no_largest_bound():
    space = Space((("x", RandInt(10**30)),))

    values = [o.parameters["x"] for o in searched(a_random(space), float, 100)]

    assert all(isinstance(value, int) and 0 <= value < 10**30 for value in values)
    assert stats.kstest([value / 10**30 for value in values], stats.uniform.cdf).pvalue > 0.01

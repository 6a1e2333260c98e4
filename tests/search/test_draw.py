"""Draws against the distributions that Azure documents, with fixed seeds."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from hyperlocal.domain.distribution import (
    Choice,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Uniform,
)
from hyperlocal.search.draw import draw, generator, integer_below

N = 4000


def draws(distribution, n=N):
    rng = generator(20240229)
    return [draw(distribution, rng) for _ in range(n)]


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (Uniform(-2, 3), stats.uniform(-2, 5)),
        (LogUniform(-6, -1), stats.loguniform(math.exp(-6), math.exp(-1))),
        (Normal(10, 3), stats.norm(10, 3)),
        (LogNormal(-1, 0.5), stats.lognorm(s=0.5, scale=math.exp(-1))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_continuous_draw_has_its_distribution(distribution, expected):
    values = draws(distribution)

    assert all(type(value) is float for value in values)
    assert stats.kstest(values, expected.cdf).pvalue > 0.01


@pytest.mark.parametrize(
    ("distribution", "deviate"),
    [
        (QUniform(1, 20, 3), stats.uniform(1, 19)),
        (QLogUniform(0, 4, 5), stats.loguniform(1, math.exp(4))),
        (QNormal(-3, 4, 2), stats.norm(-3, 4)),
        (QLogNormal(2, 0.5, 2), stats.lognorm(s=0.5, scale=math.exp(2))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_quantised_draw_is_the_nearest_multiple_of_a_continuous_one(distribution, deviate):
    values = draws(distribution)
    counts = Counter(values)
    q = distribution.q
    chances = {v: deviate.cdf(v + q / 2) - deviate.cdf(v - q / 2) for v in counts}
    common = [v for v in counts if N * chances[v] > 5]
    rare = N - sum(counts[v] for v in common)
    # With the rare ones in one bin, both sides have the same sum.
    observed = [*(counts[v] for v in common), rare]
    expected = [*(N * chances[v] for v in common), N * (1 - sum(chances[v] for v in common))]
    if expected[-1] < 1e-6:
        observed.pop()
        expected = [e * sum(observed) / sum(expected) for e in expected[:-1]]

    assert all(type(value) is float and value % q == 0 for value in values)
    assert stats.chisquare(observed, expected).pvalue > 0.01


def test_the_bounds_of_loguniform_are_exponents():
    values = draws(LogUniform(-6, -1))

    assert 0.0024 < min(values) < 0.0026
    assert 0.36 < max(values) < 0.368


def test_the_two_ends_of_a_quantised_uniform_have_half_the_chance_of_the_others():
    counts = Counter(draws(QUniform(0, 5, 1)))

    expected = [N * chance for chance in (0.1, 0.2, 0.2, 0.2, 0.2, 0.1)]
    assert stats.chisquare([counts[float(v)] for v in range(6)], expected).pvalue > 0.01


def test_a_quantised_draw_is_not_clipped_to_the_bounds():
    assert set(draws(QUniform(1, 11, 4))) == {0.0, 4.0, 8.0, 12.0}


def test_an_option_is_drawn_as_often_as_it_is_listed():
    counts = Counter(draws(Choice(("a", "b", "b", "c"))))

    assert stats.chisquare([counts[o] for o in "abc"], [N / 4, N / 2, N / 4]).pvalue > 0.01


def test_an_option_is_drawn_as_it_was_given():
    options = (True, None, (1, 2), [3], {"depth": 1}, 1.0)

    values = draws(Choice(options), 200)

    assert all(any(value is option for option in options) for value in values)


def test_randint_leaves_its_bound_out():
    counts = Counter(draws(RandInt(6)))

    assert all(type(value) is int for value in counts)
    assert stats.chisquare([counts[v] for v in range(6)]).pvalue > 0.01
    assert sum(counts.values()) == N


@pytest.mark.parametrize(
    "distribution",
    [
        Uniform(-1.7e308, 1.7e308),
        Normal(1e308, 1e308),
        LogNormal(700, 1000),
        QNormal(0, 1e200, 1e-200),
        QUniform(-1e300, 1e300, 1),
        QLogNormal(0, 1e5, 3),
        LogUniform(-1e9, 709),
    ],
)
def test_draws_are_finite_at_the_ends_of_floats(distribution):
    assert np.isfinite(draws(distribution, 200)).all()


@pytest.mark.parametrize("upper", [1, 2, 2**63, 2**63 + 1, 10**40])
def test_integers_stay_below_their_bound(upper):
    rng = generator(0)

    values = [integer_below(upper, rng) for _ in range(500)]

    assert all(0 <= value < upper for value in values)
    assert upper < 3 or max(values) > upper * 0.9

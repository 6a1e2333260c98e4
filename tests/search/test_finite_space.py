import itertools
import math
from collections import Counter

import pytest
from scipy import stats

from hyperlocal.domain.distribution import Choice, QLogUniform, QUniform, RandInt, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler
from hyperlocal.search.draw import generator
from hyperlocal.search.finite_space import FiniteSpace
from hyperlocal.search.levels import level_at, levels_of


def a_finite_space(**distributions):
    return FiniteSpace.of(Space(tuple(distributions.items())))


@pytest.mark.parametrize(
    ("distribution", "chances"),
    [
        (Choice(("a", "b", "a", "c")), [0.5, 0.25, 0.25]),
        (RandInt(4), [0.25] * 4),
        (QUniform(0, 4, 2), [0.25, 0.5, 0.25]),
        (QUniform(1, 10, 4), [1 / 9, 4 / 9, 4 / 9]),
        (QLogUniform(0, 2, 4), [math.log(2) / 2, math.log(3) / 2, 1 - math.log(6) / 2]),
    ],
)
def test_levels_have_the_chances_of_draws(distribution, chances):
    levels = levels_of(distribution)

    assert levels.size == len(chances)
    assert [levels.probability(i) for i in range(levels.size)] == pytest.approx(chances)


@pytest.mark.parametrize(
    "distribution",
    [
        Choice((1, 1.0, True, "1", None, (1, 2), {"b": 1, "a": [2]})),
        RandInt(5),
        QUniform(-5, 5, 0.1),
        QLogUniform(-2, 3, 3),
    ],
)
def test_a_value_is_found_by_its_index_and_the_index_by_the_value(distribution):
    levels = levels_of(distribution)

    values = [levels.value(i) for i in range(levels.size)]

    assert [levels.index(value) for value in values] == list(range(levels.size))


@pytest.mark.parametrize("stranger", ["3", None, True, 2.5, 99, -1, math.nan, math.inf, [1]])
def test_other_values_have_no_index(stranger):
    assert levels_of(RandInt(10)).index(stranger) is None


def test_an_option_that_went_through_json_is_found():
    levels = levels_of(Choice(((1, 2), {"a": (3,)})))

    assert levels.index([1, 2]) == 0
    assert levels.index({"a": [3]}) == 1


@pytest.mark.parametrize("distribution", [QUniform(0, 1e300, 1), QLogUniform(0, 700, 1)])
def test_a_grid_finer_than_floats_is_a_continuum(distribution):
    assert levels_of(distribution) is None


def test_levels_are_found_at_their_quantiles():
    levels = levels_of(QUniform(0, 4, 2))

    assert [level_at(levels, 0, 3, quantile) for quantile in (0, 0.24, 0.26, 0.74, 0.76)] == [
        0,
        0,
        1,
        1,
        2,
    ]
    assert [level_at(levels, 1, 3, quantile) for quantile in (0, 0.6, 0.7)] == [1, 1, 2]


def test_a_space_with_a_continuum_is_not_finite():
    assert a_finite_space(a=Choice((1, 2)), x=Uniform(0, 1)) is None


def test_asked_points_are_those_of_ended_and_of_pending_trials():
    finite_space = a_finite_space(a=Choice(("x", "y")), b=RandInt(3))

    asked = finite_space.asked(
        [Observation({"b": 2, "a": "y"}, 1.0), Observation({"a": "z", "b": 0}, 1.0)],
        [{"a": "x", "b": 0}, {"a": "x"}, {"a": "x", "b": 0, "c": 1}],
    )

    assert asked == {(1, 2), (0, 0)}


def test_other_points_are_drawn_with_their_conditional_probability():
    finite_space = a_finite_space(a=QUniform(0, 2, 1), b=Choice(("x", "y", "y")))
    asked = {(0, 0), (1, 1), (2, 1)}
    rng = generator(1)

    counts = Counter(finite_space.draw_unasked(asked, rng) for _ in range(3000))

    chances = {(0, 1): 1 / 4 * 2 / 3, (1, 0): 1 / 2 * 1 / 3, (2, 0): 1 / 4 * 1 / 3}
    total = sum(chances.values())
    expected = [3000 * chances[point] / total for point in sorted(chances)]
    assert stats.chisquare([counts[point] for point in sorted(chances)], expected).pvalue > 0.01


def test_every_other_point_is_drawn_once_and_then_none():
    finite_space = a_finite_space(a=QUniform(0, 1, 1), b=RandInt(3), c=Choice(("x", "y", "x")))
    rng, asked = generator(2), set()

    while (point := finite_space.draw_unasked(asked, rng)) is not None:
        assert point not in asked
        asked.add(point)

    assert asked == set(itertools.product(range(2), range(3), range(2)))


@pytest.mark.parametrize("kind", [SamplingKind.GRID, SamplingKind.RANDOM])
def test_an_ask_looks_only_at_trials_that_are_new(kind, monkeypatch):
    looked_at = []
    point = FiniteSpace.point
    monkeypatch.setattr(
        FiniteSpace, "point", lambda self, given: looked_at.append(given) or point(self, given)
    )
    sampler = make_sampler(Space((("x", RandInt(1000)),)), Sampling(kind, 1))
    observations, n_looks = [], []

    for _ in range(300):
        looked_at.clear()
        observations.append(Observation(sampler.ask(observations, []), 0.5))
        n_looks.append(len(looked_at))

    assert max(n_looks[-10:]) <= 25  # a draw may have to be repeated
    assert len({each.parameters["x"] for each in observations}) == 300


@pytest.mark.parametrize("kind", [SamplingKind.GRID, SamplingKind.RANDOM])
def test_what_was_asked_is_known_of_any_list(kind):
    space = Space((("x", RandInt(4)),))
    sampler, fresh = (make_sampler(space, Sampling(kind, 1)) for _ in range(2))
    tried = [Observation({"x": x}, 0.5) for x in (0, 1, 2)]

    sampler.ask(tried, [])
    tried.pop()
    for observations in (tried, list(tried), [], tried[1:]):
        assert sampler.ask(observations, []) == fresh.ask(tuple(observations), [])
        assert sampler.ask(observations, [{"x": 3}]) == fresh.ask(tuple(observations), [{"x": 3}])

import itertools

import pytest

from hyperlocal.domain.distribution import Choice, QUniform, RandInt, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.errors import SearchSpaceError
from hyperlocal.search import make_sampler, space_size
from tests.contracts.sampler import SamplerContract, searched


def a_grid(space, **options):
    return make_sampler(space, Sampling(SamplingKind.GRID, 0, options))


def values_of(observations):
    return [tuple(o.parameters.values()) for o in observations]


class TestGrid(SamplerContract):
    kind = SamplingKind.GRID


def test_the_last_declared_parameter_varies_fastest():
    space = Space((("a", Choice((1, 2))), ("b", Choice((16, 32, 64)))))

    asked = values_of(searched(a_grid(space), float, 10))

    assert asked == list(itertools.product((1, 2), (16, 32, 64)))


def test_the_first_declared_parameter_can_vary_fastest():
    space = Space((("a", Choice((1, 2))), ("b", Choice((16, 32, 64)))))

    asked = values_of(searched(a_grid(space, order="first-fastest"), float, 10))

    assert asked == [(1, 16), (2, 16), (1, 32), (2, 32), (1, 64), (2, 64)]


def test_an_order_that_does_not_exist_is_refused():
    with pytest.raises(SearchSpaceError, match=r"'sideways'.*first-fastest"):
        a_grid(Space(()), order="sideways")


def test_what_was_skipped_comes_first():
    space = Space((("a", Choice((1, 2, 3, 4))),))

    asked = a_grid(space).ask([Observation({"a": 1}, 0.5)], [{"a": 3}])

    assert asked == {"a": 2}


def test_options_of_any_kind_come_as_they_were_given():
    options = (True, None, (1, 2), [3], {"depth": 1}, "x", 1)

    asked = values_of(searched(a_grid(Space((("a", Choice(options)),))), float, 10))

    assert [value for (value,) in asked] == list(options)


def test_a_huge_grid_is_not_laid_out():
    space = Space(tuple((f"p{i}", Choice(tuple(range(100)))) for i in range(20)))

    asked = values_of(searched(a_grid(space), float, 101))

    assert space_size(space) == 100**20
    assert asked[0] == (0,) * 20
    assert asked[100] == (*(0,) * 18, 1, 0)


def test_distributions_with_an_end_make_a_grid():
    space = Space((("a", RandInt(2)), ("b", QUniform(0, 4, 2))))

    asked = values_of(searched(a_grid(space), float, 10))

    assert asked == [(0, 0.0), (0, 2.0), (0, 4.0), (1, 0.0), (1, 2.0), (1, 4.0)]


def test_a_continuum_is_refused_by_name():
    with pytest.raises(SearchSpaceError, match=r"'rate'.*random sampling"):
        a_grid(Space((("a", Choice((1,))), ("rate", Uniform(0, 1)))))

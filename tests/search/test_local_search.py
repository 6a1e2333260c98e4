import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.candidates import uniform_candidates
from hyperlocal.search.local_search import local_search
from hyperlocal.search.unit_cube import UnitCube

CUBE = UnitCube(
    Space(
        (
            ("x", Uniform(0, 1)),
            ("depth", QUniform(1, 200, 1)),
            ("kind", Choice(("a", "b", "c", "d"))),
            ("y", Uniform(0, 1)),
        )
    )
)


class OneMaximum:
    """An acquisition function with one maximum; the third coordinate is a category."""

    maximum = np.array([0.3, 120.0, 2.0, 1.0])
    scale = np.array([1.0, 100.0, 1.0, 1.0])

    def values(self, codes):
        off = (codes - self.maximum) / self.scale
        off[:, 2] = codes[:, 2] != self.maximum[2]
        return -(off**2).sum(axis=1)

    def value_and_gradient(self, code):
        gradient = -2 * (code - self.maximum) * CUBE.is_continuous
        return float(self.values(code[None])[0]), gradient


@pytest.mark.parametrize("seed", range(5))
def test_a_local_search_ends_at_the_maximum(seed):
    start = uniform_candidates(CUBE, 1, np.random.default_rng(seed))[0]

    maximum, value = local_search(CUBE, OneMaximum(), start)

    assert maximum == pytest.approx(OneMaximum.maximum, abs=1e-4)
    assert value == pytest.approx(0, abs=1e-6)


def test_a_local_search_does_not_end_at_an_excluded_point():
    class Excluded(OneMaximum):
        def values(self, codes):
            excluded = (np.abs(codes - self.maximum) < 1e-3).all(axis=1)
            return np.where(excluded, -np.inf, super().values(codes))

    maximum, value = local_search(CUBE, Excluded(), np.array([0.32, 120.0, 2.0, 1.0]))

    assert np.isfinite(value)
    assert np.abs(maximum - OneMaximum.maximum).max() >= 1e-3

import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.candidates import all_points, climb, neighbours, scattered
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


class Hill:
    """A landscape with one top; the third coordinate is a category."""

    top = np.array([0.3, 120.0, 2.0, 1.0])
    scale = np.array([1.0, 100.0, 1.0, 1.0])

    def heights(self, codes):
        off = (codes - self.top) / self.scale
        off[:, 2] = codes[:, 2] != self.top[2]
        return -(off**2).sum(axis=1)

    def slope(self, code):
        gradient = -2 * (code - self.top) * CUBE.is_continuous
        return float(self.heights(code[None])[0]), gradient


def can_be_asked(codes):
    levels = codes[:, [1, 2]]
    inside = (codes >= 0) & (codes <= [1, 199, 3, 1])
    return inside.all() and (levels == np.round(levels)).all()


def test_all_points_of_a_lattice_are_listed_once():
    points = all_points((2, 3, 2))

    assert len(np.unique(points, axis=0)) == len(points) == 12


def test_scattered_points_can_be_asked_and_are_everywhere():
    points = scattered(CUBE, 1000, np.random.default_rng(0))

    assert can_be_asked(points)
    assert set(points[:, 2]) == {0, 1, 2, 3}
    assert points[:, 1].min() < 5
    assert points[:, 1].max() > 194


def test_neighbours_can_be_asked_and_differ_from_their_centre():
    centre = np.array([[0.5, 100.0, 1.0, 0.5]])

    points = neighbours(CUBE, centre, 1000, np.random.default_rng(0))

    changed = points != centre
    assert can_be_asked(points)
    assert changed[:, [0, 1, 3]].any(axis=1).mean() > 0.9
    assert (changed.sum(axis=1) == 1).any()
    assert changed.all(axis=1).any()


def test_some_neighbours_are_close_and_some_are_far():
    centre = np.array([[0.5, 100.0, 1.0, 0.5]])

    points = neighbours(CUBE, centre, 1000, np.random.default_rng(0))

    distances = np.abs(points[:, 0] - 0.5)
    assert np.quantile(distances[distances > 0], 0.1) < 0.005
    assert distances.max() > 0.4


@pytest.mark.parametrize("seed", range(5))
def test_a_climb_ends_on_the_top(seed):
    start = scattered(CUBE, 1, np.random.default_rng(seed))[0]

    top, height = climb(CUBE, Hill(), start)

    assert top == pytest.approx(Hill.top, abs=1e-4)
    assert height == pytest.approx(0, abs=1e-6)


def test_a_climb_does_not_end_on_what_is_taken():
    class Taken(Hill):
        def heights(self, codes):
            taken = (np.abs(codes - self.top) < 1e-3).all(axis=1)
            return np.where(taken, -np.inf, super().heights(codes))

    top, height = climb(CUBE, Taken(), np.array([0.32, 120.0, 2.0, 1.0]))

    assert np.isfinite(height)
    assert np.abs(top - Hill.top).max() >= 1e-3

import numpy as np

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.candidates import all_points, neighbours, uniform_candidates
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


def can_be_asked(codes):
    levels = codes[:, [1, 2]]
    inside = (codes >= 0) & (codes <= [1, 199, 3, 1])
    return inside.all() and (levels == np.round(levels)).all()


def test_all_points_of_a_finite_space_are_listed_once():
    points = all_points((2, 3, 2))

    assert len(np.unique(points, axis=0)) == len(points) == 12


def test_uniform_candidates_can_be_asked_and_are_everywhere():
    points = uniform_candidates(CUBE, 1000, np.random.default_rng(0))

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

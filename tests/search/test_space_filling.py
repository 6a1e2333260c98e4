import numpy as np
import pytest

from hyperlocal.search.space_filling import latin_hypercube, squared_distances


@pytest.mark.parametrize(("m", "d"), [(1, 1), (5, 2), (22, 20), (7, 0)])
def test_every_slice_of_every_parameter_holds_one_point(m, d):
    design = latin_hypercube(m, d, np.random.default_rng(0))

    slices = np.sort(np.floor(design * m), axis=0)
    assert design.shape == (m, d)
    assert (slices == np.arange(m)[:, None]).all()


def test_points_are_farther_apart_than_by_chance():
    def closest(points):
        distances = squared_distances(points, points) + np.eye(len(points)) * 9
        return distances.min()

    chosen = [closest(latin_hypercube(8, 2, np.random.default_rng(s))) for s in range(20)]
    chance = [closest(np.random.default_rng(s).random((8, 2))) for s in range(20)]

    assert np.median(chosen) > 2 * np.median(chance)


def test_squared_distances_are_those_between_rows():
    A, B = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])

    assert squared_distances(A, B) == pytest.approx(np.array([[0, 1, 9], [25, 20, 16]]))

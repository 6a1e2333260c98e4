import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.fitting import fit_hyperparameters
from hyperlocal.search.space_filling import latin_hypercube
from hyperlocal.search.unit_cube import UnitCube
from hyperlocal.search.warp import most_plausible_bends

SPACE = Space(
    (
        ("rate", Uniform(0, 1)),
        ("width", QUniform(0, 1000, 1)),
        ("kind", Choice(("a", "b", "c"))),
        ("flag", Choice((0, 1))),
    )
)


def bends(score_of):
    """Return the strengths that are chosen after thirty trials."""
    cube = UnitCube(SPACE)
    codes = cube.codes_at(latin_hypercube(30, 4, np.random.default_rng(1)))
    y = score_of(cube.shares_of(codes))
    y = (y - y.mean()) / y.std()
    X = cube.features(codes)
    fit = fit_hyperparameters(X, y, cube.owners)
    strengths, start = most_plausible_bends(cube, X, y, fit)
    bent = cube.bent(strengths)
    bent_X = bent.features(bent.bend(codes))
    return strengths, fit, fit_hyperparameters(bent_X, y, cube.owners, start=start)


def test_an_axis_on_which_all_happens_at_one_end_is_bent_to_it():
    strengths, straight, bent = bends(lambda at: -(np.log(at[:, 0] + 0.001) ** 2))

    assert strengths[0] > 0
    assert strengths[2:].tolist() == [0, 0]
    assert bent.plausibility > straight.plausibility + 2


def test_the_other_end_counts_as_well_and_so_do_whole_numbers():
    strengths, _, _ = bends(lambda at: -(np.log(1.001 - at[:, 1]) ** 2))

    assert strengths[1] < 0


@pytest.mark.parametrize(
    "score_of", [lambda at: np.sin(5 * at[:, 0]) + at[:, 1], lambda at: at[:, 2] + at[:, 3]]
)
def test_without_a_reason_all_stays_straight(score_of):
    strengths, _, _ = bends(score_of)

    assert strengths.tolist() == [0, 0, 0, 0]

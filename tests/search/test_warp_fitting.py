import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.fitting import fit_hyperparameters
from hyperlocal.search.initial_design import latin_hypercube
from hyperlocal.search.unit_cube import UnitCube
from hyperlocal.search.warp_fitting import fit_input_warping

SPACE = Space(
    (
        ("rate", Uniform(0, 1)),
        ("width", QUniform(0, 1000, 1)),
        ("kind", Choice(("a", "b", "c"))),
        ("flag", Choice((0, 1))),
    )
)


def warping_of(score_of):
    """Return the strengths that are chosen after thirty trials."""
    cube = UnitCube(SPACE)
    codes = cube.from_unit(latin_hypercube(30, 4, np.random.default_rng(1)))
    y = score_of(cube.to_unit(codes))
    y = (y - y.mean()) / y.std()
    X = cube.features(codes)
    fit = fit_hyperparameters(X, y, cube.groups)
    strengths, start = fit_input_warping(cube, X, y, fit)
    warped = cube.with_warping(strengths)
    warped_X = warped.features(warped.warp(codes))
    return strengths, fit, fit_hyperparameters(warped_X, y, cube.groups, start=start)


def test_an_axis_with_all_variation_at_one_end_is_warped_toward_it():
    strengths, fit, warped_fit = warping_of(lambda at: -(np.log(at[:, 0] + 0.001) ** 2))

    assert strengths[0] > 0
    assert strengths[2:].tolist() == [0, 0]
    assert warped_fit.log_posterior > fit.log_posterior + 2


def test_the_other_end_counts_as_well_and_so_do_whole_numbers():
    strengths, _, _ = warping_of(lambda at: -(np.log(1.001 - at[:, 1]) ** 2))

    assert strengths[1] < 0


@pytest.mark.parametrize(
    "score_of", [lambda at: np.sin(5 * at[:, 0]) + at[:, 1], lambda at: at[:, 2] + at[:, 3]]
)
def test_without_a_gain_no_axis_is_warped(score_of):
    strengths, _, _ = warping_of(score_of)

    assert strengths.tolist() == [0, 0, 0, 0]

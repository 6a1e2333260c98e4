import numpy as np
import pytest

from hyperlocal.domain.distribution import Choice, LogUniform, QUniform, RandInt, Uniform
from hyperlocal.domain.space import Space
from hyperlocal.errors import SearchSpaceError
from hyperlocal.search.unit_cube import UnitCube, number_positions


def a_cube(**distributions):
    return UnitCube(Space(tuple(distributions.items())))


def features_of(cube, **parameters):
    return cube.features(np.array([cube.codes(parameters)]))[0].tolist()


@pytest.mark.parametrize(
    ("options", "positions"),
    [
        ((1, 2, 3), [0, 0.5, 1]),
        ((3, 1, 2), [1, 0, 0.5]),
        ((16, 32, 64, 128), [0, 1 / 3, 2 / 3, 1]),
        ((0.001, 0.01, 0.1), [0, 0.5, 1]),
        ((10, 20, 30, 35), [0, 0.4, 0.8, 1]),
        ((0, 1, 10, 100, 1000), [0, 0.25, 0.5, 0.75, 1]),
        ((5,), [0.5]),
        ((1, 1.0, 2), [0, 0, 1]),
        ((-1.7e308, 0, 1.7e308), [0, 0.5, 1]),
    ],
)
def test_numbers_are_placed_where_their_spacing_is_even(options, positions):
    assert number_positions(options) == pytest.approx(positions)


@pytest.mark.parametrize(
    "options", [("1", "2"), (1, "2"), (1, True), (1.0, float("nan")), (1, None), (10**400, 1)]
)
def test_other_options_have_no_positions(options):
    assert number_positions(options) is None


def test_each_kind_of_parameter_has_its_features():
    cube = a_cube(
        rate=Uniform(2, 4),
        depth=QUniform(1, 5, 1),
        size=Choice((16, 32, 64)),
        kind=Choice(("a", "b", "c")),
        flag=Choice(("on", "off")),
    )

    features = features_of(cube, rate=2.5, depth=3, size=64, kind="b", flag="off")
    assert features == pytest.approx([*(0.25, 0.5, 1.0), *(0.0, 0.7 / 2**0.5, 0.0), 0.7])
    assert cube.groups.tolist() == [0, 1, 2, 3, 3, 3, 4]


def test_parameters_go_to_codes_and_back():
    cube = a_cube(rate=Uniform(-3, 4), depth=QUniform(2, 20, 3), kind=Choice(("a", 2, "c")))
    parameters = {"rate": 1.25, "depth": 9, "kind": 2}

    assert cube.parameters(cube.codes(parameters)) == pytest.approx(parameters)


def test_a_quantised_uniform_of_integers_gives_integers():
    whole = a_cube(x=QUniform(1, 10, 2)).parameters([2.0])
    broken = a_cube(x=QUniform(1, 10, 2.0)).parameters([2.0])

    assert repr(whole) == "{'x': 6}"
    assert repr(broken) == "{'x': 6.0}"


def test_a_quantised_uniform_finer_than_floats_is_a_continuum():
    cube = a_cube(x=QUniform(0, 1e300, 1))

    assert cube.is_continuous.all()
    assert cube.parameters([0.5]) == {"x": 5e299}


def test_what_is_drawn_is_never_outside_its_range():
    cube = a_cube(x=Uniform(-1.7e308, 1.7e308), y=Uniform(0.1, 0.3))

    for position in (0.0, 0.1, 0.7, 1.0):
        values = cube.parameters([position, position])
        assert -1.7e308 <= values["x"] <= 1.7e308
        assert 0.1 <= values["y"] <= 0.3


def test_points_of_the_cube_reach_every_level():
    cube = a_cube(kind=Choice(("a", "b", "c")), depth=QUniform(0, 3, 1), x=Uniform(0, 1))
    points = np.linspace(0, 1, 13)[:, None].repeat(3, axis=1)

    codes = cube.from_unit(points)

    assert set(codes[:, 0]) == {0, 1, 2}
    assert set(codes[:, 1]) == {0, 1, 2, 3}
    assert codes[:, 2].tolist() == points[:, 2].tolist()
    assert cube.from_unit(cube.to_unit(codes)).tolist() == codes.tolist()


@pytest.mark.parametrize(
    "parameters", [{}, {"x": 2.0, "k": 1}, {"x": True, "k": 1}, {"x": "0.5", "k": 1}, {"x": 0.5}]
)
def test_parameters_of_another_space_have_no_codes(parameters):
    assert a_cube(x=Uniform(0, 1), k=Choice((1, 2))).codes(parameters) is None


@pytest.mark.parametrize("distribution", [LogUniform(0, 1), RandInt(5)])
def test_what_it_cannot_search_is_refused_by_name(distribution):
    with pytest.raises(SearchSpaceError, match=r"'rate'.*choice, uniform and quniform"):
        a_cube(rate=distribution)


def test_all_options_are_as_far_from_each_other():
    cube = a_cube(kind=Choice(("a", "b", "c", "d")), flag=Choice(("on", "off")))

    def distance(one, other):
        return np.linalg.norm(np.subtract(features_of(cube, **one), features_of(cube, **other)))

    a_on, b_on, d_on = ({"kind": kind, "flag": "on"} for kind in "abd")
    expected = pytest.approx(distance(a_on, {"kind": "a", "flag": "off"}))
    assert distance(a_on, b_on) == expected
    assert distance(b_on, d_on) == expected


def test_a_warped_cube_magnifies_one_end():
    cube = a_cube(rate=Uniform(0, 1), trees=QUniform(0, 1000, 1), kind=Choice(("a", "b", "c")))
    warped = cube.with_warping(np.array([1000.0, 1000.0, 0.0]))
    codes = np.array([[0.001, 1.0, 2.0], [0.5, 500.0, 1.0]])

    seen = warped.warp(codes)

    assert warped.features(seen)[:, 0] == pytest.approx(seen[:, 0])
    assert warped.features(seen)[:, 0] == pytest.approx(warped.features(seen)[:, 1])
    assert warped.features(seen)[0, 0] == pytest.approx(0.1, abs=0.01)
    assert warped.features(seen)[1, 0] == pytest.approx(0.9, abs=0.01)
    assert seen[:, 1:].tolist() == codes[:, 1:].tolist()
    assert warped.unwarp(seen) == pytest.approx(codes)
    assert cube.features(codes)[0, 0] == 0.001

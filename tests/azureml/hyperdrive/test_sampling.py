import pytest

from hyperlocal.azureml.train.hyperdrive import (
    BayesianParameterSampling,
    GridParameterSampling,
    HyperParameterSampling,
    RandomParameterSampling,
    choice,
    normal,
    quniform,
    uniform,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveConfigException,
    HyperDriveRehydrateException,
)
from hyperlocal.azureml.train.hyperdrive.sampling import _sampling_from_dict

SPACE = {"--layers": choice(1, 2, 3), "--batch": choice(16, 32)}
ALL = [GridParameterSampling, RandomParameterSampling, BayesianParameterSampling]


@pytest.mark.parametrize(
    ("sampling", "name"),
    [
        (GridParameterSampling, "GRID"),
        (RandomParameterSampling, "RANDOM"),
        (BayesianParameterSampling, "BayesianOptimization"),
    ],
)
def test_to_json_has_name_and_space(sampling, name):
    assert sampling(SPACE).to_json() == {"name": name, "parameter_space": SPACE}
    assert name == sampling.SAMPLING_NAME


@pytest.mark.parametrize("sampling", ALL)
def test_properties_are_told_if_there_are_any(sampling):
    assert sampling(SPACE, properties={"seed": 7}).to_json()["properties"] == {"seed": 7}
    assert "properties" not in sampling(SPACE, properties={}).to_json()


@pytest.mark.parametrize("sampling", ALL)
def test_samplings_of_the_same_space_are_equal(sampling):
    assert sampling(SPACE) == sampling(dict(SPACE))
    assert sampling(SPACE) != sampling({})
    assert sampling(SPACE) != sampling(SPACE, properties={"seed": 7})
    assert sampling(SPACE) != SPACE


def test_grid_and_random_of_the_same_space_differ():
    assert GridParameterSampling(SPACE) != RandomParameterSampling(SPACE)


def test_a_seed_is_no_argument():
    with pytest.raises(TypeError):
        RandomParameterSampling(SPACE, seed=7)


@pytest.mark.parametrize("expression", [uniform(0, 1), quniform(0, 10, 1), ["bogus", [1]], []])
def test_grid_takes_choices_only(expression):
    with pytest.raises(HyperDriveConfigException, match="choice") as caught:
        GridParameterSampling({"--lr": expression})

    assert caught.value.error_code == "ArgumentInvalid"
    assert "'--lr'" in caught.value.message


def test_grid_looks_at_lists_only():
    assert GridParameterSampling({"a": 5}).to_json()["parameter_space"] == {"a": 5}


def test_random_takes_anything():
    for space in ({"a": normal(0, 1)}, {"a": ["bogus", [1]]}, {"a": 5}, {}, None):
        assert RandomParameterSampling(space).to_json()["parameter_space"] == space


@pytest.mark.parametrize("sampling", [GridParameterSampling, BayesianParameterSampling])
@pytest.mark.parametrize("space", [None, [1], "x", 5], ids=repr)
def test_a_space_is_a_dict(sampling, space):
    with pytest.raises(HyperDriveConfigException, match="must be a dict"):
        sampling(space)


@pytest.mark.parametrize(
    "expression",
    [
        choice(True, False),
        choice(None, 1),
        choice((1, 2), (3,)),
        choice(1, "a"),
        normal(0, 1),
        quniform(0, 10.0, 1),
        quniform(0, 10, True),
        quniform(0, 10, 0),
        quniform(0, 100_001, 1),
        quniform(0, 10**400, 1),
        ["choice", [[]]],
        ["choice", []],
        ["quniform", [1]],
        [],
        5,
        None,
    ],
    ids=repr,
)
def test_bayesian_rejects(expression):
    with pytest.raises(HyperDriveConfigException) as caught:
        BayesianParameterSampling({"a": expression})

    assert caught.value.error_code == "ArgumentInvalid"


@pytest.mark.parametrize(
    "expression",
    [
        choice(1, 2.5),
        choice("a", "b"),
        uniform(0, 1),
        quniform(0, 100_000, 1),
        quniform(0, 10, -1),
        "a bare string",
    ],
    ids=repr,
)
def test_bayesian_accepts(expression):
    assert BayesianParameterSampling({"a": expression})


def test_own_validators_are_asked():
    asked = []

    def no_wide_range(expression):
        asked.append(expression)
        return expression[1][1] < 10, "too wide"

    sampling = HyperParameterSampling(
        "own", {"a": uniform(0, 1)}, None, {"uniform"}, {"uniform": no_wide_range}
    )

    assert sampling.to_json()["name"] == "own"
    assert asked == [uniform(0, 1)]
    with pytest.raises(HyperDriveConfigException, match="too wide"):
        HyperParameterSampling(
            "own", {"a": uniform(0, 10)}, None, {"uniform"}, {"uniform": no_wide_range}
        )


@pytest.mark.parametrize("sampling", ALL)
def test_a_sampling_is_made_again_from_what_it_told(sampling):
    told = sampling(SPACE).to_json()
    told["name"] = told["name"].upper()  # as the service wrote it for some years

    assert _sampling_from_dict(told) == sampling(SPACE)


@pytest.mark.parametrize("told", [None, [1], {}, {"name": "GRID"}], ids=repr)
def test_a_sampling_cannot_be_made_again_from_less(told):
    with pytest.raises(HyperDriveRehydrateException):
        _sampling_from_dict(told)


def test_an_unknown_sampling_is_rejected():
    with pytest.raises(HyperDriveConfigException, match="'SOBOL'"):
        _sampling_from_dict({"name": "SOBOL", "parameter_space": {}})
    with pytest.raises(HyperDriveConfigException, match="GridParameterSampling"):
        GridParameterSampling._from_dict(RandomParameterSampling(SPACE).to_json())

import numpy as np
import pytest

from hyperlocal.azureml.train.hyperdrive import (
    choice,
    lognormal,
    loguniform,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveConfigException

NAN = float("nan")


def test_an_expression_is_its_name_and_its_arguments():
    assert choice(1, "a", None) == ["choice", [[1, "a", None]]]
    assert randint(5) == ["randint", [5]]
    assert uniform(0, 1) == ["uniform", [0, 1]]
    assert quniform(0, 10, 2) == ["quniform", [0, 10, 2]]
    assert loguniform(-6, -1) == ["loguniform", [-6, -1]]
    assert qloguniform(0, 3, 1) == ["qloguniform", [0, 3, 1]]
    assert normal(10, 3) == ["normal", [10, 3]]
    assert qnormal(10, 3, 1) == ["qnormal", [10, 3, 1]]
    assert lognormal(0, 1) == ["lognormal", [0, 1]]
    assert qlognormal(0, 1, 2) == ["qlognormal", [0, 1, 2]]


def test_numbers_keep_their_type():
    name, (low, high, q) = quniform(0, 10, 2.0)

    assert name == "quniform"
    assert (type(low), type(high), type(q)) == (int, int, float)


@pytest.mark.parametrize("values", [[1, 2, 3], range(1, 4)], ids=["list", "range"])
def test_choice_spreads_one_list_or_range(values):
    assert choice(values) == choice(1, 2, 3)


def test_choice_takes_tuples_dicts_and_inner_lists_as_values():
    assert choice((1, 2)) == ["choice", [[(1, 2)]]]
    assert choice({"a": 1}) == ["choice", [[{"a": 1}]]]
    assert choice([[1, 2], [3]]) == ["choice", [[[1, 2], [3]]]]


def test_choice_keeps_its_own_list():
    values = [1, 2]
    expression = choice(values)

    values.append(3)

    assert expression == ["choice", [[1, 2]]]


def test_choice_of_nothing_has_a_code_of_its_own():
    with pytest.raises(HyperDriveConfigException) as caught:
        choice()

    assert caught.value.error_code == "ArgumentBlankOrEmpty"


@pytest.mark.parametrize(
    "options", [([],), (range(0),), ([1], 2), (1, [2]), (range(2), range(2))], ids=repr
)
def test_choice_rejects_empty_and_mixed_collections(options):
    with pytest.raises(HyperDriveConfigException) as caught:
        choice(*options)

    assert caught.value.error_code == "ArgumentInvalid"


@pytest.mark.parametrize("upper", [0, -1, 5.0, "5", None, np.int64(5)], ids=repr)
def test_randint_takes_positive_ints_only(upper):
    with pytest.raises(HyperDriveConfigException, match="randint"):
        randint(upper)


@pytest.mark.parametrize("expression", [uniform, loguniform])
@pytest.mark.parametrize("bounds", [(2, 1), ("0", 1), (0, None), (0, np.float32(1))], ids=repr)
def test_bounds_must_be_numbers_in_order(expression, bounds):
    with pytest.raises(HyperDriveConfigException, match=expression.__name__):
        expression(*bounds)


def test_only_exponents_may_be_equal():
    assert loguniform(1, 1) == ["loguniform", [1, 1]]
    assert qloguniform(1, 1, 1) == ["qloguniform", [1, 1, 1]]
    with pytest.raises(HyperDriveConfigException):
        uniform(1, 1)
    with pytest.raises(HyperDriveConfigException):
        quniform(1, 1, 1)


@pytest.mark.parametrize("q", [0.5, "1", None, NAN, float("inf")], ids=repr)
def test_q_must_be_whole(q):
    for rejected in (
        lambda: quniform(0, 10, q),
        lambda: qloguniform(0, 10, q),
        lambda: qnormal(0, 1, q),
        lambda: qlognormal(0, 1, q),
    ):
        with pytest.raises(HyperDriveConfigException, match="q is"):
            rejected()


def test_what_only_the_service_would_reject_passes():
    assert quniform(0, 10, 0) == ["quniform", [0, 10, 0]]
    assert quniform(0, 10, -1) == ["quniform", [0, 10, -1]]
    assert uniform(NAN, 1)[0] == "uniform"
    assert normal(0, 0) == ["normal", [0, 0]]


def test_a_standard_deviation_is_not_negative():
    with pytest.raises(HyperDriveConfigException, match="sigma is -1"):
        lognormal(0, -1)


def test_a_message_names_the_value_and_the_remedy():
    with pytest.raises(HyperDriveConfigException) as caught:
        quniform(0, 10, 0.5)

    assert "q is 0.5" in caught.value.message
    assert "uniform()" in caught.value.message


def test_a_message_does_not_repeat_a_huge_value():
    with pytest.raises(HyperDriveConfigException) as caught:
        choice(list(range(10_000)), 1)

    assert len(caught.value.message) < 600

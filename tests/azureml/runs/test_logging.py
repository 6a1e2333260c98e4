"""What is logged and what comes back, as observed of the real SDK (azureml-core 1.61)."""

import enum
import math
import pickle
from decimal import Decimal

import numpy as np
import pytest

from hyperlocal.azureml.exceptions import AzureMLException, UserErrorException


class Level(enum.IntEnum):
    HIGH = 3


class Strange:
    def __repr__(self):
        return "<strange>"


def same(left, right):
    """Equal in value and in type, also inside of lists and dicts."""
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and math.isnan(left):
        return isinstance(right, float) and math.isnan(right)
    return type(left) is type(right) and left == right


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1,), 1),
        ((1, 2.5), [1, 2.5]),
        ((1.5, 2), [1.5, 2.0]),
        ((1.5, True), [1.5, 1.0]),
        ((1.5, "2"), [1.5, 2.0]),
        ((1, "a"), [1, "a"]),
        (("a", 1), ["a", 1]),
        ((True,), True),
        ((True, 3), [True, 3]),
        ((None,), None),
        ((None, 1), [None, 1]),
        ((math.nan,), math.nan),
        ((1, math.inf), [1, math.inf]),
        ((np.int8(3),), 3),
        ((np.int32(3),), 3),
        ((np.uint16(3),), 3),
        ((np.float32(1.1),), float(np.float32(1.1))),
        ((np.float64(1.5), np.int32(2)), [1.5, 2.0]),
        ((np.bool_(True),), True),
        ((np.str_("q"),), "q"),
        ((np.int64(3),), "3"),
        ((np.uint64(3), np.int64(4)), ["3", "4"]),
        ((1, np.int64(3)), [1, "3"]),
        (((1, 2),), "(1, 2)"),
        (({"a": 1},), "{'a': 1}"),
        ((Decimal("1.5"),), "Decimal('1.5')"),
        ((np.array([1, 2]),), "array([1, 2])"),
        ((Strange(),), "<strange>"),
        ((Level.HIGH,), 3),
        (("",), ""),
    ],
)
def test_log(run, values, expected):
    for value in values:
        run.log("k", value)

    assert same(run.get_metrics(), {"k": expected})


@pytest.mark.parametrize("value", [[1], range(3), (i for i in [1]), []])
def test_log_refuses_what_is_for_log_list(run, value):
    with pytest.raises(UserErrorException, match="log_list"):
        run.log("k", value)


@pytest.mark.parametrize(("late", "error"), [("x", ValueError), (None, TypeError)])
def test_a_column_of_floats_takes_numbers_only(run, late, error):
    run.log("k", 1.5)
    run.log("k", late)

    with pytest.raises(error, match="'k'"):
        run.get_metrics()


def test_steps_do_not_change_the_order(run):
    run.log("k", 1, step=5)
    run.log("k", 2, step=np.int64(1))
    run.log("k", 3, step="last")

    assert run.get_metrics("k") == {"k": [1, 2, 3]}
    assert [p.step for p in run._history.metrics.points(run.id)] == [5, 1, "last"]


@pytest.mark.parametrize("name", ["", "a b/c%@:", "x" * 300, "Größe", 5])
def test_any_name_survives(run, name):
    run.log(name, 1)

    assert run.get_metrics() == {str(name): 1}


def test_a_metric_without_a_name_is_refused(run):
    with pytest.raises(UserErrorException, match="name"):
        run.log(None, 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1], 1),
        ([1, 2], [1, 2]),
        ([1, 2.5], [1.0, 2.5]),
        ([2.5, 1], [2.5, 1.0]),
        ([1, "a"], [1, "a"]),
        ([True, 2.5, 1], [True, 2.5, 1]),
        ([1, True, 2.5], [1.0, 1.0, 2.5]),
        ([None, 1.5], [None, 1.5]),
        ([None], None),
        ((1, 2), [1, 2]),
        (range(2), [0, 1]),
        ("abc", ["a", "b", "c"]),
        ({"a": 1, "b": 2}, ["a", "b"]),
        ((i for i in (1, 2)), [1, 2]),
        (np.array([1.5, 2.0]), [1.5, 2.0]),
        (np.array([1, 2], dtype="int32"), [1, 2]),
        ([np.float32(1.5), 2], [1.5, 2.0]),
        ([1, math.nan], [1.0, math.nan]),
    ],
)
def test_log_list(run, values, expected):
    run.log_list("k", values)

    assert same(run.get_metrics(), {"k": expected})


def test_lists_and_values_of_one_name_are_joined(run):
    run.log_list("k", [1, 2])
    run.log("k", 3)
    run.log_list("k", [3.5])

    assert same(run.get_metrics(), {"k": [1, 2, 3, 3.5]})


@pytest.mark.parametrize(
    "values", [[[1, 2]], [{"a": 1}], np.array([1, 2]), [Strange()], [(1,)], np.array([[1.5]])]
)
def test_log_list_takes_scalars_only(run, values):
    with pytest.raises(AzureMLException, match="tolist"):
        run.log_list("k", values)


@pytest.mark.parametrize("values", [[], range(0), np.array([]), ""])
def test_an_empty_list_is_an_attribute_error_as_in_the_sdk_and_a_user_error(run, values):
    with pytest.raises(AttributeError):
        run.log_list("k", values)
    with pytest.raises(UserErrorException) as raised:
        run.log_list("k", values)
    # It can be carried from one process to another, as by joblib.
    assert type(pickle.loads(pickle.dumps(raised.value))) is type(raised.value)


@pytest.mark.parametrize("values", [5, None])
def test_log_list_needs_something_to_go_through(run, values):
    with pytest.raises(TypeError):
        run.log_list("k", values)


def test_rows(run):
    run.log_row("once", x=1, y="a")
    run.log_row("twice", x=1.5, y=2)
    run.log_row("twice", x=3, y=4.5)
    run.log_row("empty")

    metrics = run.get_metrics()

    assert same(metrics["once"], {"x": 1, "y": "a"})
    assert same(metrics["twice"], {"x": [1.5, 3.0], "y": [2, 4.5]})
    assert metrics["empty"] == {}


def test_the_first_row_names_the_columns(run):
    run.log_row("k", x=1)
    run.log_row("k", x=2, y=3)
    run.log_row("short", x=1, y=2)
    run.log_row("short", x=3)

    assert run.get_metrics("k") == {"k": {"x": [1, 2]}}
    with pytest.raises(Exception, match="'y' is missing"):
        run.get_metrics("short")


@pytest.mark.parametrize("cell", [[1, 2], (1, 2), np.int64(3), np.array([1]), Strange()])
def test_rows_hold_scalars_only(run, cell):
    with pytest.raises(AzureMLException, match="'x'"):
        run.log_row("k", x=cell)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"x": [1, 2], "y": [3, 4]}, {"x": [1, 2], "y": [3, 4]}),
        ({"x": [1], "y": [2]}, {"x": 1, "y": 2}),
        ({"x": 1, "y": 2}, {"x": 1, "y": 2}),
        ({"x": [1, 2.5]}, {"x": [1, 2.5]}),
        ({"x": [1.5, 2]}, {"x": [1.5, 2.0]}),
        ({"x": "ab"}, {"x": "ab"}),
        ({"x": [None, 1]}, {"x": [None, 1]}),
    ],
)
def test_log_table(run, table, expected):
    run.log_table("k", table)

    assert same(run.get_metrics(), {"k": expected})


def test_rows_and_tables_of_one_name_are_joined(run):
    run.log_row("k", x=1, y=2)
    run.log_table("k", {"x": [3, 5], "y": [4, 6]})

    assert run.get_metrics() == {"k": {"x": [1, 3, 5], "y": [2, 4, 6]}}


@pytest.mark.parametrize(
    "table",
    [{"x": [1, 2], "y": [3]}, {"x": [1, 2], "y": 3}, {"x": [[1]]}, {"x": (1, 2)}, {"x": {"a": 1}}],
)
def test_tables_that_are_none(run, table):
    with pytest.raises(AzureMLException):
        run.log_table("k", table)


@pytest.mark.parametrize("table", [[1], "s", None, {}, {"x": []}])
def test_what_has_no_columns_or_no_rows_is_no_table(run, table):
    with pytest.raises(AttributeError):
        run.log_table("k", table)


def test_rows_and_values_do_not_mix(run):
    run.log("k", 1)
    run.log_row("k", x=1)

    with pytest.raises(Exception, match="own name"):
        run.get_metrics()


def test_a_numpy_integer_that_the_sdk_keeps_as_text_is_mentioned_once(run):
    run.log("accuracy", np.int64(1))
    run.log("accuracy", np.int64(2))

    (sentence,) = run._fetch().warnings
    assert "accuracy" in sentence
    assert "int64" in sentence


def test_recursive_metrics_are_by_run(run):
    run.log("a", 1)
    child = run.child_run()
    child.log("a", 2)
    run.child_run()

    assert run.get_metrics(recursive=True) == {run.id: {"a": 1}, child.id: {"a": 2}}
    assert run.get_metrics("unknown") == {}

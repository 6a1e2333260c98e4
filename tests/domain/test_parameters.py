"""Parameters: when two are the same, and how they look on a command line."""

import argparse
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.parameters import identity, to_argument


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (16, "16"),
        (2627.0, "2627"),  # observed on Azure: a quantised draw arrives without .0
        (1.0, "1"),
        (-0.0, "0"),
        (1.957125789732623, "1.957125789732623"),
        (1e-05, "1e-05"),
        (1e20, "100000000000000000000"),
        (2e15, "2000000000000000"),
        (-3e16, "-30000000000000000"),
        (1e22, "1e+22"),
        (-1e-8, "-0.00000001"),
        (-1.5e-7, "-0.00000015"),
        (-2.5e30, "-2500000000000000000000000000000"),
        (1e-8, "1e-08"),
        (float("-inf"), "-inf"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, "True"),
        (False, "False"),
        (None, "None"),
        ("relu", "relu"),
        ("", ""),
        ("two words", "two words"),
        ([1, 2.0, "a"], '[1,2.0,"a"]'),
        ((1, 2), "[1,2]"),
        ({"units": [64, 32]}, '{"units":[64,32]}'),
    ],
)
def test_values_as_command_line_tokens(value, token):
    assert to_argument(value) == token


@given(st.floats(allow_nan=False))
def test_no_digit_of_a_float_is_lost(value):
    assert float(to_argument(value)) == value


@given(st.integers(-(10**14), 10**14))
def test_an_integral_float_can_be_parsed_as_an_integer(value):
    assert int(to_argument(float(value))) == value


def test_the_order_of_parameters_does_not_matter():
    assert identity({"a": 1, "b": {"x": 1, "y": 2}}) == identity({"b": {"y": 2, "x": 1}, "a": 1})


def test_equal_numbers_of_different_types_stay_apart():
    assert len({identity({"a": value}) for value in (1, 1.0, True, "1")}) == 4


def test_lists_and_tuples_are_the_same_on_a_command_line_and_here():
    assert identity({"a": (1, 2)}) == identity({"a": [1, 2]})


def test_dicts_with_keys_of_several_types_have_an_identity():
    assert identity({"a": {1: "x", "y": 2}}) != identity({"a": {1: "x", "y": 3}})


@given(st.dictionaries(st.text(max_size=3), st.one_of(st.integers(), st.floats(), st.text())))
def test_an_identity_survives_the_history(parameters):
    assert identity(json.loads(json.dumps(parameters))) == identity(parameters)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_argparse_reads_any_float_after_its_option(value):
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float)

    assert parser.parse_args(["--lr", to_argument(value)]).lr == value


@given(st.integers(-(10**21), 10**21).map(float))
def test_a_whole_number_is_read_as_an_int(value):
    assert int(to_argument(value)) == int(value)

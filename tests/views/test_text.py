"""Durations, times, values."""

import math
import time

import pytest

from hyperlocal.views import text


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (math.nan, "-"),
        (-1, "0.0s"),
        (0.04, "0.0s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (59.6, "1m"),
        (62, "1m02s"),
        (3600, "1h"),
        (3660, "1h01m"),
        (86399, "23h59m"),
        (604800, "7d"),
        (183600, "2d03h"),
    ],
)
def test_duration(seconds, shown):
    assert text.duration(seconds) == shown


@pytest.mark.parametrize(
    ("passed", "shown"),
    [(-3, "0s ago"), (5, "5s ago"), (90, "1m ago"), (7200, "2h ago"), (200000, "2d ago")],
)
def test_age(passed, shown):
    assert text.age(1_700_000_000, 1_700_000_000 + passed) == shown


def test_what_is_long_ago_is_dated():
    assert text.age(1_700_000_000, 1_800_000_000) == time.strftime(
        "%Y-%m-%d", time.localtime(1_700_000_000)
    )


def test_timestamps_are_utc_for_programs():
    assert text.timestamp(1_700_000_000.25) == "2023-11-14T22:13:20.250000Z"
    assert text.timestamp(None) is None


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (0.1, "0.1"),
        (16.0, "16"),
        (True, "True"),
        ([1, 2], "[1,2]"),
        ("relu", "relu"),
        ("two words", '"two words"'),
        ("", '""'),
        ("a=b", '"a=b"'),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (None, "-"),
    ],
)
def test_value(content, shown):
    assert text.value(content) == shown


def test_values_keep_all_digits_unless_told_how_many():
    assert text.value(0.0940616929461077) == "0.0940616929461077"
    assert text.value(0.0940616929461077, 4) == "0.09406"


def test_parameters_spell_out_none():
    assert text.parameters({"depth": None, "lr": 0.5}) == "depth=None lr=0.5"
    assert text.parameters({}) == text.parameters(None) == "-"


def test_nothing_that_was_logged_can_command_a_terminal():
    assert text.one_line("bad\x1b[31m value\r\nhere\x07") == "bad[31m value here"
    assert text.printable("kept:\tüñî\nnext") == "kept:\tüñî\nnext"


def test_counted():
    assert (text.counted(1, "trial"), text.counted(2000, "trial")) == ("1 trial", "2,000 trials")


@pytest.mark.parametrize(("share", "shown"), [(-0.001, "0%"), (0.0, "0%"), (0.256, "26%")])
def test_what_is_rounded_to_nothing_has_no_sign(share, shown):
    assert text.percent(share) == shown

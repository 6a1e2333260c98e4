"""A few cases of each surface, in a process that may die of one; `python -m tests.benchmarks fuzz`
tries thousands."""

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.errors import HyperlocalError
from hyperlocal.reading import json_value
from hyperlocal.whatif.policies import policy_from
from tests.fuzz.campaign import campaign
from tests.fuzz.cases import Case, tried
from tests.fuzz.face import allowed, an_expression
from tests.fuzz.stuff import a_text, json_bytes, some_json
from tests.fuzz.surfaces import SURFACES

_CASES = {"check": 10, "notebooks": 1}
_MOST = 25

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="pipes, devices and alarms of POSIX"
)


@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_strange_ends_in_a_traceback_or_a_hang(surface):
    n_cases = _CASES.get(surface, _MOST)

    ends = campaign(surface, n_cases)

    assert [str(failure) for failure in ends.failures] == []
    assert ends.done + ends.refused == n_cases


def test_an_unexpected_error_is_a_failure():
    kind, trace = tried(Case("divide", lambda: 1 / 0, (HyperlocalError,)))

    assert kind.startswith("ZeroDivisionError")
    assert "1 / 0" in trace


def refusal_of(act, kinds=(HyperlocalError,)):
    """Return what something is refused with; None if it is taken. Nothing else passes."""
    try:
        act()
    except kinds as error:
        return str(error)
    return None


@given(st.randoms(use_true_random=False))
def test_expressions_are_made_or_refused(rng):
    assert refusal_of(lambda: an_expression(rng), allowed()) != ""


@given(st.binary() | st.text())
def test_whatever_is_no_json_is_told_so(document):
    refusal = refusal_of(lambda: json_value(document, "it"))

    assert refusal is None or refusal.startswith("it is not JSON")


@given(st.randoms(use_true_random=False))
def test_json_is_read_or_refused(rng):
    refusal = refusal_of(lambda: json_value(json_bytes(rng, some_json(rng)), "it"))

    assert refusal is None or refusal.startswith("it is not JSON")


@given(st.randoms(use_true_random=False))
def test_policies_are_understood_or_refused(rng):
    kind = rng.choice(["bandit:slack_factor=", "median:", "truncation:truncation_percentage=", ""])

    assert refusal_of(lambda: policy_from(kind + a_text(rng), None)) != ""


def test_cases_are_the_same_whenever_they_are_tried():
    first, second = (a_text(random.Random("7")) for _ in range(2))

    assert first == second

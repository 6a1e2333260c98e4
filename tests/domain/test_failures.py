import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.failures import common_reason, first_failures
from hyperlocal.domain.status import Status

FAILED, COMPLETED, CANCELED = Status.FAILED, Status.COMPLETED, Status.CANCELED


@pytest.mark.parametrize(
    ("reasons", "common"),
    [
        ([], None),
        (["ValueError: a"], "ValueError: a"),
        (["ValueError: a", "ValueError: b"], None),
        (["ValueError: lr 0.1", "ValueError: lr 1e-05"], "ValueError: lr 0.1"),
        (["ValueError", None], None),
        ([None, None], None),
    ],
)
def test_reasons_are_the_same_but_for_their_numbers(reasons, common):
    assert common_reason(reasons) == common


@pytest.mark.parametrize("other", [COMPLETED, CANCELED])
def test_one_other_end_is_enough_to_say_nothing(other):
    ended = [(FAILED, "x"), (other, "x"), (FAILED, "x")]

    assert first_failures(ended, 1) is None


@given(st.integers(1, 6), st.integers(1, 6))
def test_there_have_to_be_enough(n_failed, least):
    told = first_failures([(FAILED, f"x {n}") for n in range(n_failed)], least)

    assert told == ("x 0" if n_failed >= least else None)

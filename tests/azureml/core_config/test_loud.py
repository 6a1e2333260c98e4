"""What is loud when it is used, and can be held and shown before."""

import copy
import pickle

import pytest

from hyperlocal.azureml._loud import LoudObject, OnlyInCloud
from hyperlocal.errors import NotEmulatedError


class Result(OnlyInCloud):
    """What some call returns in the cloud."""


@pytest.fixture(params=["object", "result"])
def loud(request):
    if request.param == "object":
        return LoudObject("azureml.core.Thing.client", "Use a folder.")
    with pytest.warns(UserWarning, match="Thing.publish"):
        return Result._returned_by("Thing.publish()")


def test_it_can_be_held_and_shown_and_compared(loud):
    assert "emulate" in repr(loud)
    assert str(loud) == repr(loud)
    assert {loud: 1}[loud] == 1
    assert loud != object()
    assert copy.copy(loud) is not None


def test_it_is_loud_whatever_is_asked_of_it(loud):
    with pytest.raises(NotEmulatedError, match=r"\.anything"):
        _ = loud.anything
    with pytest.raises(NotEmulatedError, match=r"\.method"):
        loud.method(1, a=2)


def test_pythons_own_questions_are_answered_as_usual(loud):
    assert not hasattr(loud, "_repr_html_")
    assert getattr(loud, "__len__", None) is None


def test_a_function_that_is_not_there_is_loud_when_it_is_called():
    with pytest.raises(NotEmulatedError, match="Use a folder"):
        LoudObject("azureml.core.Thing.client", "Use a folder.")(1)


def test_a_result_takes_nothing_and_has_an_id_that_is_loud_when_it_is_looked_at():
    with pytest.warns(UserWarning, match="Thing.publish"):
        result = Result._returned_by("Thing.publish()")

    held = result.id
    assert "Result.id" in repr(held)
    for look in (str, "{}".format):
        with pytest.raises(NotEmulatedError):
            look(held)
    with pytest.raises(NotEmulatedError):
        result.name = "x"
    with pytest.raises(NotEmulatedError):
        Result()


def test_an_object_survives_pickling():
    made = pickle.loads(pickle.dumps(LoudObject("azureml.core.Thing.client")))

    with pytest.raises(NotEmulatedError, match=r"client\.x"):
        _ = made.x

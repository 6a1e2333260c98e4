"""How long a sandbox lasts: tests, their classes, coroutines."""

import asyncio
import inspect
import os
import unittest

import pytest

from hyperlocal.testing import sandbox


def train(run, learning_rate):
    run.log("accuracy", 1 - learning_rate)


def home():
    return os.environ.get("HYPERLOCAL_HOME", "")


@pytest.fixture
def outside(monkeypatch):
    monkeypatch.delenv("HYPERLOCAL_HOME", raising=False)


@pytest.mark.usefixtures("outside")
def test_each_test_of_a_class_has_its_own():
    class Inherited(unittest.TestCase):
        def test_one(self):
            seen.append(home())

    @sandbox(train)
    class Tests(Inherited):
        def setUp(self):
            seen.append(home())

        def test_two(self):
            seen.append(home())

        def helper(self):
            seen.append("never called by itself")

    seen = []
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)

    assert (result.testsRun, result.errors, result.failures) == (2, [], [])
    before, first, again, second = seen
    assert before == again == ""
    assert "" != first != second != ""
    assert inspect.isclass(Tests)
    Inherited("test_one").debug()
    assert seen[-1] == ""


@pytest.mark.usefixtures("outside")
def test_a_coroutine_has_it_until_its_end():
    @sandbox(train)
    async def tuning(name, *, ending):
        before = home()
        await asyncio.sleep(0)
        assert home() == before != ""
        return name + ending

    assert inspect.iscoroutinefunction(tuning)
    assert asyncio.run(tuning("a", ending="b")) == "ab"
    assert home() == ""


def test_a_generator_is_refused():
    with pytest.raises(TypeError, match=r"would end before resource\(\) begins"):

        @sandbox()
        def resource():
            yield


def test_the_parentheses_cannot_be_forgotten():
    with pytest.raises(TypeError, match="with parentheses, above <function"):

        @sandbox
        def test_something():
            pass

    with pytest.raises(TypeError, match="with parentheses, above <class"):

        @sandbox
        class TestSomething:
            pass


def test_what_answers_is_a_function(hyperdrive):
    for answer in (sandbox, hyperdrive.answer):
        with pytest.raises(TypeError, match=r"not 'train.py'. The script is named with script="):
            answer("train.py")

"""A history of the test's own, and a second connection to it, as another process has one."""

import pytest

from hyperlocal.history import History


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


@pytest.fixture
def writer(history):
    other = History.open(history.home)
    yield other
    other.close()

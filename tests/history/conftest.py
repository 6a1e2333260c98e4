"""A history with a sweep in it."""

import pytest

from hyperlocal.history import History


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


@pytest.fixture
def sweep(history):
    """The id of a sweep's parent run."""
    return history.runs.create("HD_x", experiment="digits", kind="hyperdrive").run_id


@pytest.fixture
def trial(history, sweep):
    """The id of the first trial of that sweep."""
    return history.runs.create(
        "HD_x_0", experiment="digits", kind="azureml.scriptrun", parent_id=sweep
    ).run_id

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


@pytest.fixture
def steps(history):
    """Count the steps of the database that a question takes: of this history, or of another."""

    def count(ask, asked=history):
        taken = 0

        def step():
            nonlocal taken
            taken += 1

        with asked._database.reading() as connection:
            connection.set_progress_handler(step, 1)
            try:
                ask()
            finally:
                connection.set_progress_handler(None, 0)
        return taken

    return count

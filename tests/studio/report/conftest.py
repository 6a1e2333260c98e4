"""A home with runs of all kinds, recorded once for all tests of a module."""

import pytest

from hyperlocal.history import History
from tests.studio.report import recorded
from tests.views import sweeps


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The history of that home, and the ids of its runs."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("recorded")
    patch.setenv("HYPERLOCAL_HOME", str(folder / ".hyperlocal"))
    patch.setenv("HYPERLOCAL_MACHINE_FOLDER", str(folder / "machine"))
    history = History.open(folder / ".hyperlocal")
    ids = recorded.record_all(history)
    yield history, ids
    while sweeps.CLAIMS:
        sweeps.CLAIMS.pop().give_up()
    history.close()
    patch.undo()

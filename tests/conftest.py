"""Settings and fixtures for all tests."""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings

from hyperlocal.services import connection
from tests.views import sweeps

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", max_examples=20_000, deadline=None)
# Shells let what they start in the background ignore Ctrl-C, and its children would do so too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Each of the thousands of processes that tests start would compile hyperlocal anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Tests share the slots of the machine with nobody: neither with each other, side by side, nor with
# what else runs here.
os.environ["HYPERLOCAL_MACHINE_FOLDER"] = tempfile.mkdtemp(prefix="hyperlocal-tests-")
atexit.register(shutil.rmtree, os.environ["HYPERLOCAL_MACHINE_FOLDER"], ignore_errors=True)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture
def unmeasured(monkeypatch):
    """Processes that a test starts are not measured: it would see what coverage loads in them."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home of this test's own, found by this process and by its children."""
    folder = tmp_path / ".hyperlocal"
    monkeypatch.setenv("HYPERLOCAL_HOME", str(folder))
    monkeypatch.setenv("HYPERLOCAL_MACHINE_FOLDER", str(tmp_path / "machine"))
    yield folder
    while sweeps.CLAIMS:
        sweeps.CLAIMS.pop().give_up()
    # The face keeps the history of a home open for as long as the process lives.
    while connection._open:
        connection._open.popitem()[1].close()


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """`with recording() as folder`: runs that many tests of the module read, in a home there."""
    histories = []

    @contextmanager
    def record():
        folder = tmp_path_factory.mktemp("recorded")
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("HYPERLOCAL_HOME", str(folder / ".hyperlocal"))
            patched.setenv("HYPERLOCAL_MACHINE_FOLDER", str(folder / "machine"))
            yield folder
        # It stays open when the homes of single tests are closed.
        histories.append(connection._open.pop(str(folder / ".hyperlocal")))

    yield record
    for history in histories:
        history.close()

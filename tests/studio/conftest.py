"""A recorded home and its studio, served in this process; and a browser to look at it with."""

import contextlib
import http.client
import os
from pathlib import Path

import pytest

from hyperlocal.history import History
from tests.views import sweeps

CHROMIUM = "/usr/bin/chromium"


class Studio:
    """A studio that serves, and a client that knows its token."""

    def __init__(self, history, key, state):
        self.history, self.key, self.state = history, key, state
        self.url = f"http://127.0.0.1:{key.port}"

    def ask(self, path, *, method="GET", body=None, with_token=True, host=None, **headers):
        from hyperlocal.studio.safety import cookie_name

        sent = {"Host": host or f"127.0.0.1:{self.key.port}"}
        if with_token:
            sent["Cookie"] = f"{cookie_name(self.key.token)}={self.key.token}"
        sent.update({name.replace("_", "-"): held for name, held in headers.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self.key.port, timeout=20)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            answer.content = answer.read()
            return answer
        finally:
            connection.close()


@pytest.fixture(scope="session")
def recorded_home(tmp_path_factory):
    """A finished sweep `HD_sweep`, one of 60 trials `HD_many`, and a single run."""
    folder = tmp_path_factory.mktemp("studio") / ".hyperlocal"
    history = History.open(folder)
    sweeps.a_finished_sweep(history)
    record_many(history)
    sweeps.begin_job(history, "iris_single")
    sweeps.complete(history, "iris_single")
    while sweeps.CLAIMS:
        sweeps.CLAIMS.pop().give_up()
    history.close()
    return folder


def record_many(history, run_id="HD_many", n_trials=60):
    sweeps.begin_sweep(history, run_id, max_trials=n_trials)
    for n in range(n_trials):
        top = 0.5 + 0.4 * (n * 37 % n_trials) / n_trials
        trial = sweeps.begin_trial(
            history,
            run_id,
            n,
            lr=0.05 + 0.05 * (n * 13 % n_trials) / n_trials,
            batch=(16, 32)[n % 2],
            metrics=[0.3, 0.4, top],
        )
        (sweeps.fail if n % 10 == 9 else sweeps.complete)(history, trial)
    sweeps.complete(history, run_id)


@pytest.fixture(scope="session")
def studio(recorded_home):
    """The studio of the recorded home. Tests that write make runs of their own in it."""
    pytest.importorskip("dash", reason="needs hyperlocal[studio]")
    from hyperlocal.studio.server import serving

    history = History.open(recorded_home)
    with serving(history, 0) as (key, state):
        yield Studio(history, key, state)
    history.close()


# Playwright keeps an event loop running in this thread: other tests could start none.
@pytest.fixture(scope="module")
def browser():
    """Headless Chromium, of the system."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs {CHROMIUM} (Debian's package chromium)")
    with playwright.sync_playwright() as running:
        # As root, as in containers, Chromium has no sandbox.
        arguments = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
        opened = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def context(browser, studio):
    """What pages share, as those of one window: what was loaded once, and the token."""
    opened = browser.new_context(viewport={"width": 1300, "height": 900})
    entry = opened.new_page()
    entry.goto(f"{studio.url}/?token={studio.key.token}")
    entry.close()
    yield opened
    opened.close()


@contextlib.contextmanager
def watched_page(context, studio):
    """Give a page that is let in; what the browser refuses or does not understand is an error."""
    opened = context.new_page()
    opened.set_default_timeout(50_000)
    troubles = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    hosts = set()
    opened.on("request", lambda asked: hosts.add(asked.url.split("/")[2]))
    yield opened
    opened.close()
    assert troubles == []
    assert {host for host in hosts if host} <= {f"127.0.0.1:{studio.key.port}"}


@pytest.fixture
def page(context, studio):
    """A page of a test's own."""
    with watched_page(context, studio) as opened:
        yield opened


@pytest.fixture(scope="module")
def many(context, studio):
    """The page of `HD_many`, loaded once: tests leave it as they found it."""
    with watched_page(context, studio) as opened:
        opened.goto(f"{studio.url}/runs/HD_many")
        opened.wait_for_selector("#trials-grid .ag-row[row-id=HD_many_0]")
        yield opened

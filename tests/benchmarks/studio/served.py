"""A studio in a process of its own, and what it computes."""

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.measure import environment

__all__ = ["Client", "Studio", "poll", "studio"]


class Studio:
    """A studio that runs."""

    def __init__(self, process, entry):
        self.entry = entry
        self.token = parse_qs(urlsplit(entry).query)["token"][0]
        self.port = urlsplit(entry).port
        self._tasks = Path(f"/proc/{process.pid}/task")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def processor_time(self):
        """Return what its threads have computed, in seconds."""
        spent = [task.read_text().split()[0] for task in self._tasks.glob("*/schedstat")]
        return sum(map(int, spent)) / 1e9


@contextlib.contextmanager
def studio(home):
    """Run `hyperlocal studio`."""
    command = [sys.executable, "-m", "hyperlocal", "studio", "--no-browser", "--port", "0"]
    env = environment(home)
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        line = process.stdout.readline()
        assert "http" in line, line
        yield Studio(process, line[line.index("http") :].strip())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Client:
    """What one open page of a sweep asks: the news each second, and charts of what is new."""

    CHARTS = ("best?x=number", "curves?x=interval", "parallel?")

    def __init__(self, port, token, run_id):
        from hyperlocal.studio.safety import cookie_name

        self._headers = {
            "Cookie": f"{cookie_name(token)}={token}",
            "Accept-Encoding": "gzip",
        }
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._run_id = run_id
        self._mark = self.ask("rows")["mark"]
        self._ticks = 0

    def ask(self, what):
        """Return the answer; None for nothing new."""
        import gzip

        self._connection.request("GET", f"/sweeps/{self._run_id}/{what}", headers=self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status in (202, 204):
            return None
        assert answer.status == 200, (what, answer.status)
        is_packed = answer.headers["Content-Encoding"] == "gzip"
        return json.loads(gzip.decompress(content) if is_packed else content)

    def tick(self):
        """Ask as a page does once a second."""
        self._ticks += 1
        mark = json.dumps(self._mark, separators=(",", ":"))
        news = self.ask(f"news?mark={mark}")
        if news is None or news["mark"] == self._mark:
            return
        self._mark = news["mark"]
        if self._ticks % news["every"] == 0:
            for chart in self.CHARTS:
                self.ask(f"figures/{chart}")


def poll(port, token, run_id, n_pages):
    """Ask what some open pages ask, until somebody ends this process."""
    pages = [Client(port, token, run_id) for _ in range(n_pages)]
    print("polling", flush=True)
    while True:
        began = time.monotonic()
        for place, page in enumerate(pages):
            # Pages that were opened at different moments ask at different ones.
            wait = began + place / n_pages - time.monotonic()
            if wait > 0:
                threading.Event().wait(wait)
            page.tick()

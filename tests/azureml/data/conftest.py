"""A workspace, files in its default datastore, and a real web server."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hyperlocal.azureml.core import Workspace


@pytest.fixture
def workspace(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Workspace("subscription", "group", "workspace")


@pytest.fixture
def store(workspace):
    return workspace.get_default_datastore()


@pytest.fixture
def put(store):
    """Put texts into the default datastore, by their paths there."""

    def write(**texts):
        for name, text in texts.items():
            place = f"{store._folder}/{name.replace('__', '/').replace('_', '.')}"
            folder = place.rpartition("/")[0]
            __import__("os").makedirs(folder, exist_ok=True)
            with open(place, "w", encoding="utf-8") as file:
                file.write(text)

    return write


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer is None:
            self.send_error(404)
            return
        body, headers, sent = answer
        self.send_response(200)
        for name, value in {"Content-Length": str(len(body)), "ETag": '"1"', **headers}.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:sent])

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    """Answers what the test says, and tells what it was asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = {}
        self.asked = []

    def serve(self, path, body, *, sent=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (body, named, sent)
        return f"http://127.0.0.1:{self.server_port}{path}"


@pytest.fixture
def server():
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()

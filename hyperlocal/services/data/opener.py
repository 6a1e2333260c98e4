"""The opener: the data map answers also where a script fetches a URL itself.

`urlopen` and `urlretrieve`, and with them pandas, torchvision, Keras and others, ask the handlers
of one opener. Ours comes before those of the network and leaves to them what is not mapped.
`requests` asks its adapters, and ours does the same.

Every trial imports this file, so it imports nothing that an empty interpreter has not loaded: a
finder waits for `urllib.request` and `requests`, and does its part when a script imports them.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Any

__all__ = ["install"]

_READING = ("GET", "HEAD")


class _Finder:
    """Finds what the others find, and sees to it that those who open URLs ask the data map."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> Any:
        equip = _EQUIPPED.get(fullname)
        if equip is None:
            return None
        others = (f for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        specs = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((found for found in specs if found is not None), None)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                equip(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


_finder = _Finder()


def install() -> None:
    """Let the data map answer what this process opens from now on. Again does nothing."""
    if _finder in sys.meta_path:
        return
    sys.meta_path.insert(0, _finder)
    for name, equip in _EQUIPPED.items():
        if name in sys.modules:
            equip(sys.modules[name])


def _equip_urllib(request: Any) -> None:
    """Install the opener; `request` is the module, which may be being imported just now."""

    class Mapped(request.BaseHandler):  # type: ignore[misc]
        handler_order = 50  # before proxies and the network

        def http_open(self, asked: Any) -> Any:
            return _answer(request, asked)

        https_open = ftp_open = http_open

    opener = request.build_opener(Mapped)
    ask = opener.open

    def told(url: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return ask(url, *arguments, **named)
        except request.URLError as error:
            _advise_in_words(error.reason, getattr(url, "full_url", url))
            raise

    opener.open = told
    request.install_opener(opener)


def _advise_in_words(reason: Any, url: str) -> None:
    """Add the command that supplies a URL to the reason why it could not be reached."""
    # The exception stays the same one: scripts look at its type and number.
    if isinstance(reason, OSError) and reason.strerror and "hyperlocal" not in reason.strerror:
        reason.strerror += f". {_advice(url)}"


def _advice(url: str) -> str:
    from hyperlocal.services.data.web import map_command

    return f"If you have the file: {map_command(url)}"


def _mapped_path(method: str | None, url: str) -> str | None:
    """Return the file that answers a request, or None: the network is to answer."""
    if method not in _READING:
        return None
    from hyperlocal.services.data.web import mapped_path

    return mapped_path(url)


def _answer(request: Any, asked: Any) -> Any:
    path = _mapped_path(asked.get_method(), asked.full_url)
    return None if path is None else _response(request.http.client, asked, path)


class _Connection:
    """All that a response asks of a socket."""

    def __init__(self, sent: Any) -> None:
        self._sent = sent

    def makefile(self, mode: str) -> Any:
        return self._sent


def _response(client: Any, asked: Any, path: str) -> Any:
    """Return a file as what a server sends: libraries ask more of it than to be read."""
    from io import BytesIO

    body = open(path, "rb")  # noqa: SIM115 - whoever reads the response closes it
    size = body.seek(0, 2)
    body.seek(0)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    connection = _Connection(BytesIO(head.encode()))
    response = client.HTTPResponse(connection, method=asked.get_method())
    response.begin()
    response.fp, response.url, response.msg = body, asked.full_url, response.reason
    return response


def _equip_requests(adapters: Any) -> None:
    """Let the adapter of every session ask the map first."""
    send = adapters.HTTPAdapter.send

    def send_unless_mapped(adapter: Any, request: Any, *arguments: Any, **named: Any) -> Any:
        path = _mapped_path(request.method, request.url)
        if path is not None:
            return adapter.build_response(request, _urllib3_response(request.method, path))
        try:
            return send(adapter, request, *arguments, **named)
        except adapters.ConnectionError as error:
            if request.method in _READING and hasattr(error, "add_note"):  # since Python 3.11
                error.add_note(_advice(request.url))
            raise

    adapters.HTTPAdapter.send = send_unless_mapped


def _urllib3_response(method: str, path: str) -> Any:
    from io import BytesIO

    from urllib3 import HTTPResponse

    return HTTPResponse(
        BytesIO() if method == "HEAD" else open(path, "rb"),
        headers={"Content-Length": str(os.stat(path).st_size)},
        status=200,
        reason="OK",
        preload_content=False,
        request_method=method,
    )


_EQUIPPED: dict[str, Callable[[Any], None]] = {
    "urllib.request": _equip_urllib,
    "requests.adapters": _equip_requests,
}

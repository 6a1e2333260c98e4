"""The opener: the data map answers also where a script fetches a URL itself.

`urlopen` and `urlretrieve`, and with them pandas, torchvision, Keras and others, ask the handlers
of one opener. Ours comes before those of the network and leaves to them what is not mapped.

Every trial imports this file, so it imports nothing that an empty interpreter has not loaded: a
finder waits for `urllib.request`, and does its part when a script imports that.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

__all__ = ["install"]

_WAITED_FOR = "urllib.request"


class _Finder:
    """Finds what the others find, and sees to it that our opener follows `urllib.request`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> Any:
        if fullname != _WAITED_FOR:
            return None
        others = (f for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        specs = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((found for found in specs if found is not None), None)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                _equip(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


_finder = _Finder()


def install() -> None:
    """Let the data map answer what this process opens from now on. Again does nothing."""
    if _finder in sys.meta_path:
        return
    sys.meta_path.insert(0, _finder)
    if _WAITED_FOR in sys.modules:
        _equip(sys.modules[_WAITED_FOR])


def _equip(request: Any) -> None:
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
            _advise(error.reason, getattr(url, "full_url", url))
            raise

    opener.open = told
    request.install_opener(opener)


def _advise(reason: Any, url: str) -> None:
    """Add the command that supplies a URL to the reason why it could not be reached."""
    from hyperlocal.azureml.data._web import map_command

    # The exception stays the same one: scripts look at its type and number.
    if isinstance(reason, OSError) and reason.strerror and "hyperlocal" not in reason.strerror:
        reason.strerror += f". If you have the file: {map_command(url)}"


def _answer(request: Any, asked: Any) -> Any:
    """Return a mapped file as the answer of a server, or None: the network is to answer."""
    if asked.get_method() not in ("GET", "HEAD"):
        return None
    from hyperlocal.azureml.data._web import mapped_path

    path = mapped_path(asked.full_url)
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

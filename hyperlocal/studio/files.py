"""Files: what a run left, to look at and to download, as something that cannot run."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.routing import PathConverter

from hyperlocal.errors import RunNotFound
from hyperlocal.history.folder import open_file
from hyperlocal.history.store import History

__all__ = ["PICTURES", "add_files", "file_url"]

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
"""What browsers show as it is, and nothing in it runs."""

_SVG = "image/svg+xml"
# Whatever a file holds: no script, no form, nothing from elsewhere, an origin of its own.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_BLOCK = 1 << 16
_LOOKED_AT = 8192


def file_url(run_id: str, name: str, *, downloads: bool = False) -> str:
    """Return the address of a run's file."""
    return f"/files/{quote(run_id)}/{quote(name)}" + ("?download=1" if downloads else "")


def add_files(server: Flask, history: History) -> None:
    """Serve the files of runs, each from below its run's own folder."""

    def send(run_id: str, name: str) -> Response:
        opened = _opened(history, run_id, name)
        if opened is None:
            return Response("There is no such file.\n", 404, mimetype="text/plain")
        return _answer(opened, name)

    server.url_map.converters["name"] = _Name
    server.add_url_rule("/files/<run_id>/<name:name>", "files", send)


class _Name(PathConverter):
    """The name of a file, which may have lines."""

    regex = r"[^/](?:.|\n)*?"


def _opened(history: History, run_id: str, name: str) -> BinaryIO | None:
    try:
        place = history.folder(history.runs.get(run_id).run_id).file(name)
        # Links were followed, to within the folder; what has become one since is refused.
        return None if place is None else open_file(os.path.realpath(place))
    except (RunNotFound, OSError):
        return None


def _answer(opened: BinaryIO, name: str) -> Response:
    kind = _kind_of(opened, name)
    response = Response(_blocks(opened), content_type=kind, direct_passthrough=True)
    size = os.fstat(opened.fileno()).st_size
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-cache"
    is_kept = request.args.get("download") or kind == "application/octet-stream"
    base = quote(PurePosixPath(name).name)
    how = "attachment" if is_kept else "inline"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{base}"
    return response


def _kind_of(opened: BinaryIO, name: str) -> str:
    guessed = mimetypes.guess_type(name)[0]
    if guessed in PICTURES or guessed == _SVG:
        return str(guessed)
    begin = opened.read(_LOOKED_AT)
    opened.seek(0)
    return "application/octet-stream" if b"\0" in begin else "text/plain; charset=utf-8"


def _blocks(opened: BinaryIO) -> Iterator[bytes]:
    # Exactly as much as was announced: a log may grow meanwhile.
    left = os.fstat(opened.fileno()).st_size
    with opened:
        while left > 0 and (block := opened.read(min(left, _BLOCK))):
            left -= len(block)
            yield block

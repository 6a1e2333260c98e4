"""Mishaps: what cannot be answered, said in the page and in one line, and never as a traceback."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any

from dash import html, set_props
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from hyperlocal.errors import HyperlocalError

__all__ = ["PLACE", "answer_mishaps", "place", "say"]

PLACE = "mishap"
_QUESTIONS = "/_dash-update-component"
_PARTS = "/_dash-component-suites/"


class _Bug(Exception):
    """An error of a page itself, apart from those of a request that no page sends."""


def place() -> Any:
    """Return where a page says what it cannot answer; a page that is opened anew empties it."""
    return html.Div(id=PLACE, role="alert")


def say(error: Exception) -> None:
    """Say in the page why it cannot go on; what it shows stays.

    Raises:
        _Bug: It is nothing that can be foreseen.
    """
    if not isinstance(error, (HyperlocalError, OSError)):
        raise _Bug from error
    told = f"{error} The page shows what was known before."
    set_props(PLACE, {"children": html.P(told, className="told")})


def answer_mishaps(server: Flask) -> None:
    """Answer what went wrong in a plain sentence.

    The terminal gets the traceback of a bug, but once: an open page asks again every second.
    """
    told: set[tuple[Any, ...]] = set()
    lock = threading.Lock()

    def answer(error: Exception) -> Response:
        if request.path.startswith(_PARTS):
            return _sentence(404, "There is no such part of a page.")
        if request.path == _QUESTIONS and not isinstance(error, _Bug):
            return _sentence(400, "No page of the studio asks that.")
        cause = error.__cause__ if isinstance(error, _Bug) else error
        assert isinstance(cause, Exception), error
        with lock:
            is_new = _kind_of(cause) not in told
            told.add(_kind_of(cause))
        if is_new:
            text = "".join(traceback.format_exception(type(cause), cause, cause.__traceback__))
            sys.stderr.write(f"{text}\nThe studio goes on.\n")
        return _sentence(500, "The studio cannot answer that; its terminal says why.")

    def refuse(error: HTTPException) -> Response:
        return _sentence(error.code or 500, error.description or error.name)

    server.register_error_handler(Exception, answer)
    server.register_error_handler(HTTPException, refuse)


def _sentence(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


def _kind_of(error: Exception) -> tuple[Any, ...]:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    return type(error), last and last.filename, last and last.lineno

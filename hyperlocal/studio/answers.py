"""Answers: what many pages ask alike, made and encoded once for all of them."""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Response, request

__all__ = ["Answer", "Answers"]

_WORTH_PACKING = 2000  # bytes
_FAST = 1


class Answer:
    """Something as JSON, as it goes over the wire.

    Args:
        value: Anything that Dash can send, components and figures among it.
    """

    def __init__(self, value: Any) -> None:
        from plotly.utils import PlotlyJSONEncoder

        self.plain = json.dumps(value, cls=PlotlyJSONEncoder, separators=(",", ":")).encode()
        self._tag = secrets.token_hex(8)

    @cached_property
    def packed(self) -> bytes:
        """The same, compressed: browsers elsewhere, through a tunnel, get it sooner."""
        return gzip.compress(self.plain, _FAST)

    def response(self) -> Response:
        """Return it as the answer to the present request, or that the browser has it already."""
        is_packed = len(self.plain) > _WORTH_PACKING and "gzip" in request.accept_encodings
        response = Response(self.packed if is_packed else self.plain, mimetype="application/json")
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(f"{self._tag}{'z' if is_packed else ''}")
        return response.make_conditional(request)


class Answers:
    """The newest answers, by what was asked. Safe to share between threads.

    Args:
        most_bytes: How much of them is kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._n_bytes = 0
        self._kept: OrderedDict[Any, Answer] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Any, threading.Lock] = {}

    def get(self, key: Any, make: Callable[[], Any]) -> Answer:
        """Return what `make` makes, made once however many ask for it at the same time."""
        making = self._begin(key)
        if isinstance(making, Answer):
            return making
        with making:
            return self._finish(key, make)

    def get_now(self, key: Any, make: Callable[[], Any]) -> Answer | None:
        """Return what `make` makes; None while somebody else makes it: it is to be asked again.

        So what takes seconds keeps one thread of the server busy, however many ask for it.
        """
        making = self._begin(key)
        if isinstance(making, Answer):
            return making
        if not making.acquire(blocking=False):
            return None
        try:
            return self._finish(key, make)
        finally:
            making.release()

    def _begin(self, key: Any) -> Answer | threading.Lock:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return self._making.setdefault(key, threading.Lock())
            self._kept.move_to_end(key)
            return found

    def _finish(self, key: Any, make: Callable[[], Any]) -> Answer:
        with self._lock:
            found = self._kept.get(key)
        if found is not None:
            return found
        try:
            found = Answer(make())
            self._keep(key, found)
        finally:
            with self._lock:
                self._making.pop(key, None)
        return found

    def _keep(self, key: Any, answer: Answer) -> None:
        with self._lock:
            self._kept[key] = answer
            self._n_bytes += len(answer.plain)
            while self._n_bytes > self._most_bytes and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._n_bytes -= len(oldest.plain)

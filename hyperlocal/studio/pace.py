"""Pace: how often open pages ask, so that many of them take nothing from the trials."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Pace"]

_QUESTIONS_PER_S = 10.0  # about two milliseconds each: two hundredths of a core
_LEAST_S, _MOST_S = 1.0, 15.0


class Pace:
    """Tells pages when to ask again: each second, and the more of them there are, the later.

    Each page asks once in every pause, so as many are open as questions came within the last one.

    Args:
        clock: The time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: deque[float] = deque()
        self._pause_s = _LEAST_S

    def pause_s(self) -> float:
        """Count a question; return in how many seconds who asked it is to ask again."""
        with self._lock:
            now = self._clock()
            self._asked.append(now)
            while self._asked[0] <= now - self._pause_s:
                self._asked.popleft()
            wanted = len(self._asked) / _QUESTIONS_PER_S
            self._pause_s = min(max(wanted, _LEAST_S), _MOST_S)
            return self._pause_s

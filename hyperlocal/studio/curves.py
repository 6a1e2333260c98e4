"""Curves: what one run logs, of which only new points are read."""

from __future__ import annotations

import threading

from hyperlocal.history.overview import CurvePoint
from hyperlocal.history.store import History
from hyperlocal.studio.answers import Answers
from hyperlocal.views.sweep_data import Curve

__all__ = ["RunCurves"]

_MOST_BYTES = 8 << 20


class RunCurves:
    """The curves of one run, one for each metric that has numbers.

    Attributes:
        answers: What pages were told of them.
    """

    def __init__(self, history: History, run_id: str) -> None:
        self.answers = Answers(_MOST_BYTES)
        self._history = history
        self._run_id = run_id
        self._lock = threading.Lock()
        self._known: dict[str, list[CurvePoint]] = {}

    def read(self) -> list[Curve]:
        """Return the curves as they are now."""
        told = self._history.series.summaries(self._run_id)
        with self._lock:
            curves = [self._curve(each.name, each.n_values) for each in told]
        return [curve for curve in curves if curve.values]

    def _curve(self, name: str, n_values: int) -> Curve:
        points = self._known.setdefault(name, [])
        if n_values < len(points):
            points.clear()  # somebody has taken something away
        after = points[-1].key if points else 0
        points += self._history.overview.curve(self._run_id, name, after)
        return Curve(
            self._run_id,
            name,
            tuple(point.value for point in points),
            tuple(point.logged_at for point in points),
            tuple(point.step for point in points),
        )

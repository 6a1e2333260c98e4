"""Peers: the other trials of the sweep, with which a trial is compared.

A policy may judge every report of every trial. The curves of ended trials no longer change, so
their values at each interval are kept sorted, and a verdict does not look at those curves again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hyperlocal.domain.trial import Curve

__all__ = ["EndedTrials", "Peers"]

# Each interval keeps a number per ended trial. Without a limit, trials that report a hundred
# thousand times would fill the memory.
_MAX_CACHED_INTERVALS = 1000


class EndedTrials:
    """The trials that have ended.

    Attributes:
        incumbent: The trial with the best score; None if no trial has a finite one.
        n_scored: The number of trials with a finite score.
    """

    def __init__(self, curves: Iterable[Curve] = ()) -> None:
        self.incumbent: Curve | None = None
        self.n_scored = 0
        self._curves: dict[str, Curve] = {}
        self._bests: dict[int, list[float]] = {}
        self._means: dict[int, list[float]] = {}
        self._longest = 1
        for curve in curves:
            self.add(curve)

    def add(self, curve: Curve) -> None:
        """Add a trial, or replace the curve of a trial that was added before."""
        previous = self._curves.pop(curve.trial_id, Curve(curve.trial_id, ()))
        self._curves[curve.trial_id] = curve
        self._longest = max(self._longest, len(curve.scores))
        for interval, values in self._bests.items():
            _replace(values, _value_at(previous.bests, interval), _value_at(curve.bests, interval))
        for interval, values in self._means.items():
            _replace(values, _value_at(previous.means, interval), _value_at(curve.means, interval))
        if curve.best is not None:
            self.n_scored += previous.best is None
            other = self.incumbent
            is_same = other is not None and other.trial_id == curve.trial_id
            self.incumbent = _best_of([curve], None if is_same else other)

    def bests(self, interval: int) -> Sequence[float]:
        """Return the best scores up to an interval, sorted; trials without one are left out."""
        return self._sorted(self._bests, interval, (each.bests for each in self._curves.values()))

    def means(self, interval: int) -> Sequence[float]:
        """Return the mean scores up to an interval, sorted; trials without one are left out."""
        return self._sorted(self._means, interval, (each.means for each in self._curves.values()))

    def _sorted(
        self,
        cache: dict[int, list[float]],
        interval: int,
        curves: Iterable[Sequence[float | None]],
    ) -> list[float]:
        # At later intervals every ended trial keeps its last value.
        interval = min(interval, self._longest)
        if interval not in cache:
            if len(cache) >= _MAX_CACHED_INTERVALS:
                cache.clear()
            scores = (_value_at(values, interval) for values in curves)
            cache[interval] = sorted(value for value in scores if value is not None)
        return cache[interval]


@dataclass(frozen=True)
class Peers:
    """All trials of a sweep except the one that is judged.

    Attributes:
        running: The curves of the trials that are still running.
        ended: The trials that have ended.
    """

    running: Sequence[Curve] = ()
    ended: EndedTrials = field(default_factory=EndedTrials)

    def incumbent(self) -> Curve | None:
        """Return the trial with the best score so far; None if no trial has a finite one."""
        return _best_of(self.running, self.ended.incumbent)

    def n_scored(self) -> int:
        """Return the number of trials with a finite score."""
        return self.ended.n_scored + sum(curve.best is not None for curve in self.running)

    def bests(self, interval: int) -> tuple[Sequence[float], list[float]]:
        """Return the best scores by an interval: of ended trials, sorted, and of running ones.

        Running trials that have not reached the interval are left out: their score at that
        interval is not known yet.
        """
        running = (curve.bests[interval - 1] for curve in self._at_interval(interval))
        return self.ended.bests(interval), [score for score in running if score is not None]

    def means(self, interval: int) -> tuple[Sequence[float], list[float]]:
        """Return the mean scores by an interval: of ended trials, sorted, and of running ones."""
        running = (curve.means[interval - 1] for curve in self._at_interval(interval))
        return self.ended.means(interval), [score for score in running if score is not None]

    def _at_interval(self, interval: int) -> list[Curve]:
        return [curve for curve in self.running if len(curve.scores) >= interval]


def _best_of(curves: Iterable[Curve], incumbent: Curve | None) -> Curve | None:
    """Return the curve with the best score; on a tie the one whose id sorts first.

    So the result does not depend on the order in which trials have ended.

    Args:
        curves: Some curves.
        incumbent: Another curve, with a finite score; None if there is none.
    """
    best = None if incumbent is None else incumbent.best
    for curve in curves:
        score = curve.best
        if score is None or (best is not None and score < best):
            continue
        if (
            incumbent is None
            or best is None
            or score > best
            or curve.trial_id < incumbent.trial_id
        ):
            incumbent, best = curve, score
    return incumbent


def _value_at(values: Sequence[float | None], interval: int) -> float | None:
    """Return the value at an interval, or the last value if the trial made fewer reports."""
    if not values:
        return None
    return values[interval - 1] if interval <= len(values) else values[-1]


def _replace(values: list[float], old: float | None, new: float | None) -> None:
    """Replace a value in a sorted list; None means that there is no value."""
    if old is not None:
        del values[bisect_left(values, old)]
    if new is not None:
        insort(values, new)

"""Field: the trials that one is compared with.

A sweep asks about every report of every trial. What ended trials had reached changes no more, so
it is kept sorted by interval, and a verdict costs little however many have ended.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hyperlocal.domain.trial import Curve

__all__ = ["Ended", "Field"]

_MOST_INTERVALS = 1000  # of long curves only some are kept at once


class Ended:
    """Trials that have ended.

    Attributes:
        incumbent: The one with the best score; None as long as none has a finite one.
        n_scored: How many have a finite score.
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
        """Add a trial, or replace it by what is known of it now."""
        known = self._curves.pop(curve.trial_id, Curve(curve.trial_id, ()))
        self._curves[curve.trial_id] = curve
        self._longest = max(self._longest, len(curve.scores))
        for interval, values in self._bests.items():
            _replace(values, _reached(known.bests, interval), _reached(curve.bests, interval))
        for interval, values in self._means.items():
            _replace(values, _reached(known.means, interval), _reached(curve.means, interval))
        if curve.best is not None:
            self.n_scored += known.best is None
            rival = self.incumbent
            is_same = rival is not None and rival.trial_id == curve.trial_id
            self.incumbent = _best_of([curve], None if is_same else rival)

    def bests(self, interval: int) -> Sequence[float]:
        """Return, sorted, the best score of each by an interval, if it had one."""
        return self._sorted(self._bests, interval, (each.bests for each in self._curves.values()))

    def means(self, interval: int) -> Sequence[float]:
        """Return, sorted, the mean score of each by an interval, if it had one."""
        return self._sorted(self._means, interval, (each.means for each in self._curves.values()))

    def _sorted(
        self,
        kept: dict[int, list[float]],
        interval: int,
        curves: Iterable[Sequence[float | None]],
    ) -> list[float]:
        interval = min(interval, self._longest)  # after it, nothing changes
        if interval not in kept:
            if len(kept) >= _MOST_INTERVALS:
                kept.clear()
            reached = (_reached(values, interval) for values in curves)
            kept[interval] = sorted(value for value in reached if value is not None)
        return kept[interval]


@dataclass(frozen=True)
class Field:
    """All trials but the one that is judged.

    Attributes:
        running: Those that still run.
        ended: Those that have ended.
    """

    running: Sequence[Curve] = ()
    ended: Ended = field(default_factory=Ended)

    def incumbent(self) -> Curve | None:
        """Return the trial with the best score so far; None if none has a finite one."""
        return _best_of(self.running, self.ended.incumbent)

    def n_scored(self) -> int:
        """Return how many have a finite score."""
        return self.ended.n_scored + sum(curve.best is not None for curve in self.running)

    def bests(self, interval: int) -> tuple[Sequence[float], list[float]]:
        """Return the best by an interval, of the ended trials, sorted, and of running ones.

        A trial that still runs and has reported less may yet overtake; its early reports say
        nothing of what it will have reached by then. It is left out.
        """
        running = (curve.bests[interval - 1] for curve in self._comparable(interval))
        return self.ended.bests(interval), [score for score in running if score is not None]

    def means(self, interval: int) -> tuple[Sequence[float], list[float]]:
        """Return the mean by an interval, of the ended trials, sorted, and of running ones."""
        running = (curve.means[interval - 1] for curve in self._comparable(interval))
        return self.ended.means(interval), [score for score in running if score is not None]

    def _comparable(self, interval: int) -> list[Curve]:
        return [curve for curve in self.running if len(curve.scores) >= interval]


def _best_of(curves: Iterable[Curve], leader: Curve | None) -> Curve | None:
    """Return the curve with the best score; of equal ones the first by id, whatever their order.

    Args:
        curves: Some curves.
        leader: Another one with a finite score; None if there is none.
    """
    top = None if leader is None else leader.best
    for curve in curves:
        best = curve.best
        if best is None or (top is not None and best < top):
            continue
        if leader is None or top is None or best > top or curve.trial_id < leader.trial_id:
            leader, top = curve, best
    return leader


def _reached(values: Sequence[float | None], interval: int) -> float | None:
    """Return the value at an interval, or the last one of a trial that has made fewer reports."""
    if not values:
        return None
    return values[interval - 1] if interval <= len(values) else values[-1]


def _replace(values: list[float], old: float | None, new: float | None) -> None:
    """Replace a value in a sorted list; None stands for no value."""
    if old is not None:
        del values[bisect_left(values, old)]
    if new is not None:
        insort(values, new)

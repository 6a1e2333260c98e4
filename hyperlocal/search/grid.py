"""Grid: every combination of values once, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.errors import SearchSpaceError
from hyperlocal.search.finite_space import FiniteSpace, Point
from hyperlocal.search.levels import levels_of

__all__ = ["GridSampler"]

_ORDERS = ("last-fastest", "first-fastest")


class GridSampler:
    """Asks the Cartesian product of the values of a space, in order.

    The parameter that was declared last varies fastest, as on Azure since 2022. The order
    "first-fastest" is the one that Azure used in 2021.
    """

    def __init__(self, space: Space, order: str = "last-fastest") -> None:
        if order not in _ORDERS:
            raise SearchSpaceError(
                f"The grid's order is {order!r}, but must be one of {', '.join(_ORDERS)}."
            )
        finite_space = FiniteSpace.of(space)
        if finite_space is None:
            infinite = next(name for name, values in space if levels_of(values) is None)
            raise SearchSpaceError(
                f"Grid sampling cannot list all values of {infinite!r}. Give it a choice(), "
                "or use random sampling."
            )
        self._finite_space = finite_space
        self._first_fastest = order == "first-fastest"
        self._ended: Set[Point] = frozenset()
        self._n_skipped = 0

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the first combination that was not asked yet; None after the last one."""
        asked = self._finite_space.asked(observations, pending)
        if asked.ended is not self._ended:
            self._ended, self._n_skipped = asked.ended, 0
        # The combinations of ended trials stay asked, so they are skipped once and for all. That
        # of a pending trial is asked again if the trial is withdrawn before it starts.
        size = self._finite_space.size
        while self._n_skipped < size and self._point(self._n_skipped) in asked.ended:
            self._n_skipped += 1
        rank = self._n_skipped
        while rank < size and self._point(rank) in asked:
            rank += 1
        if rank >= size:
            return None
        return self._finite_space.parameters(self._point(rank))

    def _point(self, rank: int) -> Point:
        """Return the combination at index `rank` of the order."""
        indices = []
        for size in reversed(self._slowest_first(self._finite_space.sizes)):
            rank, index = divmod(rank, size)
            indices.append(index)
        return self._slowest_first(tuple(reversed(indices)))

    def _slowest_first(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        """Reorder parameters from the order of declaration to slowest first, or back."""
        return items[::-1] if self._first_fastest else items

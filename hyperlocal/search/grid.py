"""Grid: every combination, once, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.errors import SearchSpaceError
from hyperlocal.search.lattice import Lattice, Point
from hyperlocal.search.levels import levels_of

__all__ = ["GridSampler"]

_ORDERS = ("last-fastest", "first-fastest")


class GridSampler:
    """Asks the Cartesian product of a space's values.

    The parameter that was declared last varies fastest, as on Azure since 2022. The order
    "first-fastest" is that of 2021.
    """

    def __init__(self, space: Space, order: str = "last-fastest") -> None:
        if order not in _ORDERS:
            raise SearchSpaceError(
                f"The grid's order is {order!r}, but must be one of {', '.join(_ORDERS)}."
            )
        lattice = Lattice.of(space)
        if lattice is None:
            endless = next(name for name, values in space if levels_of(values) is None)
            raise SearchSpaceError(
                f"Grid sampling cannot list all values of {endless!r}. Give it a choice(), "
                "or use random sampling."
            )
        self._lattice = lattice
        self._first_fastest = order == "first-fastest"
        self._ended: Set[Point] = frozenset()
        self._n_used = 0

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the first combination that no trial has had; None after the last."""
        asked = self._lattice.asked(observations, pending)
        if asked.ended is not self._ended:
            self._ended, self._n_used = asked.ended, 0
        # What ended trials had stays taken; a pending one may yet be taken back.
        while self._n_used < self._lattice.size and self._point(self._n_used) in asked.ended:
            self._n_used += 1
        rank = self._n_used
        while rank < self._lattice.size and self._point(rank) in asked:
            rank += 1
        if rank >= self._lattice.size:
            return None
        return self._lattice.parameters(self._point(rank))

    def _point(self, rank: int) -> Point:
        """Return the combination before which there are `rank` others."""
        indices = []
        for size in reversed(self._slowest_first(self._lattice.sizes)):
            rank, index = divmod(rank, size)
            indices.append(index)
        return self._slowest_first(tuple(reversed(indices)))

    def _slowest_first(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        """Turn declaration order into order of speed, or back."""
        return items[::-1] if self._first_fastest else items

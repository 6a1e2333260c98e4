"""Space: the named distributions that a sweep searches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hyperlocal.domain.distribution import Distribution

__all__ = ["Space"]


@dataclass(frozen=True)
class Space:
    """Parameters in the order in which they were declared; may be empty."""

    parameters: tuple[tuple[str, Distribution], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names in order."""
        return tuple(name for name, _ in self.parameters)

    def __iter__(self) -> Iterator[tuple[str, Distribution]]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

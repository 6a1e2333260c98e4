"""Selection: which of the rows, or of the files, a dataset's step keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["SELECTIONS", "kept"]

Positions = Sequence[int]


def _random(n: int, probability: float, seed: int, *, keeps_rest: bool) -> list[int]:
    import numpy as np

    chosen = np.random.default_rng(seed).random(n) < probability
    positions: list[int] = np.flatnonzero(~chosen if keeps_rest else chosen).tolist()
    return positions


SELECTIONS: dict[str, Callable[..., Positions]] = {
    "take": lambda n, count: range(min(n, count)),
    "skip": lambda n, count: range(min(n, count), n),
    "sample": lambda n, probability, seed: _random(n, probability, seed, keeps_rest=False),
    "split": lambda n, percentage, seed, part: _random(n, percentage, seed, keeps_rest=part > 0),
}


def kept(n: int, step: Sequence[Any]) -> Positions:
    """Return the positions, of `n`, that a step keeps."""
    name, *arguments = step
    return SELECTIONS[name](n, *arguments)

"""Problem: a space, and what each of its points loses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hyperlocal.domain.space import Space

__all__ = ["Problem"]


@dataclass(frozen=True)
class Problem:
    """What an optimiser is set to.

    Attributes:
        name: What reports call it.
        kind: Which class of problems it belongs to.
        space: What can be asked.
        loss: What a point truly loses.
        optimum: The least loss in the space.
        noise: Standard deviation of the normal noise that is added to what an optimiser is told.
    """

    name: str
    kind: str
    space: Space
    loss: Callable[[Mapping[str, Any]], float]
    optimum: float
    noise: float = 0.0

"""Optimiser: what the harness needs of one. Losses are minimised."""

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["Optimiser"]


class Optimiser(Protocol):
    """Asks for trials and is told what they lost; several may be under way at once."""

    def ask(self) -> tuple[Any, Mapping[str, Any]] | None:
        """Return what to tell this trial by, and its parameters; None if none are left."""

    def tell(self, trial: Any, loss: float) -> None:
        """Take note that a trial has ended."""

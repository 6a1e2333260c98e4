"""Comparison: what a sweep would have been under other settings, beside what it was."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperlocal.whatif.outcome import Outcome, Outcomes, Played

if TYPE_CHECKING:
    import os

__all__ = ["Comparison", "Outcome", "Played"]


@dataclass(frozen=True)
class Comparison(Outcomes):
    """A sweep as it was recorded, and what it would have been.

    Attributes:
        recording: The sweep.
        recorded: What it was.
        outcomes: What it would have been, in the order in which settings were given.
        notes: What should be known of the answer.
    """

    def __str__(self) -> str:
        from hyperlocal.views.page import Page
        from hyperlocal.whatif.report import write

        text = io.StringIO()
        write(Page(text), self)
        return text.getvalue()

    def plot(self, path: str | os.PathLike[str]) -> None:
        """Draw it to a file, in the format that its name ends with; needs matplotlib.

        Raises:
            HyperlocalError: matplotlib is not installed, or does not know the format.
        """
        from hyperlocal.whatif.plot import draw

        draw(self, path)

"""Palette: what each outcome looks like, so that colour is never all that tells them apart.

Colours are those of Okabe & Ito, which people with any kind of colour blindness tell apart.

References:
    Okabe & Ito 2008, "Color Universal Design", https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["BEST_COLOUR", "COLOURS", "GREY", "LINE_COLOUR", "SCALE", "Look", "look_of"]

GREY = "#8A8A8A"
LINE_COLOUR = "#009E73"
BEST_COLOUR = "#F0E442"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", GREY)
"""For things of which each has a colour of its own, such as the sweeps of a comparison."""

SCALE = "Viridis"
"""For numbers: it also rises in brightness."""


class Look(NamedTuple):
    """How an outcome is drawn.

    Attributes:
        colour: Its colour.
        symbol: The marker of a trial.
        dash: The line of its curve.
        pattern: The pattern of its bar.
    """

    colour: str
    symbol: str
    dash: str
    pattern: str


_LOOKS = {
    "Completed": Look("#0072B2", "circle", "solid", ""),
    "stopped by policy": Look("#E69F00", "x", "dash", "/"),
    "Failed": Look("#D55E00", "triangle-down", "dot", "x"),
    "Canceled": Look("#CC79A7", "square", "dashdot", "\\"),
    "Running": Look("#009E73", "diamond-open", "solid", "."),
    "Unreadable": Look(GREY, "asterisk-open", "longdash", "+"),
}
_OTHER = Look("#56B4E9", "circle-open", "longdash", "-")  # not begun, or about to end


def look_of(outcome: str) -> Look:
    """Return how an outcome is drawn."""
    return _LOOKS.get(outcome, _OTHER)

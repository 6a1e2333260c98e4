"""What-if along a setting: what each value would have saved, and whether the best survives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hyperlocal.views import text
from hyperlocal.views.figures.drawing import Figure, axis, empty, figure
from hyperlocal.views.figures.palette import GREY, look_of

__all__ = ["WhatIfStep", "what_if_steps"]


class WhatIfStep(NamedTuple):
    """What a replay under one value of a setting comes to.

    Attributes:
        value: The setting.
        saved_share: Which share of the computing it would have saved.
        n_stopped: How many trials it would have stopped.
        keeps_best: Whether the best trial would have survived.
    """

    value: float
    saved_share: float
    n_stopped: int
    keeps_best: bool


def what_if_steps(
    steps: Sequence[WhatIfStep], *, label: str, chosen: float | None = None
) -> Figure:
    """Draw what would have been saved against a setting, and where the best would be lost.

    Args:
        steps: Replays, by rising value.
        label: What the setting is called.
        chosen: The value that is looked at; a line marks it.
    """
    if not steps:
        return empty("This has no setting to go along.")
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [step.value for step in steps],
        "y": [100 * step.saved_share for step in steps],
        "line": {"color": GREY, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    marks = [
        _marks("the best survives", [s for s in steps if s.keeps_best], "Completed"),
        _marks("the best is lost", [s for s in steps if not s.keeps_best], "Failed"),
    ]
    return figure(
        [line, *(each for each in marks if each["x"])],
        kept=f"along {label}",
        xaxis=axis(label),
        yaxis=axis("computing saved, %", rangemode="tozero"),
        shapes=[] if chosen is None else [_at(chosen)],
    )


def _marks(name: str, steps: Sequence[WhatIfStep], outcome: str) -> dict[str, Any]:
    look = look_of(outcome)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [step.value for step in steps],
        "y": [100 * step.saved_share for step in steps],
        "marker": {"color": look.colour, "symbol": look.symbol, "size": 10},
        "hovertext": [
            f"{step.value:g}: {text.counted(step.n_stopped, 'trial')} stopped, "
            f"{text.percent(step.saved_share)} saved, {name}"
            for step in steps
        ],
        "hoverinfo": "text",
    }


def _at(value: float) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": value,
        "x1": value,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": GREY, "dash": "dot", "width": 2},
    }

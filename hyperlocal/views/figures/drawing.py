"""Drawing: figures as plain values, their axes, notes and themes."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hyperlocal.views.figures.wording import literal, shortened

__all__ = [
    "Figure",
    "axis",
    "count_axis",
    "empty",
    "figure",
    "finite",
    "log_ticks",
    "theme",
    "time_unit",
]

Figure = dict[str, Any]
"""A Plotly figure: `data` (traces) and `layout`. JSON can hold it."""

_UNITS = ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))
_FEW = 12
_NOTE_SIZE = 11
_WIDTH = 74  # letters of a note on one line: half of a window holds them


def finite(value: Any) -> float | None:
    """Return a number that can be drawn; None for NaN, infinities and what is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # an integer beyond every float
        return None


def axis(title: str, **settings: Any) -> dict[str, Any]:
    """Return an axis with a name; what people wrote is shown as they wrote it."""
    return {"title": {"text": literal(title)}, **settings}


def count_axis(title: str, most: float) -> dict[str, Any]:
    """Return an axis of whole numbers up to one: no ticks between them where they are few."""
    return axis(title, dtick=1) if most <= _FEW else axis(title)


def figure(
    traces: Sequence[dict[str, Any]],
    *,
    kept: str = "",
    notes: Iterable[str] = (),
    **layout: Any,
) -> Figure:
    """Return a figure.

    Args:
        traces: What is drawn.
        kept: As long as this text is the same, what a person has zoomed and hidden stays so.
        notes: Sentences on what is not shown, and why. They are in `layout.meta.notes` too.
        **layout: More of the layout.
    """
    told = [note for note in notes if note]
    lines = [line for note in told for line in textwrap.wrap(shortened(note, 400), _WIDTH)]
    base: dict[str, Any] = {
        "margin": {"l": 60, "r": 20, "t": 30 + 16 * len(lines), "b": 50},
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
        "meta": {"notes": told},
        "uirevision": kept,
    }
    for name, held in layout.items():
        is_flat_axis = name.startswith(("xaxis", "yaxis"))
        base[name] = {"automargin": True, **held} if is_flat_axis else held
    if told:
        base["annotations"] = [*base.get("annotations", ()), _note(lines)]
    return {"data": list(traces), "layout": base}


def _note(lines: list[str]) -> dict[str, Any]:
    return {
        "text": "<br>".join(literal(line, 2 * _WIDTH) for line in lines),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "font": {"size": _NOTE_SIZE},
        "name": "note",
    }


def empty(message: str) -> Figure:
    """Return a figure that says why there is nothing to see."""
    hidden = {"visible": False}
    words = {
        "text": literal(message, 400),
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "showarrow": False,
        "font": {"size": 14},
    }
    return {
        "data": [],
        "layout": {
            "xaxis": hidden,
            "yaxis": hidden,
            "annotations": [words],
            "meta": {"notes": [message]},
        },
    }


def log_ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    """Return places and names of ticks between two logarithms to the base 10."""
    first, last = math.floor(low), math.ceil(high)
    step = max(1, math.ceil((last - first) / 6))
    exponents = list(range(first, last + 1, step))
    if len(exponents) <= 3:
        places = [e + math.log10(m) for e in range(first, last + 1) for m in (1, 2, 5)]
        places = [place for place in places if low - 0.05 <= place <= high + 0.05]
    else:
        places = [float(e) for e in exponents]
    return places, [f"{10.0**place:.3g}" for place in places]


def time_unit(seconds: float) -> tuple[float, str]:
    """Return the unit in which a length of time is told: its seconds and its name."""
    return next((unit for unit in _UNITS if seconds >= 2 * unit[0]), _UNITS[-1])


_THEMES = {
    "light": {"ink": "#1F2328", "paper": "#FFFFFF", "grid": "#D9DEE3", "line": "#59636E"},
    "dark": {"ink": "#E6EDF3", "paper": "#0D1117", "grid": "#30363D", "line": "#9198A1"},
}


def theme(drawn: Mapping[str, Any], name: str = "light") -> Figure:
    """Return a figure in a theme, `light` or `dark`; the figure given stays as it is.

    Raises:
        ValueError: There is no such theme.
    """
    if name not in _THEMES:
        raise ValueError(f"There is no theme {name!r}; there are {' and '.join(_THEMES)}.")
    colours = _THEMES[name]
    ink, grid, line = colours["ink"], colours["grid"], colours["line"]
    edges = {"gridcolor": grid, "linecolor": line, "zerolinecolor": grid}
    scene = {"backgroundcolor": colours["paper"], **edges}
    template = {
        "layout": {
            "paper_bgcolor": colours["paper"],
            "plot_bgcolor": colours["paper"],
            "font": {"color": ink, "family": "system-ui, sans-serif"},
            "xaxis": edges,
            "yaxis": edges,
            "scene": {"xaxis": scene, "yaxis": scene, "zaxis": scene},
            "hoverlabel": {"align": "left"},
        },
    }
    return {"data": drawn["data"], "layout": {**drawn["layout"], "template": template}}

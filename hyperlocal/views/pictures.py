"""Pictures: figures as images, for where nothing draws them: GitHub, nbconvert, e-mails.

matplotlib draws what it can of a figure: points and lines over two axes.
"""

from __future__ import annotations

import html
import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

__all__ = ["picture_of"]

_KINDS = ("scatter", "scattergl")
_DASHES = {"dash": "--", "dot": ":", "dashdot": "-.", "longdash": (0, (8, 3)), "solid": "-"}
_SYMBOLS = {"x": "x", "triangle-down": "v", "square": "s", "diamond": "D", "star": "*"}
_SIZE_INCHES = (7.2, 4.2)
_MOST_LEGEND = 12
_COLOUR = "#0072B2"


def picture_of(figure: Mapping[str, Any]) -> bytes | None:
    """Return a figure as a PNG; None if matplotlib cannot draw it, or is not installed."""
    traces = figure["data"]
    if not traces or any(trace["type"] not in _KINDS for trace in traces):
        return None
    if find_spec("matplotlib") is None:
        return None
    from matplotlib.figure import Figure  # without pyplot: nothing of the user's is touched

    drawing = Figure(figsize=_SIZE_INCHES, dpi=100, layout="constrained")
    axes = drawing.add_subplot()
    for trace in traces:
        _draw(axes, trace)
    for name in ("x", "y"):
        held = [value for trace in traces for value in trace.get(name, ())]
        _set_up(axes, name, figure["layout"].get(f"{name}axis", {}), held)
    axes.grid(visible=True, color="#D9DEE3", linewidth=0.6)
    axes.set_axisbelow(True)
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        chosen = slice(0, _MOST_LEGEND)
        below: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.16), "ncol": 3}
        axes.legend(handles[chosen], labels[chosen], frameon=False, **below)
    file = io.BytesIO()
    drawing.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _draw(axes: Any, trace: Mapping[str, Any]) -> None:
    x, y = _values(trace.get("x", ())), _values(trace.get("y", ()))
    label = _words(trace.get("name", ""))
    if not label or trace.get("showlegend") is False:
        label = "_"  # which legends leave out
    mode = trace.get("mode", "lines")
    if "lines" in mode:
        line = trace.get("line", {})
        axes.plot(
            x,
            y,
            label=label,
            color=_colour(line.get("color")),
            linewidth=line.get("width", 1.5),
            linestyle=_DASHES.get(line.get("dash", "solid"), "--"),
            alpha=trace.get("opacity", line.get("opacity", 1.0)),
            drawstyle="steps-post" if line.get("shape") == "hv" else "default",
        )
        label = "_"
    if "markers" in mode:
        marker = trace.get("marker", {})
        symbol = marker.get("symbol", "circle")
        symbol = symbol.removesuffix("-open") if isinstance(symbol, str) else "circle"
        colour = marker.get("color")
        many = {"c": colour, "cmap": "viridis"} if _is_scale(colour, y) else {}
        axes.scatter(
            x,
            y,
            label=label,
            marker=_SYMBOLS.get(symbol, "o"),
            s=120 if symbol == "star" else 26,
            zorder=3,
            **(many or {"color": _colour(colour)}),
        )


def _values(held: Sequence[Any]) -> list[Any]:
    """Return values as matplotlib takes them, with gaps where there is none."""
    if any(isinstance(value, str) for value in held):
        return [_words(str(value)) for value in held]
    return [float("nan") if value is None else value for value in held]


def _is_scale(colour: Any, y: list[Any]) -> bool:
    return (
        isinstance(colour, (list, tuple))
        and len(colour) == len(y)
        and all(isinstance(value, (int, float)) for value in colour)
    )


def _colour(colour: Any) -> str:
    return colour if isinstance(colour, str) and colour.startswith("#") else _COLOUR


def _set_up(axes: Any, name: str, told: Mapping[str, Any], held: Sequence[Any]) -> None:
    title = told.get("title", {})
    words = title.get("text", "") if isinstance(title, Mapping) else title
    getattr(axes, f"set_{name}label")(_words(str(words)))
    if told.get("type") == "log" and any(isinstance(v, (int, float)) and v > 0 for v in held):
        getattr(axes, f"set_{name}scale")("log")


def _words(words: str) -> str:
    """Return a figure's text as it is, for who would take a dollar for mathematics."""
    return html.unescape(words).replace("$", r"\$")

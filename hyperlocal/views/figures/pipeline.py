"""Pipeline: the steps of a workflow as a graph, from what comes first to what comes last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hyperlocal.views.figures.drawing import Figure, empty, figure
from hyperlocal.views.figures.palette import GREY, look_of
from hyperlocal.views.figures.wording import literal
from hyperlocal.views.pipelines import StepData

__all__ = ["layers_of", "pipeline_graph"]


def pipeline_graph(steps: Sequence[StepData], *, run_id: str = "") -> Figure:
    """Draw steps as marks and what they need as lines.

    Args:
        steps: The steps (`hyperlocal.views.pipelines.read_steps`).
        run_id: The pipeline's run, by which zoom is kept.
    """
    if not steps:
        return empty("This pipeline has no steps.")
    layers = layers_of(steps)
    places = _places(steps, layers)
    traces = [_lines(steps, places), *_marks(steps, places)]
    depth = max(layers.values()) + 1
    widest = max(sum(layer == n for layer in layers.values()) for n in range(depth))
    hidden = {"showgrid": False, "zeroline": False, "showticklabels": False, "title": {"text": ""}}
    return figure(
        traces,
        kept=run_id,
        annotations=[_arrow(places[need], places[s.run_id]) for s in steps for need in s.needs],
        xaxis={**hidden, "range": [-0.6 * widest, 0.6 * widest]},
        yaxis={**hidden, "range": [-depth + 0.4, 0.6]},
        height=140 + 90 * depth,
    )


def layers_of(steps: Sequence[StepData]) -> dict[str, int]:
    """Return the layer of each step, from 0: one below the lowest of those that it needs."""
    layers: dict[str, int] = {}
    for step in steps:  # each comes after those that it needs
        layers[step.run_id] = 1 + max((layers.get(need, -1) for need in step.needs), default=-1)
    return layers


def _places(steps: Sequence[StepData], layers: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Return x and y of each step: below the middle of those that it needs, as far as they fit."""
    places: dict[str, tuple[float, float]] = {}
    for layer in range(max(layers.values()) + 1):
        row = [step for step in steps if layers[step.run_id] == layer]
        wanted = [
            sum(places[n][0] for n in s.needs) / len(s.needs) if s.needs else 0.0 for s in row
        ]
        order = sorted(range(len(row)), key=lambda n: (wanted[n], n))
        for rank, n in enumerate(order):
            places[row[n].run_id] = (rank - (len(row) - 1) / 2, -float(layer))
    return places


def _lines(steps: Sequence[StepData], places: dict[str, tuple[float, float]]) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for step in steps:
        for need in step.needs:
            xs += [places[need][0], places[step.run_id][0], None]
            ys += [places[need][1], places[step.run_id][1], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "needs",
        "x": xs,
        "y": ys,
        "line": {"color": GREY, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _arrow(begin: tuple[float, float], end: tuple[float, float]) -> dict[str, Any]:
    """Return the head of an arrow in the middle of a line."""
    middle = ((begin[0] + 2 * end[0]) / 3, (begin[1] + 2 * end[1]) / 3)
    return {
        "x": middle[0],
        "y": middle[1],
        "ax": (begin[0] + end[0]) / 2,
        "ay": (begin[1] + end[1]) / 2,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowcolor": GREY,
    }


def _marks(
    steps: Sequence[StepData], places: dict[str, tuple[float, float]]
) -> list[dict[str, Any]]:
    traces = []
    for outcome in dict.fromkeys(step.outcome for step in steps):
        of_it = [step for step in steps if step.outcome == outcome]
        look = look_of(outcome)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": f"{outcome} ({len(of_it):,})",
                "x": [places[step.run_id][0] for step in of_it],
                "y": [places[step.run_id][1] for step in of_it],
                "text": [literal(step.name, 28) for step in of_it],
                "textposition": "middle right",
                "marker": {"color": look.colour, "symbol": look.symbol, "size": 20},
                "customdata": [step.work_id for step in of_it],
                "hovertext": [_words(step) for step in of_it],
                "hoverinfo": "text",
                "cliponaxis": False,
            }
        )
    return traces


def _words(step: StepData) -> str:
    lines = [f"<b>{literal(step.name)}</b>: {step.outcome}"]
    if step.is_sweep:
        lines.append("a sweep")
    if step.duration_s is not None:
        lines.append(f"ran for {step.duration_s:.4g} s")
    if step.reason:
        lines.append(literal(step.reason, 120))
    return "<br>".join(lines)

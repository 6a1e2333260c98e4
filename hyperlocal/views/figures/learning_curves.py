"""Learning curves: what trials logged over time, and where those ended that did not complete."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hyperlocal.views import text
from hyperlocal.views.figures.drawing import (
    Figure,
    axis,
    count_axis,
    empty,
    figure,
    finite,
    time_unit,
)
from hyperlocal.views.figures.palette import BEST_COLOUR, Look, look_of
from hyperlocal.views.figures.points import by_outcome, scatter_kind
from hyperlocal.views.figures.wording import hover, literal, number
from hyperlocal.views.sweep_data import Curve, SweepData, TrialData

__all__ = ["AXES", "Scale", "curve_ids", "learning_curves", "point_text", "thinned"]

AXES = ("interval", "step", "time")
"""Against what curves are drawn: reports from 1, the script's own steps, time since the start."""

_MOST_CURVES = 200
_MOST_POINTS = 20_000


def curve_ids(
    data: SweepData, most: int = _MOST_CURVES, *, metric: str | None = None
) -> list[str]:
    """Return the trials whose curves are drawn: the best, those that run, the latest.

    Args:
        data: The sweep.
        most: How many at most.
        metric: The metric that they must have logged; the primary one for None.
    """
    name = metric or data.metric_name
    ranked = data.ranked
    running = [trial for trial in data.trials if not trial.is_ended]
    latest = list(reversed(data.trials))
    wanted = [*ranked[: max(1, most // 2)], *reversed(running), *latest]
    chosen = list(dict.fromkeys(trial.run_id for trial in wanted if _has(trial, name)))[:most]
    kept = set(chosen)
    return [trial.run_id for trial in data.trials if trial.run_id in kept]


def _has(trial: TrialData, name: str | None) -> bool:
    """Whether a trial has logged a number of a metric."""
    told = trial.metrics.get(name or "")
    return told is not None and told.n_numeric > 0


def learning_curves(
    data: SweepData,
    curves: Mapping[str, Curve],
    *,
    x: str = "interval",
    most_points: int = _MOST_POINTS,
    webgl: bool | None = None,
) -> Figure:
    """Draw the curves of trials, one trace for each outcome, with a mark where each ended.

    Args:
        data: The sweep.
        curves: What they logged (`SweepReader.curves` of `curve_ids`), by run id.
        x: One of `AXES`. Where steps are asked for, a trial that gave none is drawn by intervals.
        most_points: How many points are drawn of all curves together; each keeps its first, last,
            least and greatest ones.
        webgl: Whether lines are drawn by WebGL; by default if points are many.
    """
    shown = [trial for trial in data.trials if trial.run_id in curves]
    if not shown:
        return empty("No trial has logged a number yet.")
    each = max(4, most_points // len(shown))
    n_points = sum(min(len(curves[t.run_id].values), each) for t in shown)
    kind = scatter_kind(n_points, webgl)
    scale = Scale(x, _starts(data), [curves[trial.run_id] for trial in shown])
    traces = []
    for outcome, trials in by_outcome(shown).items():
        traces += _of_outcome(data, outcome, trials, curves, scale, each, kind)
    best = data.best
    if best is not None and best.run_id in curves:
        traces.append(_best(data, best, curves[best.run_id], scale, each))
    name = curves[shown[0].run_id].name
    return figure(
        traces,
        kept=f"{data.run_id} {name} {x}",
        notes=_notes(data, shown, curves, each),
        xaxis=scale.axis,
        yaxis=axis(name),
    )


class Scale:
    """Where the points of a curve are drawn."""

    def __init__(
        self, x: str, starts: Mapping[str, float | None], curves: Sequence[Curve]
    ) -> None:
        if x not in AXES:
            raise ValueError(f"x is {x!r}, but must be one of {', '.join(AXES)}.")
        self._x = x
        self._starts = starts
        longest = max((c.times[-1] - self._start(c) for c in curves if c.times), default=0.0)
        self._seconds, unit = time_unit(longest)
        most = max((len(curve.values) for curve in curves), default=0)
        self.axis = {
            "interval": count_axis("interval (reports of the metric)", most),
            "step": axis("step"),
            "time": axis(f"time since the trial began, {unit}"),
        }[x]

    def _start(self, curve: Curve) -> float:
        start = self._starts.get(curve.run_id)
        first = curve.times[0]
        return first if start is None else min(start, first)

    def places(self, curve: Curve) -> list[float | None]:
        """Return x of each point."""
        if self._x == "time" and curve.times:
            start = self._start(curve)
            return [(at - start) / self._seconds for at in curve.times]
        if self._x == "step" and curve.has_steps():
            return [finite(step) for step in curve.steps]
        return [float(n) for n in range(1, len(curve.values) + 1)]


def _starts(data: SweepData) -> dict[str, float | None]:
    return {trial.run_id: trial.started_at for trial in data.trials}


def _of_outcome(
    data: SweepData,
    outcome: str,
    trials: Sequence[TrialData],
    curves: Mapping[str, Curve],
    scale: Scale,
    each: int,
    kind: str,
) -> list[dict[str, Any]]:
    look = look_of(outcome)
    xs: list[float | None] = []
    ys: list[float | None] = []
    ids: list[str | None] = []
    words: list[str | None] = []
    ends = []
    for trial in trials:
        curve = curves[trial.run_id]
        places, kept = scale.places(curve), thinned(curve.values, each)
        xs += [*(places[i] for i in kept), None]
        ys += [*(finite(curve.values[i]) for i in kept), None]
        ids += [trial.run_id] * (len(kept) + 1)
        begin = f"trial {trial.number}: {outcome}"
        words += [*(f"{begin}<br>{point_text(curve, i)}" for i in kept), None]
        ends.append((trial, _end(curve, places)))
    line = {
        "type": kind,
        "mode": "lines",
        "name": f"{outcome} ({len(trials):,})",
        "legendgroup": outcome,
        "x": xs,
        "y": ys,
        "line": {"color": look.colour, "dash": look.dash, "width": 1.5},
        "opacity": 0.75,
        "connectgaps": False,
        "customdata": ids,
        "hovertext": words,
        "hoverinfo": "text",
    }
    return [line, _marks(data, outcome, look, ends, kind)]


def point_text(curve: Curve, index: int) -> str:
    """Return what is told of a point where somebody points at it."""
    step = curve.steps[index]
    told = "" if step is None else f", step {literal(str(step), 20)}"
    return f"{literal(curve.name, 40)} {number(curve.values[index])} at interval {index + 1}{told}"


def _end(curve: Curve, places: Sequence[float | None]) -> tuple[float | None, float | None]:
    """Return where a curve ends: at its last number that can be drawn."""
    for place, value in zip(reversed(places), reversed(curve.values), strict=True):
        if math.isfinite(value):
            return place, value
    return None, None


def _marks(
    data: SweepData,
    outcome: str,
    look: Look,
    ends: Sequence[tuple[TrialData, tuple[float | None, float | None]]],
    kind: str,
) -> dict[str, Any]:
    drawn = [(trial, end) for trial, end in ends if end[1] is not None]
    size = 4 if outcome == "Completed" else 8
    return {
        "type": kind,
        "mode": "markers",
        "name": f"end of {outcome}",
        "legendgroup": outcome,
        "showlegend": False,
        "x": [end[0] for _, end in drawn],
        "y": [end[1] for _, end in drawn],
        "marker": {"color": look.colour, "symbol": look.symbol, "size": size},
        "customdata": [trial.run_id for trial, _ in drawn],
        "hovertext": [hover(data, trial, "its last number") for trial, _ in drawn],
        "hoverinfo": "text",
    }


def _best(
    data: SweepData, best: TrialData, curve: Curve, scale: Scale, each: int
) -> dict[str, Any]:
    places, kept = scale.places(curve), thinned(curve.values, each)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"best (trial {best.number})",
        "x": [places[i] for i in kept],
        "y": [finite(curve.values[i]) for i in kept],
        "line": {"color": BEST_COLOUR, "width": 4},
        "customdata": [best.run_id] * len(kept),
        "hovertext": [f"best: trial {best.number}<br>{point_text(curve, i)}" for i in kept],
        "hoverinfo": "text",
    }


def thinned(values: Sequence[float], most: int) -> list[int]:
    """Return the places of at most so many values.

    These are the first, the last, and of each stretch the least and the greatest, and one that is
    no number, so that gaps stay.
    """
    n = len(values)
    if n <= most:
        return list(range(n))
    n_stretches = max(1, (most - 2) // 3)
    kept = {0, n - 1}
    for stretch in range(n_stretches):
        span = range(stretch * n // n_stretches, (stretch + 1) * n // n_stretches)
        known = [i for i in span if math.isfinite(values[i])]
        if known:
            kept |= {min(known, key=values.__getitem__), max(known, key=values.__getitem__)}
        if len(known) < len(span):
            kept.add(next(i for i in span if not math.isfinite(values[i])))
    return sorted(kept)


def _notes(
    data: SweepData, shown: Sequence[TrialData], curves: Mapping[str, Curve], each: int
) -> list[str]:
    notes = []
    name = curves[shown[0].run_id].name
    n_logged = sum(_has(trial, name) for trial in data.trials)
    if len(shown) < n_logged:
        notes.append(
            f"{len(shown):,} of {n_logged:,} curves are shown: "
            "the best, those that run, the latest."
        )
    n_thinned = sum(len(curves[trial.run_id].values) > each for trial in shown)
    if n_thinned:
        notes.append(
            f"Of {text.counted(n_thinned, 'curve')} only some points are drawn, the least and "
            "greatest among them."
        )
    n_odd = sum(not math.isfinite(v) for t in shown for v in curves[t.run_id].values)
    if n_odd:
        notes.append(f"{text.counted(n_odd, 'value')} NaN or infinite: gaps in the curves.")
    return notes

"""Progress: how many trials had ended, and how, and how many ran, over the time of a sweep."""

from __future__ import annotations

from typing import Any

from hyperlocal.views.figures.drawing import Figure, axis, empty, figure, time_unit
from hyperlocal.views.figures.palette import look_of
from hyperlocal.views.figures.points import by_outcome
from hyperlocal.views.plans import most_trials
from hyperlocal.views.sweep_data import SweepData

__all__ = ["progress"]

_MOST_STEPS = 1000


def progress(data: SweepData) -> Figure:
    """Draw the ended trials by outcome, one above the other, and the running ones on top."""
    if not data.trials:
        return empty("No trial has begun yet.")
    begin = data.begun_at
    end = data.ended_at or data.read_at
    seconds, unit = time_unit(end - begin)
    ended = [trial for trial in data.trials if trial.ended_at is not None]
    traces = []
    for outcome, trials in by_outcome(ended).items():
        moments = sorted((trial.ended_at or end) - begin for trial in trials)
        steps = [(at, n) for n, at in enumerate(moments, start=1)]
        traces.append(_area(outcome, steps, (end - begin), seconds))
    running = _running(data, begin, end)
    if running:
        traces.append(_area("Running", running, end - begin, seconds))
    sweep, notes = data.sweep, []
    if sweep is not None and not data.status.is_terminal:
        most = max(most_trials(sweep), len(data.trials))
        notes.append(f"{len(ended):,} of at most {most:,} trials have ended.")
    return figure(
        traces,
        kept=data.run_id,
        notes=notes,
        hovermode="x unified",
        xaxis=axis(f"time since the sweep began, {unit}"),
        yaxis=axis("trials", rangemode="tozero"),
    )


def _running(data: SweepData, begin: float, end: float) -> list[tuple[float, int]]:
    """Return when the number of running trials changed, and to what."""
    changes: dict[float, int] = {}
    for trial in data.trials:
        if trial.started_at is None:
            continue
        began = trial.started_at - begin
        changes[began] = changes.get(began, 0) + 1
        if trial.ended_at is not None:
            stopped = max(trial.ended_at - begin, began)
            changes[stopped] = changes.get(stopped, 0) - 1
    steps, n_running = [], 0
    for at in sorted(changes):
        n_running += changes[at]
        steps.append((at, n_running))
    return steps


def _area(
    outcome: str, steps: list[tuple[float, int]], length: float, seconds: float
) -> dict[str, Any]:
    look = look_of(outcome)
    if len(steps) > _MOST_STEPS:
        stride = -(-len(steps) // _MOST_STEPS)
        steps = [*steps[::stride], steps[-1]]
    told = [(0.0, 0), *steps]
    if told[-1][0] < length:
        told.append((length, told[-1][1]))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": outcome,
        "x": [at / seconds for at, _ in told],
        "y": [n for _, n in told],
        "line": {"shape": "hv", "color": look.colour, "dash": look.dash, "width": 2},
    }

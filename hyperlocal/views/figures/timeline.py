"""Timeline: which trial ran when, in which slot, and where slots stood idle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hyperlocal.views import text
from hyperlocal.views.figures.drawing import Figure, axis, empty, figure, time_unit
from hyperlocal.views.figures.palette import look_of
from hyperlocal.views.figures.points import by_outcome, hovers
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["timeline"]

_MOST_BARS = 1500


def timeline(data: SweepData, *, most: int = _MOST_BARS) -> Figure:
    """Draw a bar for each trial, in the slot in which it may have run.

    Which slot it was is not recorded: each trial takes the lowest one that was free.

    Args:
        data: The sweep.
        most: How many trials are drawn at most: the latest.
    """
    begun = [trial for trial in data.trials if trial.started_at is not None]
    if not begun:
        return empty("No trial has begun to run yet.")
    shown = sorted(begun, key=lambda t: (t.started_at or 0.0, t.key))[-most:]
    origin = min(trial.started_at or 0.0 for trial in begun)
    end = max(_end(data, trial) for trial in begun)
    seconds, unit = time_unit(end - origin)
    lanes = data.lanes
    traces = [
        _bars(data, outcome, trials, lanes, origin, seconds)
        for outcome, trials in by_outcome(shown).items()
    ]
    n_lanes = max(lanes.values()) + 1
    return figure(
        traces,
        kept=data.run_id,
        notes=_notes(data, begun, shown, n_lanes, end - origin),
        barmode="overlay",
        bargap=0.15,
        xaxis=axis(f"time since the first trial began, {unit}"),
        yaxis=axis(
            "slot",
            type="linear",
            tickvals=list(range(n_lanes)) if n_lanes <= 32 else None,
            ticktext=[str(lane + 1) for lane in range(n_lanes)] if n_lanes <= 32 else None,
            range=[n_lanes - 0.5, -0.5],
        ),
    )


def _end(data: SweepData, trial: TrialData) -> float:
    return max(trial.ended_at or data.read_at, trial.started_at or 0.0)


def _bars(
    data: SweepData,
    outcome: str,
    trials: Sequence[TrialData],
    lanes: Mapping[str, int],
    origin: float,
    seconds: float,
) -> dict[str, Any]:
    look = look_of(outcome)
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{outcome} ({len(trials):,})",
        "base": [((trial.started_at or 0.0) - origin) / seconds for trial in trials],
        "x": [(_end(data, trial) - (trial.started_at or 0.0)) / seconds for trial in trials],
        "y": [lanes[trial.run_id] for trial in trials],
        "marker": {
            "color": look.colour,
            "pattern": {"shape": look.pattern, "fillmode": "overlay", "fgcolor": "#FFFFFF"},
            "line": {"color": "#FFFFFF", "width": 0.5},
        },
        **hovers(data, trials),
    }


def _notes(
    data: SweepData,
    begun: Sequence[TrialData],
    shown: Sequence[TrialData],
    n_lanes: int,
    length: float,
) -> list[str]:
    notes = []
    busy = sum(_end(data, trial) - (trial.started_at or 0.0) for trial in begun)
    if length > 0:
        share = text.percent(min(busy / (n_lanes * length), 1.0))
        notes.append(f"{text.counted(n_lanes, 'slot')}, busy for {share} of the time.")
    if len(shown) < len(begun):
        notes.append(f"The latest {len(shown):,} of {len(begun):,} trials are shown.")
    n_waiting = len(data.trials) - len(begun)
    if n_waiting:
        notes.append(f"{text.counted(n_waiting, 'trial')} never began to run, or not yet.")
    return notes

"""Points: trials as markers, one trace for each outcome, the best one on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hyperlocal.views.figures.palette import BEST_COLOUR, GREY, look_of
from hyperlocal.views.figures.wording import hover
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["best_marker", "by_outcome", "hovers", "points", "scatter_kind"]

_MOST_SVG = 3000  # points; more are drawn by WebGL
_ORDER = ("Completed", "stopped by policy", "Failed", "Canceled", "Running")

Place = Mapping[str, Any]
"""Where a trial is drawn: `x`, `y` and perhaps `z`."""


def scatter_kind(n_points: int, webgl: bool | None = None) -> str:
    """Return the kind of trace for so many points; `webgl` of None leaves it to their number."""
    return "scattergl" if (n_points > _MOST_SVG if webgl is None else webgl) else "scatter"


def by_outcome(trials: Iterable[TrialData]) -> dict[str, list[TrialData]]:
    """Return outcome to its trials, outcomes in an order that does not depend on them."""
    found: dict[str, list[TrialData]] = {}
    for trial in trials:
        found.setdefault(trial.outcome, []).append(trial)
    known = [outcome for outcome in _ORDER if outcome in found]
    return {outcome: found[outcome] for outcome in [*known, *sorted(found.keys() - {*known})]}


def hovers(data: SweepData, trials: Iterable[TrialData], *more: str) -> dict[str, Any]:
    """Return what a trace tells of its trials: what is shown, and which run each point is."""
    told = list(trials)
    return {
        "customdata": [trial.run_id for trial in told],
        "hovertext": [hover(data, trial, *more) for trial in told],
        "hoverinfo": "text",
    }


def points(
    data: SweepData,
    places: Mapping[str, Place],
    *,
    kind: str = "scatter",
    marker: Callable[[Sequence[TrialData]], dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """Return the traces of trials.

    Args:
        data: The sweep.
        places: Where each trial is drawn, by run id; others are not.
        kind: The kind of the traces.
        marker: What the markers of some trials are beside their symbol.
    """
    shown = [trial for trial in data.trials if trial.run_id in places]
    traces = []
    for outcome, trials in by_outcome(shown).items():
        look = look_of(outcome)
        symbol, name = _symbol(kind, look.symbol), f"{outcome} ({len(trials):,})"
        if marker is not None:
            traces.append(_legend(kind, name, outcome, symbol, places[trials[0].run_id]))
        traces.append(
            {
                "type": kind,
                "mode": "markers",
                "name": name,
                "showlegend": marker is None,
                "legendgroup": outcome,
                **_coordinates(places, trials),
                "marker": {
                    "color": look.colour,
                    "symbol": symbol,
                    "size": 5 if kind == "scatter3d" else 7,
                    **(marker(trials) if marker is not None else {}),
                },
                **hovers(data, trials),
            }
        )
    return traces


def _legend(kind: str, name: str, outcome: str, symbol: str, place: Place) -> dict[str, Any]:
    """Return a trace without points for the legend, where each point has a colour of its own."""
    return {
        "type": kind,
        "mode": "markers",
        "name": name,
        "legendgroup": outcome,
        **{axis: [None] for axis in place},
        "marker": {"color": GREY, "symbol": symbol, "size": 8},
        "hoverinfo": "skip",
    }


def best_marker(
    data: SweepData, places: Mapping[str, Place], kind: str = "scatter"
) -> list[dict[str, Any]]:
    """Return the trace that marks the best trial, if it is drawn."""
    best = data.best
    if best is None or best.run_id not in places:
        return []
    return [
        {
            "type": kind,
            "mode": "markers",
            "name": f"best (trial {best.number})",
            **_coordinates(places, [best]),
            "marker": {
                "color": BEST_COLOUR,
                "symbol": _symbol(kind, "star"),
                "size": 8 if kind == "scatter3d" else 14,
                "line": {"color": "#000000", "width": 1},
            },
            **hovers(data, [best], "the best so far"),
        }
    ]


def _coordinates(places: Mapping[str, Place], trials: Sequence[TrialData]) -> dict[str, Any]:
    names = places[trials[0].run_id].keys()
    return {name: [places[trial.run_id][name] for trial in trials] for name in names}


# In space a symbol is a letter of some font: these are in most.
_SYMBOLS_3D = {
    "star": "diamond",
    "x": "square",
    "triangle-down": "cross",
    "square": "square-open",
    "asterisk-open": "x",
}


def _symbol(kind: str, symbol: str) -> str:
    """Return the symbol, or what stands for it where there are few."""
    return _SYMBOLS_3D.get(symbol, symbol) if kind == "scatter3d" else symbol

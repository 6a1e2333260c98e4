"""What-if: which trials another policy would have stopped, and what that would have saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hyperlocal.views import text
from hyperlocal.views.figures.drawing import Figure, axis, count_axis, empty, figure, finite
from hyperlocal.views.figures.learning_curves import thinned
from hyperlocal.views.figures.palette import BEST_COLOUR, GREY, look_of
from hyperlocal.views.figures.wording import literal, number

__all__ = ["WhatIfTrial", "what_if"]

_MOST_POINTS = 20_000
_MOST_CURVES = 300


class WhatIfTrial(NamedTuple):
    """What would have become of one trial.

    Attributes:
        run_id: The trial.
        number: Its number within the sweep.
        values: What it reported when it was recorded, in order.
        stopped_at: The interval at which it would have been stopped; None if it would not.
        ran_s: For how long it would have run.
        saved_s: How much less that is than when it was recorded.
        reason: Why it would have been stopped, in numbers.
        is_best: Whether it is the best of what was recorded.
    """

    run_id: str
    number: int
    values: Sequence[float]
    stopped_at: int | None = None
    ran_s: float = 0.0
    saved_s: float = 0.0
    reason: str | None = None
    is_best: bool = False


def what_if(trials: Sequence[WhatIfTrial], *, metric_name: str, policy: str) -> Figure:
    """Draw recorded curves as far as they would have gone on, the rest in grey.

    Args:
        trials: What would have become of each trial.
        metric_name: The primary metric.
        policy: The policy in words.
    """
    told = [trial for trial in trials if trial.values]
    if not told:
        return empty(f"No trial has reported a number of {metric_name} to judge.")
    shown = _chosen(told)
    each = max(4, _MOST_POINTS // len(shown))
    stopped = [trial for trial in shown if trial.stopped_at is not None]
    gone_on = [trial for trial in shown if trial.stopped_at is None]
    lost = look_of("stopped by policy")
    kept = look_of("Completed")
    traces = [
        _curves("saved: not run any more", stopped, each, {"color": GREY, "width": 1}, True),
        _curves(
            f"goes on ({len(gone_on):,})", gone_on, each, {"color": kept.colour, "width": 1.5}
        ),
        _curves(
            f"stopped ({len(stopped):,})",
            stopped,
            each,
            {"color": lost.colour, "dash": lost.dash, "width": 1.5},
        ),
        _stops(stopped),
        *_best(shown, each),
    ]
    return figure(
        [trace for trace in traces if trace["x"]],
        kept=f"what-if {metric_name}",
        notes=_notes(trials, shown, told, policy),
        xaxis=count_axis(
            "interval (reports of the metric)", max(len(trial.values) for trial in told)
        ),
        yaxis=axis(metric_name),
    )


def _chosen(told: Sequence[WhatIfTrial]) -> list[WhatIfTrial]:
    """Return as many trials as are drawn: the best, and others evenly by number."""
    if len(told) <= _MOST_CURVES:
        return list(told)
    kept = {place * len(told) // _MOST_CURVES for place in range(_MOST_CURVES)}
    return [trial for place, trial in enumerate(told) if place in kept or trial.is_best]


def _curves(
    name: str,
    trials: Sequence[WhatIfTrial],
    each: int,
    line: dict[str, Any],
    is_rest: bool = False,
) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    ids: list[str] = []
    words: list[str] = []
    for trial in trials:
        end = len(trial.values) if trial.stopped_at is None else trial.stopped_at
        first, last = (end - 1, len(trial.values)) if is_rest else (0, end)
        kept = [first + place for place in thinned(trial.values[first:last], each)]
        xs += [*(float(place + 1) for place in kept), None]
        ys += [*(finite(trial.values[place]) for place in kept), None]
        ids += [trial.run_id] * (len(kept) + 1)
        words += [_words(trial, trial.values[place], place + 1) for place in kept] + [""]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": xs,
        "y": ys,
        "line": line,
        "connectgaps": False,
        "customdata": ids,
        "hovertext": words,
        "hoverinfo": "text",
    }


def _words(trial: WhatIfTrial, value: float, interval: int) -> str:
    lines = [f"<b>trial {trial.number}</b>: {number(value)} at interval {interval}"]
    if trial.stopped_at is not None:
        saved = text.duration(trial.saved_s)
        lines.append(f"would be stopped at interval {trial.stopped_at}, {saved} saved")
    if trial.reason:
        lines.append(literal(trial.reason, 160))
    return "<br>".join(lines)


def _stops(stopped: Sequence[WhatIfTrial]) -> dict[str, Any]:
    look = look_of("stopped by policy")
    at = [(trial, (trial.stopped_at or 1) - 1) for trial in stopped]
    drawn = [
        (trial, place)
        for trial, place in at
        if place < len(trial.values) and finite(trial.values[place]) is not None
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "where they would be stopped",
        "x": [place + 1 for _, place in drawn],
        "y": [trial.values[place] for trial, place in drawn],
        "marker": {"color": look.colour, "symbol": look.symbol, "size": 9},
        "customdata": [trial.run_id for trial, _ in drawn],
        "hovertext": [_words(trial, trial.values[place], place + 1) for trial, place in drawn],
        "hoverinfo": "text",
    }


def _best(shown: Sequence[WhatIfTrial], each: int) -> list[dict[str, Any]]:
    best = [trial for trial in shown if trial.is_best]
    return [
        _curves(f"the best (trial {t.number})", [t], each, {"color": BEST_COLOUR, "width": 4})
        for t in best
    ]


def _notes(
    trials: Sequence[WhatIfTrial],
    shown: Sequence[WhatIfTrial],
    told: Sequence[WhatIfTrial],
    policy: str,
) -> list[str]:
    stopped = [trial for trial in trials if trial.stopped_at is not None]
    saved = sum(trial.saved_s for trial in trials)
    whole = saved + sum(trial.ran_s for trial in trials)
    share = f" ({text.percent(saved / whole)})" if whole > 0 else ""
    notes = [
        f"{policy}: {len(stopped):,} of {len(trials):,} trials would be stopped, "
        f"{text.duration(saved)} of compute{share} saved."
    ]
    best = next((trial for trial in trials if trial.is_best), None)
    if best is not None and best.stopped_at is None:
        notes.append(f"The best, trial {best.number}, would survive.")
    elif best is not None:
        notes.append(
            f"The best, trial {best.number}, would be lost: stopped at interval {best.stopped_at}."
        )
    if len(shown) < len(told):
        notes.append(f"{len(shown):,} of {len(told):,} curves are shown; all are counted.")
    return notes

"""Stopping: a trial's own curve against what the policy asked for at each interval."""

from __future__ import annotations

from typing import Any

from hyperlocal.views import plans
from hyperlocal.views.figures.drawing import Figure, axis, count_axis, empty, figure, finite
from hyperlocal.views.figures.palette import COLOURS, look_of
from hyperlocal.views.figures.wording import literal, number
from hyperlocal.views.stopping import Judged, Judgements
from hyperlocal.views.sweep_data import SweepData

__all__ = ["why_stopped"]


def why_stopped(data: SweepData, told: Judgements) -> Figure:
    """Draw what a trial reported, its best by then, and the threshold of the policy.

    Args:
        data: The sweep.
        told: What the policy said of the trial (`views.stopping.read_judgements`).
    """
    trial = data.by_id.get(told.curve.run_id)
    if trial is None or data.sweep is None or data.goal is None or not told.curve.values:
        return empty("There is no curve that a policy could have judged.")
    look = look_of(trial.outcome)
    run_id = trial.run_id
    traces = [
        _line(
            f"trial {trial.number}: what it reported",
            list(range(1, len(told.curve.values) + 1)),
            [finite(value) for value in told.curve.values],
            run_id,
            {"color": look.colour, "dash": "dot", "width": 1},
        ),
        _line(
            "its best so far, which is judged",
            [each.interval for each in told.judged],
            [each.best for each in told.judged],
            run_id,
            {"color": look.colour, "width": 2},
            [_words(each) for each in told.judged],
        ),
        _line(
            "what the policy asked for",
            [each.interval for each in told.judged],
            [finite(each.threshold) for each in told.judged],
            run_id,
            {"color": COLOURS[0], "dash": "dash", "width": 2, "shape": "linear"},
            [_words(each) for each in told.judged],
        ),
        *_stops(told),
    ]
    side = "below" if data.goal.wants_greatest else "above"
    notes = [f"Policy: {plans.policy_text(data.sweep)}. A trial {side} the line is stopped."]
    if trial.reason:
        notes.append(f"Trial {trial.number} is {trial.outcome}: {trial.reason}")
    if told.n_differ:
        notes.append(
            f"At {told.n_differ} intervals the controller saw other trials' reports a moment "
            "later than they are drawn here."
        )
    if not any(each.is_due for each in told.judged):
        notes.append("The policy has not looked at this trial.")
    return figure(
        traces,
        kept=run_id,
        notes=notes,
        xaxis=count_axis("interval (reports of the metric)", len(told.curve.values)),
        yaxis=axis(data.sweep.metric_name),
    )


def _words(each: Judged) -> str:
    due = "" if each.is_due else "<br>(not looked at here)"
    return f"interval {each.interval}<br>{literal(each.reason, 200)}{due}"


def _line(
    name: str,
    xs: list[int],
    ys: list[float | None],
    run_id: str,
    line: dict[str, Any],
    words: list[str] | None = None,
) -> dict[str, Any]:
    told = [f"interval {x}<br>{name}: {number(y)}" for x, y in zip(xs, ys, strict=True)]
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(xs) <= 60 else "lines",
        "name": name,
        "x": xs,
        "y": ys,
        "line": line,
        "marker": {"size": 4},
        "customdata": [run_id] * len(xs),
        "hovertext": told if words is None else words,
        "hoverinfo": "text",
    }


def _stops(told: Judgements) -> list[dict[str, Any]]:
    due = [each for each in told.judged if each.is_due]
    stops = [each for each in due if each.stop and each.best is not None]
    if not stops:
        return []
    last = stops[-1]
    look = look_of("stopped by policy")
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"stopped at interval {last.interval}",
            "x": [last.interval],
            "y": [last.best],
            "marker": {"color": look.colour, "symbol": look.symbol, "size": 14},
            "customdata": [told.curve.run_id],
            "hovertext": [_words(last)],
            "hoverinfo": "text",
        }
    ]

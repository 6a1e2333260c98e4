"""The head of a sweep's page: how it stands."""

from __future__ import annotations

import time
from typing import Any

from dash import dcc, html

from hyperlocal.history.records import RunRecord
from hyperlocal.studio.parts import facts, run_href
from hyperlocal.views import plans, text
from hyperlocal.views.sweep_data import SweepData

__all__ = ["head"]


def head(data: SweepData, record: RunRecord) -> list[Any]:
    """Return how a sweep stands: its counts, its time, its best so far, what went wrong."""
    now = time.time()
    n_ended = sum(trial.is_ended for trial in data.trials)
    n_all = _n_trials(data)
    pairs: list[tuple[str, Any]] = [
        ("Trials", f"{n_ended:,} of {n_all:,} ended"),
        *((word, f"{count:,}") for word, count in data.counts.items()),
        ("Time", text.duration(text.run_duration(record, now))),
        ("Started", text.moment(data.started_at)),
    ]
    told: list[Any] = [
        html.Progress(
            value=str(n_ended), max=str(max(n_all, 1)), **{"aria-label": "Trials that have ended"}
        ),
        facts(pairs),
        _best(data),
    ]
    if data.reason:
        told.append(html.P(data.reason.strip(), className="told"))
    told += [html.P(sentence, className="told") for sentence in record.warnings]
    return told


def _n_trials(data: SweepData) -> int:
    if data.sweep is None or data.status.is_terminal:
        return len(data.trials)
    return max(len(data.trials), plans.most_trials(data.sweep))


def _best(data: SweepData) -> Any:
    best = data.best
    if best is None:
        return html.P(f"No trial has logged a number of {data.metric_name} yet.")
    told = text.parameters(best.parameters, text.SHORT_DIGITS)
    return html.P(
        [
            "Best so far: ",
            dcc.Link(f"trial {best.number}", href=run_href(best.run_id)),
            f", {data.metric_name} ",
            html.B(text.value(best.best, 8)),
            f"  with {told}",
        ]
    )

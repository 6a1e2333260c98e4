"""A sweep: its status, its best, its settings, its charts and its child runs."""

from __future__ import annotations

import time
from typing import Any

from dash import ALL, Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages import actions, sweep_charts, sweep_table
from hyperlocal.studio.pages.log import log_viewer
from hyperlocal.studio.parts import badge, facts, fields, run_href, whatif_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import plans, text
from hyperlocal.views.leaderboard import outcome
from hyperlocal.views.sweep_data import SweepData

__all__ = ["crumbs", "page", "register"]

_TICK_MS = 1000
_TRIALS_PER_TICK = 1000  # charts of more are drawn anew less often, for each is megabytes


def page(state: Shared, record: RunRecord) -> tuple[Any, str]:
    """Return the page of a sweep, and its title."""
    run_id = record.run_id
    followed = state.follow(run_id)
    data = followed.data()
    content = html.Div(
        [
            crumbs(record),
            html.Div(
                [
                    html.H1(data.name),
                    html.Span(badge(outcome(record)), id="sweep-status"),
                    html.Span(className="space"),
                    actions.buttons(run_id),
                ],
                className="head",
            ),
            html.Div(_head(data, record), id="sweep-head"),
            html.Details([html.Summary("Configuration"), _configuration(record)]),
            html.P(
                dcc.Link(
                    "What if it had another early termination policy?", href=whatif_href(run_id)
                )
            ),
            html.H2("Charts"),
            sweep_charts.section(data, is_first=True),
            html.H2("Child runs"),
            sweep_table.section(data, followed.mark(data)),
            html.H2("More charts"),
            sweep_charts.section(data, is_first=False),
            html.H2("Log of the sweep"),
            log_viewer(state, record),
            *sweep_charts.shared(),
            dcc.Store(id="sweep-run", data=run_id),
            dcc.Store(id="sweep-version", data=followed.mark(data)),
            dcc.Store(id="sweep-ended", data=data.status.is_terminal),
            dcc.Interval(id="sweep-tick", interval=_TICK_MS),
        ]
    )
    return content, f"{data.name} · hyperlocal studio"


def crumbs(record: RunRecord) -> Any:
    """Return the way to a run."""
    from urllib.parse import quote

    experiment = f"/?experiment={quote(record.experiment, safe='')}"
    way: list[Any] = [dcc.Link(record.experiment, href=experiment), " / "]
    if record.parent_id is not None:
        way += [dcc.Link(record.parent_id, href=run_href(record.parent_id)), " / "]
    return html.Nav([*way, record.run_id], className="crumbs", **{"aria-label": "Where it is"})


def register(app: Dash, state: Shared) -> None:
    """Let the head follow what happens, and tell charts when there is something new."""

    @app.callback(
        Output("sweep-head", "children"),
        Output("sweep-status", "children"),
        Output({"type": "may-cancel", "run": ALL}, "className"),
        Output({"type": "may-resume", "run": ALL}, "className"),
        Output("sweep-version", "data"),
        Output("sweep-ended", "data"),
        Input("sweep-tick", "n_intervals"),
        State("sweep-run", "data"),
        State("sweep-version", "data"),
        State("sweep-ended", "data"),
        State({"type": "may-cancel", "run": ALL}, "id"),
    )
    def follow(
        n_ticks: int | None, run_id: str, known: list[Any], has_ended: bool, places: list[Any]
    ) -> tuple[Any, ...]:
        followed = state.follow(run_id)
        data = followed.data()
        is_new = followed.mark(data) != known
        if has_ended and not is_new and n_ticks:
            return (no_update, no_update, *_same(places), no_update, no_update)
        record = state.record(run_id)
        may_cancel, may_resume = actions.shows(record)
        n = len(places)
        return (
            _head(data, record),
            badge(outcome(record)),
            [may_cancel] * n,
            [may_resume] * n,
            followed.mark(data) if is_new and draws_now(data, n_ticks) else no_update,
            data.status.is_terminal,
        )


def draws_now(data: SweepData, n_ticks: int | None) -> bool:
    """Return whether it is time to draw charts of new data."""
    every = 1 + len(data.trials) // _TRIALS_PER_TICK
    return data.status.is_terminal or (n_ticks or 0) % every == 0


def _same(places: list[Any]) -> tuple[list[Any], list[Any]]:
    return [no_update] * len(places), [no_update] * len(places)


def _head(data: SweepData, record: RunRecord) -> list[Any]:
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


def _configuration(record: RunRecord) -> Any:
    sweep = plans.sweep_of(record)
    assert sweep is not None, record.run_id
    pairs = [
        ("Primary metric", f"{sweep.goal.value} {sweep.metric_name}"),
        ("Sampling", plans.sampling_text(sweep)),
        ("Search space", "\n".join(plans.space_text(sweep))),
        ("Early termination", plans.policy_text(sweep)),
        ("Limits", plans.limits_text(sweep)),
        ("Command", text.command(sweep.launch.command)),
    ]
    if earlier := plans.earlier_text(sweep):
        pairs.append(("Builds on", earlier))
    if record.tags:
        pairs.append(("Tags", text.parameters(record.tags)))
    return fields(pairs)

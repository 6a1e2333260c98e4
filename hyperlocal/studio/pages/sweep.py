"""A sweep: its status, its best, its settings, its charts and its child runs."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html

from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages import actions, sweep_charts, sweep_table
from hyperlocal.studio.pages.log import log_viewer
from hyperlocal.studio.pages.sweep_answers import add_answers
from hyperlocal.studio.pages.sweep_head import head
from hyperlocal.studio.parts import badge, fields, run_href, whatif_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import plans, text
from hyperlocal.views.leaderboard import outcome

__all__ = ["crumbs", "page", "register"]

_TICK_MS = 1000


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
            html.Div(head(data, record), id="sweep-head"),
            html.Details([html.Summary("Configuration"), _configuration(record)]),
            html.P(
                dcc.Link(
                    "What if it had another early termination policy?", href=whatif_href(run_id)
                )
            ),
            html.H2("Charts"),
            sweep_charts.section(data, is_first=True),
            html.H2("Child runs"),
            sweep_table.section(data),
            html.H2("More charts"),
            sweep_charts.section(data, is_first=False),
            html.H2("Log of the sweep"),
            log_viewer(state, record),
            *sweep_charts.shared(),
            dcc.Store(id="sweep-run", data=run_id),
            dcc.Store(id="sweep-mark", data=None),
            dcc.Store(id="sweep-version", data=followed.mark(data)),
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
    """Let the page follow what happens: all of it by one question a second."""
    add_answers(app.server, state)

    app.clientside_callback(
        ClientsideFunction("sweep", "rows"),
        Output(sweep_table.GRID, "rowData"),
        Output("sweep-mark", "data"),
        Input("sweep-run", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("sweep", "news"),
        Output("sweep-head", "children"),
        Output("sweep-status", "children"),
        Output({"type": "may-cancel", "run": ALL}, "className"),
        Output({"type": "may-resume", "run": ALL}, "className"),
        Output("sweep-mark", "data", allow_duplicate=True),
        Output("sweep-version", "data"),
        Output(sweep_table.GRID, "rowTransaction"),
        Output(sweep_table.GRID, "columnDefs"),
        Output("trials-outcomes", "options"),
        Output("trials-total", "data"),
        Input("sweep-tick", "n_intervals"),
        State("sweep-run", "data"),
        State("sweep-mark", "data"),
        State("sweep-version", "data"),
        State({"type": "may-cancel", "run": ALL}, "id"),
        prevent_initial_call=True,
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

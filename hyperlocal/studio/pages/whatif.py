"""What if: another policy's settings, and at once what they would have done to this sweep."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.studio import replays
from hyperlocal.studio.asked import Settings, settings_of
from hyperlocal.studio.pages import whatif_answer, whatif_settings
from hyperlocal.studio.pages.sweep_charts import clicked
from hyperlocal.studio.parts import run_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views.plans import sweep_of

__all__ = ["ADDRESS", "page", "register"]

ADDRESS = "whatif"
_TICK_MS = 2000
_WAITS = (
    "It still runs. What another policy would have done can be said only of a sweep that has "
    "ended: nobody knows yet how the trials that run will go on, so neither what would be saved "
    "nor whether the best would survive. This page goes on by itself when the sweep has ended."
)


def page(state: Shared, rest: str, query: dict[str, str]) -> tuple[Any, str]:
    """Return the page, and its title."""
    from hyperlocal.studio.pages.sweep import crumbs

    record = state.record(rest.strip("/"))
    name = record.display_name or record.run_id
    content = html.Div(
        [
            crumbs(record),
            html.H1(["What if: ", dcc.Link(name, href=run_href(record.run_id))]),
            html.Div(body(state, record), id="whatif-body"),
            dcc.Store(id="whatif-run", data=record.run_id),
            dcc.Interval(id="whatif-wait", interval=_TICK_MS, disabled=record.status.is_terminal),
        ]
    )
    return content, f"What if: {name} · hyperlocal studio"


def body(state: Shared, record: RunRecord) -> list[Any]:
    """Return the settings with places for their answer, or why there can be none."""
    sweep = sweep_of(record)
    if sweep is None:
        told = "This run is no sweep: there are no trials to replay under another policy."
        return [html.P(told, className="told")]
    if not record.status.is_terminal:
        return [html.P(_WAITS, className="told", role="status")]
    try:
        recording = replays.recording_of(state.history, state.follow(record.run_id))
    except HyperlocalError as error:
        return [html.P(str(error), className="told")]
    limits = replays.limits_of(recording)
    begin = settings_of(sweep.policy, recording, limits.spread)
    return [
        html.P(
            "Nothing is run: the recorded trials are played again under other settings, in "
            "virtual time.",
            className="quiet",
        ),
        whatif_settings.section(begin, limits),
        *whatif_answer.places(),
    ]


def register(app: Dash, state: Shared) -> None:
    """Let the answer follow the settings."""

    @app.callback(
        Output("whatif-body", "children"),
        Output("whatif-wait", "disabled"),
        Input("whatif-wait", "n_intervals"),
        State("whatif-run", "data"),
        prevent_initial_call=True,
    )
    def wait(_: int, run_id: str) -> tuple[Any, bool]:
        record = state.record(run_id)
        if not record.status.is_terminal:
            return no_update, False
        return body(state, record), True

    app.clientside_callback(
        ClientsideFunction("later", "settings"),
        Output("whatif-asked", "data"),
        Input("whatif-names", "data"),
        *whatif_settings.inputs(),
    )

    @app.callback(
        *whatif_settings.visible(),
        Input("whatif-policy", "value"),
        prevent_initial_call=True,
    )
    def show(policy: str) -> Any:
        return whatif_settings.classes(policy)

    @app.callback(
        Output(whatif_answer.CHART, "figure"),
        Output("whatif-told", "children"),
        Output(whatif_answer.GRID, "rowData"),
        Input("whatif-asked", "data"),
        Input("theme", "data"),
        State("whatif-run", "data"),
        running=[(Output("whatif-busy", "children"), "Working it out ...", "")],
    )
    def answer(asked: dict[str, Any] | None, theme: str, run_id: str) -> tuple[Any, ...]:
        if not asked or not theme:
            return no_update, no_update, no_update
        return whatif_answer.answer(state, run_id, Settings.told(asked), theme)

    @app.callback(
        Output(whatif_answer.ALONG, "figure"),
        Input("whatif-asked", "data"),
        Input("theme", "data"),
        State("whatif-run", "data"),
    )
    def along(asked: dict[str, Any] | None, theme: str, run_id: str) -> Any:
        if not asked or not theme:
            return no_update
        return whatif_answer.along(state, run_id, Settings.told(asked), theme)

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input(whatif_answer.CHART, "clickData"),
        prevent_initial_call=True,
    )
    def open_run(told: Any) -> Any:
        return clicked(told)

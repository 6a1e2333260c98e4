"""The charts of a sweep's page: panels that draw themselves when they come into view."""

from __future__ import annotations

from typing import Any

from dash import (
    ALL,
    MATCH,
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    ctx,
    dcc,
    html,
    no_update,
)

from hyperlocal.studio.pages.panels import BRUSHED, PANELS, Panel, first_choice
from hyperlocal.studio.pages.sweep_answers import chosen_by
from hyperlocal.studio.parts import chart, run_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures
from hyperlocal.views.sweep_data import SweepData

__all__ = ["clicked", "register", "section", "shared"]


def section(data: SweepData, *, is_first: bool) -> Any:
    """Return the panels before or after the table; their figures come when they are in view."""
    told = [each for each in PANELS.values() if each.is_first is is_first and each.applies(data)]
    panels = [_panel(each, data) for each in told]
    return html.Div(panels, className="panels")


def shared() -> list[Any]:
    """Return what panels and table share: what a brush left, and the brush itself."""
    return [
        dcc.Store(id="brush", data=None),
        dcc.Store(id="constraints", data={}),
        dcc.Store(id="watching"),
    ]


def _panel(panel: Panel, data: SweepData) -> Any:
    picks = [_pick(panel, name, data) for name in panel.choices]
    return html.Section(
        [
            html.Div([html.H3(panel.title), *picks], className="tools"),
            chart(_chart_id(panel), panel.title, height=panel.height, grows=panel.grows),
            dcc.Store(id={"type": "seen", "panel": panel.key}, data=False),
        ],
        className="panel wide" if panel.is_wide else "panel",
        **{"data-panel": panel.key},
    )


def _chart_id(panel: Panel) -> dict[str, str]:
    # What is brushed is not drawn anew by the brush.
    return {"type": BRUSHED if panel.key == BRUSHED else "chart", "panel": panel.key}


def _pick(panel: Panel, name: str, data: SweepData) -> Any:
    label, options = panel.choices[name]
    told = [{"value": key, "label": text} for key, text in options(data).items()]
    return html.Label(
        [
            f"{label} ",
            dcc.Dropdown(
                told,
                first_choice(panel, name, data),
                id={"type": "choice", "panel": panel.key, "name": name},
                clearable=False,
                className="choice",
            ),
        ]
    )


def _ranges(kept: dict[str, Any]) -> dict[int, Any]:
    return {int(axis): ranges for axis, ranges in kept.items()}


def _brushed(state: Shared, run_id: str, constraints: dict[int, Any]) -> list[str] | None:
    followed = state.follow(run_id)
    return chosen_by(followed, followed.data(), constraints)


def register(app: Dash, state: Shared) -> None:
    """Let the charts follow what happens, and what is asked of them."""
    app.clientside_callback(
        ClientsideFunction("studio", "watch"), Output("watching", "data"), Input("watching", "id")
    )
    app.clientside_callback(
        ClientsideFunction("sweep", "draw"),
        Output({"type": "chart", "panel": MATCH}, "figure"),
        Input("sweep-version", "data"),
        Input({"type": "seen", "panel": MATCH}, "data"),
        Input("theme", "data"),
        Input("constraints", "data"),
        Input({"type": "choice", "panel": MATCH, "name": ALL}, "value"),
        State({"type": "choice", "panel": MATCH, "name": ALL}, "id"),
        State({"type": "chart", "panel": MATCH}, "id"),
        State({"type": "chart", "panel": MATCH}, "figure"),
        State("sweep-run", "data"),
        State("templates", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("sweep", "drawBrushed"),
        Output(_chart_id(PANELS[BRUSHED]), "figure"),
        Input("sweep-version", "data"),
        Input({"type": "seen", "panel": BRUSHED}, "data"),
        Input("theme", "data"),
        Input("unbrush", "n_clicks"),
        State("constraints", "data"),
        State(_chart_id(PANELS[BRUSHED]), "id"),
        State(_chart_id(PANELS[BRUSHED]), "figure"),
        State("sweep-run", "data"),
        State("templates", "data"),
    )

    @app.callback(
        Output("brush", "data"),
        Output("constraints", "data"),
        Input(_chart_id(PANELS[BRUSHED]), "restyleData"),
        Input("unbrush", "n_clicks"),
        Input("sweep-version", "data"),
        State("constraints", "data"),
        State("sweep-run", "data"),
        prevent_initial_call=True,
    )
    def brush(
        told: Any, _: int | None, __: Any, earlier: dict[str, Any], run_id: str
    ) -> tuple[Any, Any]:
        if ctx.triggered_id == "unbrush":
            return None, {}
        if ctx.triggered_id == "sweep-version":
            return _brushed(state, run_id, _ranges(earlier)) if earlier else no_update, no_update
        constraints = figures.constraints_from(_ranges(earlier), told)
        kept = {str(axis): ranges for axis, ranges in constraints.items()}
        return _brushed(state, run_id, constraints), kept

    @app.callback(
        Output("address", "pathname", allow_duplicate=True),
        Input({"type": "chart", "panel": ALL}, "clickData"),
        prevent_initial_call=True,
    )
    def open_run(_: list[Any]) -> Any:
        return clicked(ctx.triggered[0]["value"] if ctx.triggered else None)


def clicked(told: Any) -> Any:
    """Return the address of the run that a click on a chart means."""
    points = (told or {}).get("points") or [{}]
    run_id = points[0].get("customdata")
    if isinstance(run_id, list):
        run_id = run_id[0] if run_id else None
    return run_href(run_id) if isinstance(run_id, str) else no_update

"""The table of child runs: a column for each parameter and metric, kept up to date by rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, Patch, State, dcc, html

from hyperlocal.studio.pages import choosing
from hyperlocal.studio.parts import cell, grid
from hyperlocal.studio.state import Followed
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import text
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["GRID", "columns", "columns_since", "register", "rows", "section", "transaction"]

GRID = "trials-grid"
_NUMBER = {"filter": "agNumberColumnFilter", "valueFormatter": {"function": "short(params)"}}
_MOST_COLUMNS = 60  # of parameters, and again of metrics


def section(data: SweepData) -> Any:
    """Return the table with what narrows it; the page asks for its rows by itself."""
    outcomes = sorted(data.counts)
    return html.Div(
        [
            html.Div(
                [
                    html.Label(
                        [
                            "Search ",
                            dcc.Input(
                                id="trials-search",
                                type="search",
                                className="find",
                                placeholder="any column",
                            ),
                        ]
                    ),
                    html.Label(
                        [
                            "Status ",
                            dcc.Dropdown(
                                outcomes,
                                id="trials-outcomes",
                                multi=True,
                                placeholder="all",
                                className="choice",
                            ),
                        ]
                    ),
                    html.Button(
                        "Show all again", id="unbrush", className="act hidden", type="button"
                    ),
                    html.Span(
                        text.counted(len(data.trials), "trial"),
                        id="trials-counted",
                        className="quiet",
                        role="status",
                    ),
                    choosing.link(GRID),
                ],
                className="tools",
            ),
            grid(GRID, columns(data), None, **choosing.SELECTION),
            dcc.Store(id="trials-total", data=len(data.trials)),
        ]
    )


def columns(data: SweepData) -> list[dict[str, Any]]:
    """Return the columns: what tells first, then parameters and metrics."""
    told: list[dict[str, Any]] = [
        {
            "field": "number",
            "headerName": "Trial",
            "cellRenderer": "RunLink",
            "pinned": "left",
            "width": 90,
            "filter": "agNumberColumnFilter",
            "tooltipField": "run",
        },
        {"field": "outcome", "headerName": "Status", "width": 175},
    ]
    names = data.metric_names
    if data.metric_name is not None:
        told.append(
            {"field": "best", "headerName": f"{data.metric_name} (best)", "width": 150, **_NUMBER}
        )
    for place, name in enumerate(data.parameter_names[:_MOST_COLUMNS]):
        told.append({"field": f"p{place}", "headerName": name, "width": 140, **_kind(data, name)})
    for place, name in enumerate(names[:_MOST_COLUMNS]):
        label = f"{name} (last)" if name == data.metric_name else name
        told.append({"field": f"m{place}", "headerName": label, "width": 140, **_NUMBER})
    told += [
        {
            "field": "seconds",
            "headerName": "Duration",
            "width": 110,
            "filter": False,
            "valueFormatter": {"function": "seconds(params)"},
        },
        {
            "field": "started",
            "headerName": "Started",
            "width": 180,
            "filter": False,
            "valueFormatter": {"function": "moment(params)"},
        },
        {
            "field": "reason",
            "headerName": "Reason",
            "minWidth": 260,
            "flex": 1,
            "tooltipField": "reason",
        },
    ]
    return told


def _kind(data: SweepData, name: str) -> dict[str, Any]:
    values = (trial.parameters[name] for trial in data.trials if name in trial.parameters)
    is_number = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
    return _NUMBER if is_number else {}


def rows(trials: Sequence[TrialData], data: SweepData) -> list[dict[str, Any]]:
    """Return the rows of some trials."""
    parameters = list(enumerate(data.parameter_names[:_MOST_COLUMNS]))
    metrics = list(enumerate(data.metric_names[:_MOST_COLUMNS]))
    now = time.time()
    return [_row(trial, parameters, metrics, now) for trial in trials]


def _row(
    trial: TrialData,
    parameters: list[tuple[int, str]],
    metrics: list[tuple[int, str]],
    now: float,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "run": trial.run_id,
        "number": trial.number,
        "outcome": trial.outcome,
        "best": cell(trial.best),
        "seconds": trial.duration_s(now),
        "started": trial.started_at,
    }
    if trial.reason:
        row["reason"] = text.one_line(trial.reason)
    for place, name in parameters:
        if name in trial.parameters:
            held = trial.parameters[name]
            row[f"p{place}"] = "None" if held is None else cell(held)
    for place, name in metrics:
        told = trial.metrics.get(name)
        if told is not None:
            row[f"m{place}"] = cell(told.last)
    return row


def _names(data: SweepData) -> list[list[str]]:
    return [data.parameter_names[:_MOST_COLUMNS], data.metric_names[:_MOST_COLUMNS]]


def columns_since(followed: Followed, data: SweepData) -> int:
    """Return the version of the data in which the columns became what they are."""
    names = _names(data)
    if followed.columns is None or followed.columns[1] != names:
        followed.columns = data.version, names
    return followed.columns[0]


def register(app: Dash, state: Shared) -> None:
    """Let the table follow what happens, and what is asked of it."""
    choosing.register(app, GRID)

    @app.callback(Output(GRID, "dashGridOptions"), Input("trials-search", "value"))
    def search(words: str | None) -> Patch:
        options = Patch()
        options["quickFilterText"] = words or ""
        return options

    @app.callback(
        Output(GRID, "filterModel"), Input("trials-outcomes", "value"), prevent_initial_call=True
    )
    def only(outcomes: list[str] | None) -> dict[str, Any]:
        return outcome_filter(outcomes or [])

    app.clientside_callback(
        ClientsideFunction("sweep", "counted"),
        Output("trials-counted", "children"),
        Output("unbrush", "className"),
        Input("brush", "data"),
        Input("trials-total", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("studio", "choose"),
        Output(GRID, "id"),
        Input("brush", "data"),
        State(GRID, "id"),
    )


def transaction(data: SweepData, version: int, last_key: int) -> dict[str, Any] | None:
    """Return what a grid is to change; None for nothing.

    Args:
        data: The sweep.
        version: The version that the grid shows. What still runs is told again, for its duration.
        last_key: The key of the last trial that it has.
    """
    changed = [t for t in data.trials if t.version > version or not t.is_ended]
    if not changed:
        return None
    return {
        "add": rows([t for t in changed if t.key > last_key], data),
        "update": rows([t for t in changed if t.key <= last_key], data),
        "async": False,
    }


def outcome_filter(outcomes: Sequence[str]) -> dict[str, Any]:
    """Return the grid's own filter for some outcomes."""
    tests = [{"filterType": "text", "type": "equals", "filter": each} for each in outcomes]
    if not tests:
        return {}
    if len(tests) == 1:
        return {"outcome": tests[0]}
    return {"outcome": {"filterType": "text", "operator": "OR", "conditions": tests}}

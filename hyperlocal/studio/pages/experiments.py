"""Experiments: all runs of the home, newest first."""

from __future__ import annotations

import time
from typing import Any

from dash import Dash, Input, Output, Patch, State, dcc, html, no_update

from hyperlocal.studio.pages import choosing
from hyperlocal.studio.parts import cell, grid
from hyperlocal.studio.state import State as Shared
from hyperlocal.views.tables import RunRow

__all__ = ["ADDRESS", "page", "register"]

ADDRESS = ""
_GRID = "runs-grid"
_COLUMNS: list[dict[str, Any]] = [
    {
        "field": "name",
        "headerName": "Run",
        "cellRenderer": "RunLink",
        "minWidth": 230,
        "flex": 2,
        "tooltipField": "run",
    },
    {"field": "experiment", "headerName": "Experiment", "flex": 1, "minWidth": 120},
    {"field": "kind", "headerName": "Kind", "width": 130},
    {"field": "status", "headerName": "Status", "width": 150},
    {"field": "trials", "headerName": "Trials", "width": 110},
    {"field": "metric", "headerName": "Metric", "width": 130},
    {
        "field": "best",
        "headerName": "Best",
        "width": 120,
        "filter": "agNumberColumnFilter",
        "valueFormatter": {"function": "short(params)"},
    },
    {
        "field": "created",
        "headerName": "Created",
        "width": 190,
        "filter": False,
        "sort": "desc",
        "valueFormatter": {"function": "moment(params)"},
    },
    {
        "field": "seconds",
        "headerName": "Duration",
        "width": 120,
        "filter": False,
        "valueFormatter": {"function": "seconds(params)"},
    },
]


def page(state: Shared, rest: str, query: dict[str, str]) -> tuple[Any, str]:
    """Return the page, and its title."""
    rows = _rows(state)
    names = sorted({row["experiment"] for row in rows})
    chosen = query.get("experiment")
    content = html.Div(
        [
            html.H1("Experiments"),
            html.Div(
                [
                    html.Label(
                        [
                            "Search ",
                            dcc.Input(
                                id="runs-search",
                                type="search",
                                className="find",
                                placeholder="run, experiment, kind, status",
                                debounce=False,
                            ),
                        ]
                    ),
                    html.Label(
                        [
                            "Experiment ",
                            dcc.Dropdown(
                                names,
                                chosen if chosen in names else None,
                                id="runs-experiment",
                                placeholder="all",
                                className="choice",
                            ),
                        ]
                    ),
                    html.Span(_counted(rows), id="runs-counted", className="quiet", role="status"),
                    choosing.link(_GRID),
                ],
                className="tools",
            ),
            grid(_GRID, _COLUMNS, rows, **choosing.SELECTION) if rows else html.P(_none(state)),
            dcc.Store(id="runs-known", data={row["run"]: _told(row) for row in rows}),
            dcc.Interval(id="runs-tick", interval=2000),
        ]
    )
    return content, "Experiments · hyperlocal studio"


def register(app: Dash, state: Shared) -> None:
    """Let the page follow what happens."""
    choosing.register(app, _GRID)

    @app.callback(
        Output(_GRID, "rowTransaction"),
        Output("runs-known", "data"),
        Output("runs-counted", "children"),
        Input("runs-tick", "n_intervals"),
        State("runs-known", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int, known: dict[str, Any]) -> tuple[Any, Any, Any]:
        rows = _rows(state)
        change = changes(known, rows)
        if change is None:
            return no_update, no_update, no_update
        return change, {row["run"]: _told(row) for row in rows}, _counted(rows)

    @app.callback(Output(_GRID, "dashGridOptions"), Input("runs-search", "value"))
    def search(text: str | None) -> Patch:
        options = Patch()
        options["quickFilterText"] = text or ""
        return options

    @app.callback(Output(_GRID, "filterModel"), Input("runs-experiment", "value"))
    def only(experiment: str | None) -> dict[str, Any]:
        if not experiment:
            return {}
        return {"experiment": {"filterType": "text", "type": "equals", "filter": experiment}}


def changes(known: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what the grid is to change; None for nothing."""
    new = [row for row in rows if row["run"] not in known]
    other = [row for row in rows if row["run"] in known and known[row["run"]] != _told(row)]
    there = {row["run"] for row in rows}
    gone = [{"run": run_id} for run_id in known if run_id not in there]
    if not new and not other and not gone:
        return None
    return {"add": new, "addIndex": 0, "update": other, "remove": gone, "async": False}


def _told(row: dict[str, Any]) -> list[Any]:
    # What is not in it, as the duration of what goes on, does not bring a row anew.
    return [row["status"], row["trials"], row["best"], row["name"]]


def _rows(state: Shared) -> list[dict[str, Any]]:
    now = time.time()
    return [_row(each, now) for each in state.runs.read()]


def _row(row: RunRow, now: float) -> dict[str, Any]:
    from hyperlocal.views.text import run_duration

    record = row.record
    trials = "" if row.n_trials is None else f"{row.n_finished or 0:,}/{row.n_trials:,}"
    return {
        "run": record.run_id,
        "name": record.display_name or record.run_id,
        "experiment": record.experiment,
        "kind": record.kind,
        "status": record.status.value,
        "trials": trials,
        "metric": row.metric_name,
        "best": cell(row.best),
        "created": record.created_at,
        "seconds": run_duration(record, now),
    }


def _counted(rows: list[dict[str, Any]]) -> str:
    running = sum(row["status"] == "Running" for row in rows)
    return f"{len(rows):,} runs, {running:,} running"


def _none(state: Shared) -> str:
    return (
        f"There are no runs in {state.history.home} yet. `hyperlocal run driver.py` makes some; "
        "they appear here as they start."
    )

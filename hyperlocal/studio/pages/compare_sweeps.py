"""Chosen sweeps side by side: best so far against trials and time, results, settings in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages.compare_runs import heads
from hyperlocal.studio.pages.sweep_charts import clicked
from hyperlocal.studio.parts import chart
from hyperlocal.studio.sides import sides
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures
from hyperlocal.views.compared_sweeps import (
    best_parameter_lines,
    result_lines,
    setting_lines,
    space_lines,
)
from hyperlocal.views.sweep_data import SweepData

__all__ = ["MOST", "register", "section"]

MOST = 8  # each has a colour of its own
_NUMBER, _TIME = "compared-by-number", "compared-by-time"


def section(state: Shared, records: Sequence[RunRecord], all_ids: Sequence[str]) -> Any:
    """Return what compares these sweeps.

    Args:
        state: What is shared.
        records: Their runs; of very many only the first are shown.
        all_ids: All that the page compares, for links that leave one out.
    """
    shown = records[:MOST]
    parts: list[Any] = []
    if len(shown) < len(records):
        told = f"The first {len(shown):,} of {len(records):,} sweeps are shown."
        parts.append(html.P(told, className="quiet"))
    panels = [
        _panel("Best so far against the number of trials", _NUMBER),
        _panel("Best so far against time", _TIME),
    ]
    parts += [
        html.Div(panels, className="panels"),
        html.H2("Side by side"),
        html.Div(_table(state, shown, all_ids), id="compared-sweeps"),
        dcc.Store(id="compared-sweep-ids", data=[record.run_id for record in shown]),
    ]
    return html.Div(parts)


def _panel(title: str, chart_id: str) -> Any:
    head = html.Div(html.H3(title), className="tools")
    return html.Section([head, chart(chart_id, title)], className="panel")


def _data(state: Shared, run_ids: Sequence[str]) -> list[SweepData]:
    return [state.follow(run_id).data() for run_id in run_ids]


def _table(state: Shared, records: Sequence[RunRecord], all_ids: Sequence[str]) -> Any:
    told = _data(state, [record.run_id for record in records])
    columns = heads([(r, each.name) for r, each in zip(records, told, strict=True)], all_ids)
    parts = [
        ("Results", result_lines(told)),
        ("Parameters of the best trial", best_parameter_lines(told)),
        ("Settings", setting_lines(told)),
        ("Search space", space_lines(told)),
    ]
    return sides(columns, parts, "Chosen sweeps side by side")


def best_figure(state: Shared, run_ids: Sequence[str], x: str) -> figures.Figure:
    """Return the best so far of chosen sweeps, against `number` of trials or `time`."""
    rises = None
    if x == "time":
        rises = {run_id: state.follow(run_id).reader.rises() for run_id in run_ids}
    return figures.compare_sweeps(_data(state, run_ids), x=x, rises=rises)


def register(app: Dash, state: Shared) -> None:
    """Let table and charts follow what happens."""

    @app.callback(
        Output("compared-sweeps", "children"),
        Input("compared-mark", "data"),
        State("compared-sweep-ids", "data"),
        State("compared", "data"),
        prevent_initial_call=True,
    )
    def table(_: Any, run_ids: list[str], all_ids: list[str]) -> Any:
        return _table(state, [state.record(run_id) for run_id in run_ids], all_ids)

    for chart_id, x in ((_NUMBER, "number"), (_TIME, "time")):
        _register_chart(app, state, chart_id, x)


def _register_chart(app: Dash, state: Shared, chart_id: str, x: str) -> None:
    @app.callback(
        Output(chart_id, "figure"),
        Input("compared-mark", "data"),
        Input("theme", "data"),
        State("compared-sweep-ids", "data"),
    )
    def draw(_: Any, theme: str, run_ids: list[str]) -> Any:
        return figures.theme(best_figure(state, run_ids, x), theme) if theme else no_update

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input(chart_id, "clickData"),
        prevent_initial_call=True,
    )
    def open_run(told: Any) -> Any:
        return clicked(told)

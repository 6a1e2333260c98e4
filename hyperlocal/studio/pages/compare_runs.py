"""Chosen runs side by side: what differs first, their metrics, and curves over one another."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages.choosing import compare_href
from hyperlocal.studio.pages.sweep_charts import clicked
from hyperlocal.studio.parts import badge, chart, run_href
from hyperlocal.studio.sides import sides
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures
from hyperlocal.views.compared import (
    ComparedRun,
    fact_lines,
    metric_lines,
    parameter_lines,
    read_runs,
)
from hyperlocal.views.figures.palette import COLOURS
from hyperlocal.views.leaderboard import outcome
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.sweep_data import Curve

__all__ = ["MOST", "heads", "register", "section"]

MOST = 20
_CURVES, _PARALLEL = "compared-curves", "compared-parallel"


def section(state: Shared, records: Sequence[RunRecord], all_ids: Sequence[str]) -> Any:
    """Return what compares these runs.

    Args:
        state: What is shared.
        records: The runs; of very many only the first are shown.
        all_ids: All that the page compares, sweeps too, for links that leave one out.
    """
    shown = records[:MOST]
    runs = read_runs(state.history, shown)
    names = _metric_names(runs)
    return html.Div(
        [
            *_left_out(len(records), len(shown)),
            html.Div(_table(runs, all_ids), id="compared-runs"),
            html.H2("Charts"),
            html.Div([_curves_panel(names, runs), *_parallel_panel(shown)], className="panels"),
            dcc.Store(id="compared-run-ids", data=[record.run_id for record in shown]),
        ]
    )


def _left_out(n_all: int, n_shown: int) -> list[Any]:
    if n_all == n_shown:
        return []
    told = f"The first {n_shown:,} of {n_all:,} are shown: more do not fit side by side."
    return [html.P(told, className="quiet")]


def _metric_names(runs: Sequence[ComparedRun]) -> list[str]:
    names = dict.fromkeys(run.aim[0] for run in runs if run.aim is not None)
    for run in runs:
        names.update(dict.fromkeys(n for n, told in run.metrics.items() if told.least is not None))
    return list(names)


def heads(told: Sequence[tuple[RunRecord, str]], all_ids: Sequence[str]) -> list[Any]:
    """Return the head of each column: a link, how it stands, and a link that leaves it out.

    Args:
        told: Runs with what they are called.
        all_ids: All that the page compares.
    """
    parts = []
    for place, (record, label) in enumerate(told):
        rest = [run_id for run_id in all_ids if run_id != record.run_id]
        colour = COLOURS[place % len(COLOURS)]
        swatch = html.Span(
            className="swatch", style={"background": colour}, **{"aria-hidden": "true"}
        )
        leave = dcc.Link(
            "leave out",
            href=compare_href(rest),
            className="out",
            title=f"Leave {label} out",
        )
        parts.append(
            [
                html.Div([swatch, dcc.Link(label, href=run_href(record.run_id))]),
                html.Div([badge(outcome(record)), leave]),
            ]
        )
    return parts


def _table(runs: Sequence[ComparedRun], all_ids: Sequence[str]) -> Any:
    parameters, facts = parameter_lines(runs), fact_lines(runs, time.time())
    differ = [line for line in parameters if line.differs]
    alike = [line for line in parameters if not line.differs]
    parts = [
        ("Parameters that differ" if len(runs) > 1 else "Parameters", differ or alike),
        ("Metrics", metric_lines(runs)),
        ("How they went", facts),
        ("Parameters that are alike", alike if differ else []),
    ]
    if not differ and len(runs) > 1:
        parts[0] = ("Parameters, all alike", alike)
    columns = heads([(run.record, run.label) for run in runs], all_ids)
    return sides(columns, parts, "Chosen runs side by side")


def _curves_panel(names: Sequence[str], runs: Sequence[ComparedRun]) -> Any:
    picks = [
        _pick("Metric", "compared-metric", names, names[0] if names else None),
        _pick("Over", "compared-x", ["interval", "step", "time"], "interval"),
    ]
    return html.Section(
        [
            html.Div([html.H3("Curves over one another"), *picks], className="tools"),
            chart(_CURVES, "Curves of the chosen runs"),
        ],
        className="panel wide",
    )


def _pick(label: str, pick_id: str, options: Sequence[str], value: str | None) -> Any:
    dropdown = dcc.Dropdown(list(options), value, id=pick_id, clearable=False, className="choice")
    return html.Label([f"{label} ", dropdown])


def _parallel_panel(records: Sequence[RunRecord]) -> list[Any]:
    if _common_parent(records) is None:
        return []
    title = "Parallel coordinates of the chosen"
    panel = [html.Div(html.H3(title), className="tools"), chart(_PARALLEL, title)]
    return [html.Section(panel, className="panel wide")]


def _common_parent(records: Sequence[RunRecord]) -> str | None:
    parents = {record.parent_id for record in records}
    parent = next(iter(parents)) if len(parents) == 1 and len(records) > 1 else None
    has_parameters = all(record.parameters for record in records)
    return parent if has_parameters else None


def curves_figure(state: Shared, run_ids: Sequence[str], name: str, x: str) -> figures.Figure:
    """Return the curves of chosen runs.

    Args:
        state: What is shared.
        run_ids: The runs, in the order of the legend.
        name: The metric.
        x: Against what they are drawn.
    """
    records = [state.record(run_id) for run_id in run_ids]
    labels = {run.record.run_id: run.label for run in read_runs(state.history, records)}
    curves = {run_id: _curve(state, run_id, name) for run_id in run_ids}
    return figures.compare_runs(
        labels,
        {run_id: curve for run_id, curve in curves.items() if curve.values},
        starts={record.run_id: record.started_at for record in records},
        x=x,
        kept=name,
    )


def _curve(state: Shared, run_id: str, name: str) -> Curve:
    points = state.history.overview.curve(run_id, name)
    return Curve(
        run_id,
        name,
        tuple(point.value for point in points),
        tuple(point.logged_at for point in points),
        tuple(point.step for point in points),
    )


def parallel_figure(state: Shared, run_ids: Sequence[str]) -> figures.Figure:
    """Return the parallel coordinates of chosen runs of one sweep."""
    parent = _common_parent([state.record(run_id) for run_id in run_ids])
    if parent is None or sweep_of(state.record(parent)) is None:
        return figures.empty("These runs are not of one sweep.")
    return figures.parallel_coordinates(state.follow(parent).data().only(run_ids))


def register(app: Dash, state: Shared) -> None:
    """Let table and charts follow what happens, and what is asked of them."""

    @app.callback(
        Output("compared-runs", "children"),
        Input("compared-mark", "data"),
        State("compared-run-ids", "data"),
        State("compared", "data"),
        prevent_initial_call=True,
    )
    def table(_: Any, run_ids: list[str], all_ids: list[str]) -> Any:
        records = [state.record(run_id) for run_id in run_ids]
        return _table(read_runs(state.history, records), all_ids)

    @app.callback(
        Output(_CURVES, "figure"),
        Input("compared-mark", "data"),
        Input("compared-metric", "value"),
        Input("compared-x", "value"),
        Input("theme", "data"),
        State("compared-run-ids", "data"),
    )
    def curves(_: Any, name: str | None, x: str, theme: str, run_ids: list[str]) -> Any:
        if not theme:
            return no_update
        drawn = figures.empty("These runs have logged no number.")
        if name:
            drawn = curves_figure(state, run_ids, name, x)
        return figures.theme(drawn, theme)

    @app.callback(
        Output(_PARALLEL, "figure"),
        Input("compared-mark", "data"),
        Input("theme", "data"),
        State("compared-run-ids", "data"),
    )
    def parallel(_: Any, theme: str, run_ids: list[str]) -> Any:
        return figures.theme(parallel_figure(state, run_ids), theme) if theme else no_update

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input(_CURVES, "clickData"),
        prevent_initial_call=True,
    )
    def open_run(told: Any) -> Any:
        return clicked(told)

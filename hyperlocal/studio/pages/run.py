"""A run: its parameters, what it logged and printed, its files, and why it ended as it did."""

from __future__ import annotations

import time
from typing import Any

from dash import ALL, Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.domain.status import Cause
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages import actions, pipeline, run_charts
from hyperlocal.studio.pages.log import log_viewer
from hyperlocal.studio.pages.run_files import files
from hyperlocal.studio.pages.run_head import head, parameters
from hyperlocal.studio.pages.run_logged import logged, metrics
from hyperlocal.studio.parts import badge, plain_table, run_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import text
from hyperlocal.views.leaderboard import outcome, read_standing, trial_number
from hyperlocal.views.rerun import rerun_commands

__all__ = ["page", "register"]

_TICK_MS = 1000
_MOST_CHILDREN = 500


def page(state: Shared, record: RunRecord) -> tuple[Any, str]:
    """Return the page of a run, and its title."""
    from hyperlocal.studio.pages.sweep import crumbs

    name = _name(record)
    content = html.Div(
        [
            crumbs(record),
            html.Div(
                [
                    html.H1(name),
                    html.Span(badge(outcome(record)), id="run-status"),
                    html.Span(className="space"),
                    actions.buttons(record.run_id),
                ],
                className="head",
            ),
            html.Div(head(state, record), id="run-head"),
            *run_charts.why_stopped(record),
            *parameters(record),
            *pipeline.section(state, record),
            html.H2("Metrics"),
            html.Div(metrics(state, record), id="run-metrics"),
            run_charts.curves(),
            html.Div(logged(state, record), id="run-logged"),
            html.H2("Log"),
            log_viewer(state, record),
            html.H2("Files"),
            html.Div(files(state, record), id="run-files"),
            *_children(state, record),
            *_rerun(state, record),
            dcc.Store(id="run-id", data=record.run_id),
            dcc.Store(id="run-mark", data=_mark(state, record)),
            dcc.Interval(id="run-tick", interval=_TICK_MS),
        ]
    )
    return content, f"{name} · hyperlocal studio"


def _name(record: RunRecord) -> str:
    if record.display_name:
        return record.display_name
    if record.parent_id is not None and record.parameters is not None:
        return f"Trial {trial_number(record)}"
    return record.run_id


def _mark(state: Shared, record: RunRecord) -> list[Any]:
    """Return what tells whether anything on the page has changed."""
    told = [[each.name, each.n_values] for each in state.history.series.summaries(record.run_id)]
    n_files = len(state.history.folder(record.run_id).file_names())
    return [record.status.value, told, n_files, len(record.warnings), record.display_name]


def register(app: Dash, state: Shared) -> None:
    """Let the page follow what happens."""
    run_charts.register(app, state)

    @app.callback(
        Output("run-head", "children"),
        Output("run-status", "children"),
        Output("run-metrics", "children"),
        Output("run-logged", "children"),
        Output("run-files", "children"),
        Output("run-mark", "data"),
        Output({"type": "may-cancel", "run": ALL}, "className", allow_duplicate=True),
        Output({"type": "may-resume", "run": ALL}, "className", allow_duplicate=True),
        Output("run-tick", "disabled"),
        Input("run-tick", "n_intervals"),
        State("run-id", "data"),
        State("run-mark", "data"),
        State({"type": "may-cancel", "run": ALL}, "id"),
        prevent_initial_call="initial_duplicate",
    )
    def follow(_: int | None, run_id: str, mark: list[Any], places: list[Any]) -> tuple[Any, ...]:
        record = state.record(run_id)
        now_mark = _mark(state, record)
        may_cancel, may_resume = ([each] * len(places) for each in actions.shows(record))
        first = head(state, record), badge(outcome(record))
        is_over = record.status.is_terminal and record.cause is not Cause.INTERRUPTED
        if now_mark == mark:
            return (*first, *[no_update] * 4, may_cancel, may_resume, is_over)
        return (
            *first,
            metrics(state, record),
            logged(state, record) if now_mark[1] != mark[1] else no_update,
            files(state, record) if now_mark[2] != mark[2] else no_update,
            now_mark,
            may_cancel,
            may_resume,
            is_over,
        )


def _children(state: Shared, record: RunRecord) -> list[Any]:
    children = state.history.runs.children_after(record.run_id, 0, limit=_MOST_CHILDREN)
    if not children or pipeline.is_pipeline(record):
        return []
    rows = [
        [
            dcc.Link(child.display_name or child.run_id, href=run_href(child.run_id)),
            child.kind,
            text.status(child),
            text.duration(text.run_duration(child, time.time())),
            text.one_line(child.reason or ""),
        ]
        for child in children
    ]
    heads = ["Run", "Kind", "Status", "Duration", "Reason"]
    return [html.H2("Child runs"), plain_table(heads, rows, "Child runs")]


def _rerun(state: Shared, record: RunRecord) -> list[Any]:
    commands = rerun_commands(state.history, read_standing(state.history, record, 1))
    if not commands:
        return []
    return [html.H2("To run it again by hand"), html.Pre("\n".join(commands), tabIndex="0")]

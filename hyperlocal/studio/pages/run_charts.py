"""The charts of a run's page: what it logged, and why a policy stopped it."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from hyperlocal.domain.status import Cause
from hyperlocal.errors import HyperlocalError, RunNotFound
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.answers import Answer
from hyperlocal.studio.parts import chart
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures
from hyperlocal.views.stopping import curves_to_judge, read_judgements

__all__ = ["curves", "curves_of", "register", "stopping_of", "why_stopped"]

_CURVES = "run-curves"
_STOPPED = "run-stopped"
_AXES = ("interval", "step", "time")


def curves() -> Any:
    """Return the place of the curves, which is hidden as long as there are none."""
    choice = dcc.Dropdown(list(_AXES), _AXES[0], id="run-x", clearable=False, className="choice")
    return html.Div(
        [
            html.Div(html.Label(["Over ", choice]), className="tools"),
            chart(_CURVES, "Metrics of this run"),
        ],
        id="run-chart",
    )


def why_stopped(record: RunRecord) -> list[Any]:
    """Return the place of what the policy asked for against what a trial reported."""
    if record.cause is not Cause.POLICY or record.parent_id is None:
        return []
    return [
        html.H2("Why it was stopped"),
        chart(_STOPPED, "What it reported, and what the policy asked for at each interval"),
    ]


def register(app: Dash, state: Shared) -> None:
    """Let the charts ask for their figures."""
    _add_answers(app.server, state)
    app.clientside_callback(
        ClientsideFunction("run", "curves"),
        Output(_CURVES, "figure"),
        Output("run-chart", "className"),
        Input("run-mark", "data"),
        Input("run-x", "value"),
        Input("theme", "data"),
        State("run-id", "data"),
        State(_CURVES, "figure"),
        State("templates", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("run", "stopped"),
        Output(_STOPPED, "figure"),
        Input(_STOPPED, "id"),
        Input("theme", "data"),
        State("run-id", "data"),
        State(_STOPPED, "figure"),
        State("templates", "data"),
    )


def _add_answers(server: Flask, state: Shared) -> None:
    def tell(run_id: str, what: str) -> Response:
        try:
            record = state.record(run_id)
        except RunNotFound as error:
            raise NotFound(str(error)) from error
        if what == "curves":
            return curves_of(state, record, request.args.get("x", "")).response()
        if what != "stopped":
            raise NotFound(f"There is no chart {what!r}.")
        answer = stopping_of(state, record)
        return Response(status=202) if answer is None else answer.response()

    server.add_url_rule("/trials/<run_id>/<what>", "trials", tell)


def curves_of(state: Shared, record: RunRecord, x: str) -> Answer:
    """Return what a run logged as a figure, made once for all pages that show it.

    Args:
        state: What is shared.
        record: The run.
        x: Over what it is drawn.
    """
    followed = state.curves(record.run_id)
    told = followed.read()
    axis = x if x in _AXES else _AXES[0]
    key = (axis, record.started_at, *((curve.name, len(curve.values)) for curve in told))
    return followed.answers.get(
        key, lambda: figures.metric_curves(told, x=axis, started_at=record.started_at)
    )


def stopping_of(state: Shared, record: RunRecord) -> Answer | None:
    """Return why a trial was stopped as a figure; None while it is made for somebody else.

    Policies that compare with all trials need all their curves: that takes seconds.
    """
    if record.parent_id is None or not record.status.is_terminal:
        return Answer(figures.empty("This is no trial that a policy has stopped."))
    reader = state.follow(record.parent_id).reader

    def make() -> figures.Figure:
        try:
            data = reader.read()
            known = curves_to_judge(reader, record.run_id)
            told = read_judgements(state.history, data, known, record.run_id)
        except HyperlocalError as error:
            return figures.empty(str(error))
        return figures.why_stopped(data, told)

    return state.curves(record.run_id).answers.get_now("stopped", make)

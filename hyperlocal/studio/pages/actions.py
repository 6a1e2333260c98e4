"""Actions: what people can do to a run from its page."""

from __future__ import annotations

from typing import Any

from dash import MATCH, Dash, Input, Output, State, dcc, html

from hyperlocal.domain.status import Cause
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.state import State as Shared

__all__ = ["buttons", "register"]


def buttons(run_id: str) -> Any:
    """Return the buttons of a run, which show when they can be used, and what they did."""
    confirm = dcc.ConfirmDialogProvider(
        html.Button("Cancel", className="act bad", type="button"),
        id={"type": "cancel", "run": run_id},
        message="Cancel this run? What it has logged and written is kept.",
    )
    resume = html.Button(
        "Resume", id={"type": "resume", "run": run_id}, className="act", type="button"
    )
    return html.Div(
        [
            html.Span(confirm, id={"type": "may-cancel", "run": run_id}, className="hidden"),
            html.Span(resume, id={"type": "may-resume", "run": run_id}, className="hidden"),
            html.Span("", id={"type": "cancelled", "run": run_id}, role="status"),
            html.Span("", id={"type": "resumed", "run": run_id}, role="status"),
        ],
        className="head",
    )


def shows(record: RunRecord) -> tuple[str, str]:
    """Return the classes of the places of both buttons."""
    may_cancel = not record.status.is_terminal and record.status.value != "CancelRequested"
    may_resume = record.cause is Cause.INTERRUPTED and record.plan is not None
    return ("" if may_cancel else "hidden"), ("" if may_resume else "hidden")


def register(app: Dash, state: Shared) -> None:
    """Let the buttons do what they say."""

    @app.callback(
        Output({"type": "cancelled", "run": MATCH}, "children"),
        Input({"type": "cancel", "run": MATCH}, "submit_n_clicks"),
        State({"type": "cancel", "run": MATCH}, "id"),
        prevent_initial_call=True,
    )
    def on_cancel(n_clicks: int | None, button: dict[str, str]) -> str:
        return cancel(state, button["run"]) if n_clicks else ""

    @app.callback(
        Output({"type": "resumed", "run": MATCH}, "children"),
        Input({"type": "resume", "run": MATCH}, "n_clicks"),
        State({"type": "resume", "run": MATCH}, "id"),
        prevent_initial_call=True,
    )
    def on_resume(n_clicks: int | None, button: dict[str, str]) -> str:
        return resume(state, button["run"]) if n_clicks else ""


def cancel(state: Shared, run_id: str) -> str:
    """Ask for the end of a run; return what happened, as a sentence."""
    from hyperlocal.engine import settle

    try:
        if not state.history.runs.request_cancel(run_id):
            return f"It had ended already ({state.record(run_id).status.value})."
        # A controller that is gone cannot obey; then this ends the run.
        settle(state.history, run_id)
        state.runs.forget()
    except HyperlocalError as error:
        return str(error)
    return "It is being cancelled."


def resume(state: Shared, run_id: str) -> str:
    """Let an interrupted run go on; return what happened, as a sentence."""
    from hyperlocal.engine import resume as go_on

    told: list[str] = []
    try:
        state.outside(lambda: go_on(state.history, run_id, told.append))
    except (HyperlocalError, TimeoutError) as error:
        return str(error)
    return " ".join(["It goes on.", *told])

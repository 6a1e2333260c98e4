"""The head of a run's page: when it ran, why it ended as it did, what it was started with."""

from __future__ import annotations

import time
from typing import Any

from dash import html

from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.parts import facts, fields, plain_table
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import plans, text
from hyperlocal.views.leaderboard import outcome
from hyperlocal.views.logs import last_lines

__all__ = ["head", "parameters"]

_TRACEBACK_LINES = 40
_MOST_DECISIONS = 100


def head(state: Shared, record: RunRecord) -> list[Any]:
    """Return when and how a run ran, and why it ended as it did."""
    pairs: list[tuple[str, Any]] = [
        ("Kind", record.kind),
        ("Created", text.moment(record.created_at)),
        ("Started", text.moment(record.started_at)),
        ("Ended", text.moment(record.ended_at)),
        ("Duration", text.duration(text.run_duration(record, time.time()))),
    ]
    if record.exit_code is not None:
        pairs.append(("Exit code", record.exit_code))
    told: list[Any] = [facts(pairs)]
    if record.description:
        told.append(html.P(record.description))
    told += _why(state, record)
    told += [html.P(sentence, className="told") for sentence in record.warnings]
    return told


def _why(state: Shared, record: RunRecord) -> list[Any]:
    """Return why a run ended that did not simply complete, with the traceback in view."""
    told: list[Any] = []
    if record.reason:
        told.append(
            html.P([html.B(f"{outcome(record)}: "), record.reason.strip()], className="told")
        )
    if record.status is Status.FAILED:
        lines = last_lines(state.history.folder(record.run_id).output_log, _TRACEBACK_LINES)
        error = text.untold_error(record)
        shown = "\n".join(map(text.printable, lines)) or text.printable(error)
        if shown:
            told.append(
                html.Pre(
                    shown, tabIndex="0", role="region", **{"aria-label": "The end of its output"}
                )
            )
    if record.cause is Cause.POLICY:
        told += _decisions(state, record)
    return told


def _decisions(state: Shared, record: RunRecord) -> list[Any]:
    decisions = state.history.decisions.of(record.run_id)[-_MOST_DECISIONS:]
    if not decisions:
        return []
    rows = [
        [d.interval, "stop" if d.stop else "go on", text.one_line(d.reason)] for d in decisions
    ]
    table = plain_table(["Interval", "Verdict", "Reason"], rows, "Decisions of the policy")
    return [html.Details([html.Summary("Decisions of the policy"), table])]


def parameters(record: RunRecord) -> list[Any]:
    """Return what a run was started with."""
    told: list[Any] = []
    if record.parameters:
        values = shown_values(record.parameters)
        told += [html.H2("Parameters"), fields((n, text.setting(v)) for n, v in values.items())]
    pairs = []
    if record.tags:
        pairs.append(("Tags", text.parameters(record.tags)))
    if record.properties:
        pairs.append(("Properties", text.parameters(record.properties)))
    if command := plans.command_of(record):
        pairs.append(("Command", text.command(command)))
    if pairs:
        told.append(html.Details([html.Summary("Command, tags and properties"), fields(pairs)]))
    return told

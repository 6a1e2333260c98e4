"""Log: what a run prints, as it prints it, and a search in all of it."""

from __future__ import annotations

import os
import re
from collections import deque
from pathlib import Path
from typing import Any

from dash import MATCH, Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.folder import open_file
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.files import file_url
from hyperlocal.studio.state import State as Shared
from hyperlocal.views.logs import last_lines, prettify
from hyperlocal.views.plans import plan_of
from hyperlocal.views.text import printable

__all__ = ["log_viewer", "matching_lines", "register"]

_SHOWN_LINES = 1000
_MOST_MATCHES = 500
_LARGEST_SEARCHED = 256 << 20
_TICK_MS = 1000
_RECORD_END = b"<END>"


def log_name(record: RunRecord) -> str:
    """Return the name of the file that a run's log is in."""
    plan = plan_of(record)
    if isinstance(plan, Sweep) and plan.launch.log_file:
        return plan.launch.log_file
    return "user_logs/std_log.txt"


def log_viewer(state: Shared, record: RunRecord) -> Any:
    """Return the end of a run's log, which follows it, and a search."""
    run_id, name = record.run_id, log_name(record)
    lines, position = _tail(state, record)
    return html.Div(
        [
            html.Div(
                [
                    html.Label(
                        [
                            "Search the log ",
                            dcc.Input(
                                id={"type": "log-search", "run": run_id},
                                type="search",
                                className="find",
                                debounce=True,
                                placeholder="text, then Enter",
                            ),
                        ]
                    ),
                    html.A("Whole file", href=file_url(run_id, name), target="_blank"),
                    html.A("Download", href=file_url(run_id, name, downloads=True)),
                    html.Span(
                        id={"type": "log-found", "run": run_id}, className="quiet", role="status"
                    ),
                ],
                className="tools",
            ),
            html.Pre(
                [lines],
                id={"type": "log", "run": run_id},
                className="log",
                tabIndex="0",
                role="log",
                **{"aria-label": f"Log of {run_id}", "aria-live": "off"},
            ),
            dcc.Store(id={"type": "log-position", "run": run_id}, data=position),
            dcc.Interval(
                id={"type": "log-tick", "run": run_id},
                interval=_TICK_MS,
                max_intervals=0 if record.status.is_terminal else -1,
            ),
        ]
    )


def _place(state: Shared, record: RunRecord) -> Path | None:
    return state.history.folder(record.run_id).file(log_name(record))


def _tail(state: Shared, record: RunRecord) -> tuple[str, int]:
    place = _place(state, record)
    if place is None:
        return "", 0
    has_records = isinstance(plan_of(record), Sweep)
    position = os.path.getsize(place)
    if has_records:
        with open_file(os.path.realpath(place)) as file:
            content = file.read(position)
        lines = prettify(content).decode("utf-8", "replace").splitlines()[-_SHOWN_LINES:]
    else:
        lines = last_lines(Path(os.path.realpath(place)), _SHOWN_LINES)
    return "".join(f"{printable(line)}\n" for line in lines), position


def register(app: Dash, state: Shared) -> None:
    """Let logs follow, and searches search."""

    @app.callback(
        Output({"type": "log", "run": MATCH}, "children"),
        Output({"type": "log-position", "run": MATCH}, "data"),
        Output({"type": "log-tick", "run": MATCH}, "max_intervals"),
        Output({"type": "log-found", "run": MATCH}, "children"),
        Input({"type": "log-tick", "run": MATCH}, "n_intervals"),
        Input({"type": "log-search", "run": MATCH}, "value"),
        State({"type": "log-position", "run": MATCH}, "data"),
        State({"type": "log-tick", "run": MATCH}, "id"),
        prevent_initial_call=True,
    )
    def follow(_: int | None, wanted: str | None, position: Any, place: dict[str, str]) -> Any:
        return look(state, place["run"], wanted or "", position)


def look(state: Shared, run_id: str, wanted: str, known: Any) -> tuple[Any, Any, Any, Any]:
    """Return what a viewer is to show: its text, how far that is, whether it goes on, a word.

    Args:
        state: What is shared.
        run_id: The run.
        wanted: What is searched for; empty for the end of the log.
        known: How far the viewer has read, and for which search.
    """
    record = state.record(run_id)
    place = _place(state, record)
    size = 0 if place is None else os.path.getsize(place)
    goes_on = 0 if record.status.is_terminal else -1
    mark = [size, wanted]
    if known in (mark, size if not wanted else None):
        return no_update, no_update, goes_on, no_update
    if not wanted:
        lines, size = _tail(state, record)
        return [lines], [size, wanted], goes_on, ""
    found, n_found = matching_lines(place, wanted)
    more = "" if n_found <= len(found) else f", the last {len(found):,} shown"
    text = "".join(f"{number:>7}  {line}\n" for number, line in found)
    return [text], mark, goes_on, f"{n_found:,} lines with {wanted!r}{more}"


def matching_lines(place: Path | None, wanted: str) -> tuple[list[tuple[int, str]], int]:
    """Return the last lines of a file that hold a text in whatever case, and how many do.

    Args:
        place: The file; None for one that is not there.
        wanted: The text.
    """
    if place is None:
        return [], 0
    pattern = re.compile(re.escape(wanted), re.IGNORECASE)
    found: deque[tuple[int, str]] = deque(maxlen=_MOST_MATCHES)
    n_found = n_read = 0
    with open_file(os.path.realpath(place)) as file:
        for number, line in enumerate(_lines(file), 1):
            n_read += len(line)
            text = line.decode("utf-8", "replace")
            if pattern.search(text):
                n_found += 1
                found.append((number, printable(text.rstrip("\r\n"))))
            if n_read > _LARGEST_SEARCHED:
                break
    return list(found), n_found


def _lines(file: Any) -> Any:
    """Return the lines of a log; one that has no end, as of a progress bar, in pieces."""
    while line := file.readline(1 << 16):
        yield from (
            re.split(rb"\r(?!\n)|(?<=<END>)", line)
            if b"\r" in line or _RECORD_END in line
            else [line]
        )

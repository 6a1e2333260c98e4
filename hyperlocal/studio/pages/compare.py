"""Compare: chosen runs and chosen sweeps side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.errors import RunNotFound
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages import compare_runs, compare_sweeps
from hyperlocal.studio.state import State as Shared
from hyperlocal.views.plans import sweep_of

__all__ = ["ADDRESS", "asked_for", "page", "register"]

ADDRESS = "compare"
_TITLE = "Compare · hyperlocal studio"
_TICK_MS = 2000
_HOW = (
    "Nothing is chosen. Tick runs in the table of all experiments, or child runs in the table of "
    "a sweep; then follow the link above that table. An address may name them as well: "
    "/compare?runs=FIRST,SECOND."
)


def page(state: Shared, rest: str, query: dict[str, str]) -> tuple[Any, str]:
    """Return the page, and its title."""
    told, missing = _read(state, asked_for(query.get("runs", "")))
    if not told:
        return html.Div([html.H1("Compare"), *_lost(missing), html.P(_HOW)]), _TITLE
    found_sweeps, found_runs = _apart(told)
    all_ids = [record.run_id for record in told]
    content: list[Any] = [html.H1(_heading(found_sweeps, found_runs)), *_lost(missing)]
    if found_sweeps:
        content.append(compare_sweeps.section(state, found_sweeps, all_ids))
    if found_runs:
        content.append(compare_runs.section(state, found_runs, all_ids))
    content += [
        dcc.Store(id="compared", data=all_ids),
        dcc.Store(id="compared-mark", data=None),
        dcc.Interval(id="compared-tick", interval=_TICK_MS),
    ]
    return html.Div(content), _TITLE


def asked_for(text: str) -> list[str]:
    """Return the ids in an address, each once."""
    return list(dict.fromkeys(filter(None, (each.strip() for each in text.split(",")))))


def _read(state: Shared, run_ids: Sequence[str]) -> tuple[list[RunRecord], list[str]]:
    found, missing = [], []
    for run_id in run_ids:
        try:
            found.append(state.record(run_id))
        except RunNotFound:
            missing.append(run_id)
    return found, missing


def _apart(records: Sequence[RunRecord]) -> tuple[list[RunRecord], list[RunRecord]]:
    found = [record for record in records if sweep_of(record) is not None]
    return found, [record for record in records if sweep_of(record) is None]


def _heading(found_sweeps: Sequence[RunRecord], found_runs: Sequence[RunRecord]) -> str:
    told = [(found_sweeps, "sweep"), (found_runs, "run")]
    words = [f"{len(e):,} {noun}{'s' if len(e) > 1 else ''}" for e, noun in told if e]
    return f"Compare {' and '.join(words)}"


def _lost(missing: Sequence[str]) -> list[Any]:
    if not missing:
        return []
    return [html.P(f"Not in this home, and left out: {', '.join(missing)}.", className="told")]


def register(app: Dash, state: Shared) -> None:
    """Let the page follow runs that go on."""

    @app.callback(
        Output("compared-mark", "data"),
        Output("compared-tick", "disabled"),
        Input("compared-tick", "n_intervals"),
        State("compared", "data"),
        State("compared-mark", "data"),
    )
    def follow(_: int | None, run_ids: list[str], known: Any) -> tuple[Any, bool]:
        told, _missing = _read(state, run_ids)
        mark = _mark(state, told)
        is_over = all(record.status.is_terminal for record in told)
        return (no_update if mark == known else mark), is_over

    compare_runs.register(app, state)
    compare_sweeps.register(app, state)


def _mark(state: Shared, records: Sequence[RunRecord]) -> list[Any]:
    """Return what tells whether anything on the page has changed."""
    mark: list[Any] = []
    for record in records:
        if sweep_of(record) is not None:
            followed = state.follow(record.run_id)
            mark.append(followed.mark(followed.data()))
        else:
            found = state.history.series.summaries(record.run_id)
            mark.append([record.status.value, [[each.name, each.n_values] for each in found]])
    return mark

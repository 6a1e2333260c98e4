"""A run: its parameters, what it logged and printed, its files, and why it ended as it did."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.records import MetricPoint, RunRecord
from hyperlocal.studio.files import PICTURES, file_url
from hyperlocal.studio.pages import actions, pipeline
from hyperlocal.studio.pages.log import log_viewer
from hyperlocal.studio.parts import badge, chart, facts, fields, plain_table, run_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures, plans, text
from hyperlocal.views.leaderboard import outcome, read_standing, trial_number
from hyperlocal.views.logs import last_lines
from hyperlocal.views.rerun import rerun_commands
from hyperlocal.views.sweep_data import Curve

__all__ = ["page", "register"]

_TICK_MS = 1000
_TRACEBACK_LINES = 40
_MOST_FILES = 500
_MOST_ROWS = 200
_MOST_DECISIONS = 100
_MOST_CHILDREN = 500
_CHART = "run-curves"


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
            html.Div(_head(state, record), id="run-head"),
            *_parameters(record),
            *pipeline.section(state, record),
            html.H2("Metrics"),
            html.Div(_metrics(state, record), id="run-metrics"),
            html.Div(
                [
                    html.Div(
                        html.Label(
                            [
                                "Over ",
                                dcc.Dropdown(
                                    ["interval", "step", "time"],
                                    "interval",
                                    id="run-x",
                                    clearable=False,
                                    className="choice",
                                ),
                            ]
                        ),
                        className="tools",
                    ),
                    chart(_CHART, "Metrics of this run"),
                ],
                id="run-chart",
            ),
            html.Div(_logged(state, record), id="run-logged"),
            html.H2("Log"),
            log_viewer(state, record),
            html.H2("Files"),
            html.Div(_files(state, record), id="run-files"),
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
        head = _head(state, record), badge(outcome(record))
        is_over = record.status.is_terminal and record.cause is not Cause.INTERRUPTED
        if now_mark == mark:
            return (*head, *[no_update] * 4, may_cancel, may_resume, is_over)
        return (
            *head,
            _metrics(state, record),
            _logged(state, record) if now_mark[1] != mark[1] else no_update,
            _files(state, record) if now_mark[2] != mark[2] else no_update,
            now_mark,
            may_cancel,
            may_resume,
            is_over,
        )

    @app.callback(
        Output(_CHART, "figure"),
        Output("run-chart", "className"),
        Input("run-mark", "data"),
        Input("run-x", "value"),
        Input("theme", "data"),
        State("run-id", "data"),
    )
    def draw(_: Any, x: str, theme: str, run_id: str) -> tuple[Any, str]:
        if not theme:
            return no_update, "hidden"
        record = state.record(run_id)
        curves = curves_of(state, run_id)
        figure = figures.metric_curves(curves, x=x, started_at=record.started_at)
        return figures.theme(figure, theme), "" if curves else "hidden"


def curves_of(state: Shared, run_id: str) -> list[Curve]:
    """Return the curves of a run, one for each metric that has numbers."""
    curves = []
    for told in state.history.series.summaries(run_id):
        points = state.history.overview.curve(run_id, told.name)
        if points:
            values, times = tuple(p.value for p in points), tuple(p.logged_at for p in points)
            curves.append(Curve(run_id, told.name, values, times, tuple(p.step for p in points)))
    return curves


def _head(state: Shared, record: RunRecord) -> list[Any]:
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


def _parameters(record: RunRecord) -> list[Any]:
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


def _metrics(state: Shared, record: RunRecord) -> Any:
    found = state.history.series.summaries(record.run_id)
    if not found:
        return html.P("Nothing has been logged." if record.status.is_terminal else "Nothing yet.")
    rows = [
        [m.name, m.n_values, text.value(m.least, 8), text.value(m.greatest, 8), _last(m.last)]
        for m in found
    ]
    return plain_table(["Metric", "Logged", "Least", "Greatest", "Last"], rows, "Metrics")


def _last(value: Any) -> str:
    return "" if isinstance(value, dict) else text.one_line(text.value(value, 8))[:200]


def _logged(state: Shared, record: RunRecord) -> list[Any]:
    """Return the images and tables that a run logged."""
    points = state.history.metrics.points(record.run_id)
    images = [point for point in points if point.kind == "artifact"]
    tables: dict[str, list[MetricPoint]] = {}
    for point in points:
        if point.kind in ("row", "table"):
            tables.setdefault(point.name, []).append(point)
    told: list[Any] = []
    if images:
        told += [
            html.H2("Images"),
            html.Div([_image(state, each) for each in images], className="gallery"),
        ]
    if tables:
        told.append(html.H2("Tables"))
    for name, rows in tables.items():
        told += [html.H3(name), _table(name, rows)]
    return told


def _image(state: Shared, point: MetricPoint) -> Any:
    import mimetypes

    name = str(point.value).split("://")[-1]
    place = state.history.folder(point.run_id).file(name)
    address = file_url(point.run_id, name)
    guessed = mimetypes.guess_type(name)[0]
    if place is None or guessed not in (*PICTURES, "image/svg+xml"):
        return html.Figure([html.Figcaption([point.name, ": ", html.A(name, href=address)])])
    image = html.Img(src=address, alt=f"{point.name}, logged by {point.run_id}")
    return html.Figure([html.A(image, href=address, target="_blank"), html.Figcaption(point.name)])


def _table(name: str, points: Sequence[MetricPoint]) -> Any:
    rows: list[dict[str, Any]] = []
    for point in points:
        rows += rows_of(point.value)
        if len(rows) > _MOST_ROWS:
            break
    heads = list(dict.fromkeys(head for row in rows for head in row))
    cells = [[_table_cell(row.get(head)) for head in heads] for row in rows[:_MOST_ROWS]]
    table = plain_table(list(map(str, heads)), cells, f"Table {name}")
    if len(rows) <= _MOST_ROWS:
        return table
    return html.Div([table, html.P(f"... the first {_MOST_ROWS} rows.", className="quiet")])


def _table_cell(value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and value == value else text.value(value)


def rows_of(held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of what was logged as a row, or as a table of columns."""
    lists = {name: value for name, value in held.items() if isinstance(value, list)}
    if not lists:
        return [held]
    longest = max(map(len, lists.values()))
    return [
        {name: value[n] if n < len(value) else None for name, value in lists.items()}
        for n in range(longest)
    ]


def _files(state: Shared, record: RunRecord) -> Any:
    names = state.history.folder(record.run_id).file_names()
    if not names:
        return html.P("None.")
    folder = state.history.folder(record.run_id)
    rows = []
    for name in names[:_MOST_FILES]:
        place = folder.file(name)
        if place is None:  # a link that leads out of the run's folder
            rows.append([name, "a link that is not followed", ""])
            continue
        rows.append(
            [
                html.A(name, href=file_url(record.run_id, name), target="_blank"),
                f"{place.stat().st_size:,} bytes",
                html.A(
                    "Download",
                    href=file_url(record.run_id, name, downloads=True),
                    **{"aria-label": f"Download {name}"},
                ),
            ]
        )
    table = plain_table(["File", "Size", "To keep"], rows, "Files")
    n_hidden = len(names) - len(rows)
    return table if n_hidden <= 0 else html.Div([table, html.P(f"... and {n_hidden:,} more.")])


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

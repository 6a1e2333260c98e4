"""What a run logged, on its page: numbers, images and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from hyperlocal.history.records import MetricPoint, RunRecord
from hyperlocal.studio.files import PICTURES, file_url
from hyperlocal.studio.parts import plain_table
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import text

__all__ = ["logged", "metrics", "rows_of"]

_MOST_ROWS = 200


def metrics(state: Shared, record: RunRecord) -> Any:
    """Return the table of what a run logged."""
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


def logged(state: Shared, record: RunRecord) -> list[Any]:
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

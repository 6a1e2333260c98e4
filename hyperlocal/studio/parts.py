"""Parts: pieces that several pages are made of."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from hyperlocal.domain.parameters import to_argument
from hyperlocal.views.figures.palette import look_of

__all__ = [
    "badge",
    "cell",
    "chart",
    "facts",
    "fields",
    "grid",
    "plain_table",
    "run_href",
    "whatif_href",
]


_SIGNS = {
    "Completed": "✓",
    "Failed": "✗",
    "Running": "▶",
    "stopped by policy": "■",
    "Canceled": "■",
}
GRID_OPTIONS: dict[str, Any] = {
    "animateRows": False,
    "enableCellTextSelection": True,
    "ensureDomOrder": True,
    "suppressFieldDotNotation": True,
    "tooltipShowDelay": 400,
    "isExternalFilterPresent": {"function": "isChoosing()"},
    "doesExternalFilterPass": {"function": "isChosen(params)"},
}


def run_href(run_id: str) -> str:
    """Return the address of the page of a run."""
    from urllib.parse import quote

    return f"/runs/{quote(run_id)}"


def whatif_href(run_id: str) -> str:
    """Return the address of a sweep's what-if page."""
    from urllib.parse import quote

    return f"/whatif/{quote(run_id)}"


def badge(outcome: str) -> Any:
    """Return an outcome as a word with a sign, so that colour is not all that tells."""
    sign = _SIGNS.get(outcome, "·")
    return html.Span(
        [
            html.Span(
                f"{sign} ", style={"color": look_of(outcome).colour}, **{"aria-hidden": "true"}
            ),
            outcome,
        ],
        className="badge",
    )


def facts(pairs: Iterable[tuple[str, Any]]) -> Any:
    """Return a few things side by side, each with its name."""
    told = [
        html.Div([html.Span(f"{name} ", className="quiet"), html.B(held)]) for name, held in pairs
    ]
    return html.Div(told, className="facts")


def fields(pairs: Iterable[tuple[str, Any]]) -> Any:
    """Return things one below the other, each with its name."""
    parts: list[Any] = []
    for name, held in pairs:
        parts += [html.Dt(name), html.Dd(held)]
    return html.Dl(parts)


def cell(value: Any) -> Any:
    """Return a value as a table of the browser takes it: a number, or a text."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, str):
        return value
    return to_argument(value)


def plain_table(heads: Sequence[str], rows: Iterable[Sequence[Any]], caption: str) -> Any:
    """Return a small table."""
    body = [
        html.Tr([html.Td(text, className="number" if _is_number(text) else "") for text in row])
        for row in rows
    ]
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in heads]))
    table = html.Table([head, html.Tbody(body)], className="plain", **{"aria-label": caption})
    return html.Div(
        table, className="tables", tabIndex="0", role="region", **{"aria-label": caption}
    )


def _is_number(text: Any) -> bool:
    return isinstance(text, (int, float)) and not isinstance(text, bool)


def grid(
    grid_id: Any, columns: list[dict[str, Any]], rows: list[dict[str, Any]] | None, **options: Any
) -> Any:
    """Return a large table: sorted, filtered and searched in the browser."""
    return dag.AgGrid(
        id=grid_id,
        columnDefs=columns,
        rowData=rows,
        getRowId="rowId(params)",
        className="grid",
        defaultColDef={
            "sortable": True,
            "filter": True,
            "floatingFilter": True,
            "resizable": True,
            "minWidth": 90,
            "suppressHeaderMenuButton": True,
        },
        dashGridOptions={**GRID_OPTIONS, **options},
        style={"height": None},
    )


def chart(
    chart_id: Any,
    label: str,
    figure: Mapping[str, Any] | None = None,
    height: int = 420,
    *,
    grows: bool = False,
) -> Any:
    """Return a chart's place, as high as is said, or as its figure says."""
    graph = dcc.Graph(
        id=chart_id,
        figure=figure or {"data": [], "layout": {}},
        config={"displaylogo": False, "responsive": True},
        style={} if grows else {"height": f"{height}px"},
    )
    # The place keeps its height while the chart's own script is loaded.
    place = {"minHeight": f"{height}px"}
    return html.Div(graph, role="group", style=place, **{"aria-label": label})


def as_text(value: Any) -> str:
    """Return a value of any kind as text, on one line."""
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)

"""Choosing: rows of a grid that are ticked, and a link to their comparison."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from dash import Dash, Input, Output, dcc, html

__all__ = ["SELECTION", "compare_href", "link", "register"]

SELECTION: dict[str, Any] = {
    "rowSelection": {
        "mode": "multiRow",
        "headerCheckbox": False,
        "enableClickSelection": False,
    },
    "selectionColumnDef": {"pinned": "left", "width": 44},
}
"""What lets the rows of a grid be ticked."""

_HOW = "Tick rows to compare them."


def compare_href(run_ids: Iterable[str]) -> str:
    """Return the address of the comparison of some runs."""
    return "/compare?runs=" + ",".join(quote(run_id, safe="") for run_id in run_ids)


def link(grid_id: str) -> Any:
    """Return the link to the comparison of the rows that are ticked, or how to get it."""
    return html.Span(_link([]), id={"type": "compare", "grid": grid_id}, role="status")


def _link(run_ids: list[str]) -> Any:
    if not run_ids:
        return html.Span(_HOW, className="quiet")
    if len(run_ids) == 1:
        return html.Span("One is ticked: tick another to compare them.", className="quiet")
    return dcc.Link(f"Compare the {len(run_ids):,} ticked", href=compare_href(run_ids))


def register(app: Dash, grid_id: str) -> None:
    """Let the link follow what is ticked."""

    @app.callback(
        Output({"type": "compare", "grid": grid_id}, "children"),
        Input(grid_id, "selectedRows"),
        prevent_initial_call=True,
    )
    def follow(ticked: list[dict[str, Any]] | None) -> Any:
        return _link([row["run"] for row in ticked or []])

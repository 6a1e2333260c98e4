"""The files that a run left, on its page."""

from __future__ import annotations

from typing import Any

from dash import html

from hyperlocal.history.records import RunRecord
from hyperlocal.studio.files import file_url
from hyperlocal.studio.parts import plain_table
from hyperlocal.studio.state import State as Shared

__all__ = ["files"]

_MOST_FILES = 500


def files(state: Shared, record: RunRecord) -> Any:
    """Return the table of a run's files."""
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

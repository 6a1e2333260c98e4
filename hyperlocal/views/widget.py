"""Widget: a run in a notebook, in parts that are shown once, and then updated until it ends.

A part is a bundle of the forms in which a front end can show it: figures as Plotly's, which
JupyterLab, VS Code and others draw, and as images for where nobody does.
"""

from __future__ import annotations

import base64
import contextvars
import io
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import figures, markup, text
from hyperlocal.views.leaderboard import read_standing
from hyperlocal.views.page import Page
from hyperlocal.views.pictures import picture_of
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.summary import best_text, counts_text, write_summary
from hyperlocal.views.sweep_data import SweepData
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["PLOTLY", "Widget"]

PLOTLY = "application/vnd.plotly.v1+json"
"""The form of a figure that front ends draw by Plotly."""

_UPDATES_EVERY_S = 1.0
_SHARE = 10  # it rests so many times as long as it has worked, beside the user's cells
_LOOKS_ANYWAY_S = 10.0
_MOST_ROWS = 20
_MOST_CURVES = 50
_MOST_POINTS = 4000
_MOST_METRICS = 6
_LONGEST_CELL = 80
_CHARTS = {
    "best": "Best so far",
    "curves": "Learning curves",
    "parallel": "Parallel coordinates",
    "metrics": "Metrics",
}

Bundle = dict[str, Any]
Publish = Callable[[Bundle, str, bool], None]
"""Shows a bundle under an id, or puts it in the place of what that id shows."""


class Widget:
    """Shows a run, and goes on showing it in a thread of its own until it has ended.

    Args:
        history: What the run is part of.
        run_id: The run.
        publish: Shows what there is to see.
        look_after: Returns the run as it is, once it is seen that somebody controls it.
    """

    def __init__(
        self,
        history: History,
        run_id: str,
        publish: Publish,
        look_after: Callable[[], RunRecord],
    ) -> None:
        self.run_id = run_id
        self._history = history
        self._publish = publish
        self._look_after = look_after
        self._reader = SweepReader(history, run_id)
        self._name = uuid.uuid4().hex
        self._shown: dict[str, Bundle] = {}
        self._lock = threading.Lock()
        self._is_over = False

    def show(self) -> None:
        """Show the run as it is, and follow it if it has not ended; return at once."""
        if not self.refresh():
            # Without what belongs to the cell that is run: an update is its newest cell's.
            run = contextvars.Context().run
            threading.Thread(
                target=run, args=(self._follow,), name=f"widget of {self.run_id}", daemon=True
            ).start()

    def refresh(self) -> bool:
        """Show what has changed; return whether that was the last time."""
        with self._lock:
            if self._is_over:
                return True
            record = self._history.runs.get(self.run_id)
            for name, bundle in self._parts(record):
                if self._shown.get(name) != bundle:
                    self._publish(bundle, f"{self._name}-{name}", name in self._shown)
                    self._shown[name] = bundle
            self._is_over = record.status.is_terminal
            return self._is_over

    def _follow(self) -> None:
        counter, looked_at, rests_until = None, 0.0, 0.0
        # The home may be removed, the kernel be about to end: then it stays as it is.
        with suppress(HyperlocalError, OSError, RuntimeError):
            while True:
                time.sleep(_UPDATES_EVERY_S)
                record, now = self._look_after(), time.monotonic()
                newest = self._history.change_counter()
                is_news = newest != counter or now - looked_at >= _LOOKS_ANYWAY_S
                if record.status.is_terminal or (is_news and now >= rests_until):
                    counter, looked_at, used_s = newest, now, time.thread_time()
                    if self.refresh():
                        return
                    rests_until = now + _SHARE * (time.thread_time() - used_s)

    def _parts(self, record: RunRecord) -> Iterator[tuple[str, Bundle]]:
        data = self._reader.read()
        yield "head", _head(self._history, record)
        for name, figure in self._figures(record, data):
            yield name, _drawn(_CHARTS[name], figure)
        # Empty too: what is shown for the first time later would stand below another cell.
        yield "trials", {"text/html": _trials(data)}

    def _figures(self, record: RunRecord, data: SweepData) -> Iterator[tuple[str, figures.Figure]]:
        if data.sweep is None:
            summaries = self._history.series.summaries(record.run_id)
            names = [each.name for each in summaries if each.least is not None][:_MOST_METRICS]
            curves = [c for n in names for c in self._reader.curves([self.run_id], n).values()]
            started = record.started_at
            yield (
                "metrics",
                figures.metric_curves(curves, started_at=started, most_points=_MOST_POINTS),
            )
            return
        yield "best", figures.best_so_far(data)
        curves_by_id = self._reader.curves(figures.curve_ids(data, _MOST_CURVES))
        yield (
            "curves",
            figures.learning_curves(data, curves_by_id, most_points=_MOST_POINTS),
        )
        yield "parallel", figures.parallel_coordinates(data)


def _head(history: History, record: RunRecord) -> Bundle:
    """Return what is said of a run, and as text all of its summary."""
    now = record.ended_at or time.time()
    plain = io.StringIO()
    write_summary(Page(plain), history, record, n_rows=_MOST_ROWS, now=now)
    standing = read_standing(history, record, 1)
    told = [("Run", record.run_id), ("Experiment", record.experiment)]
    told += [("Status", text.status(record))]
    told += [("Reason", text.one_line(record.reason))] if record.reason else []
    told += [("Started", text.moment(record.started_at))]
    if record.status.is_terminal:
        told += [("Duration", text.duration(text.run_duration(record, now)))]
    if standing.sweep is not None:
        told += [("Trials", counts_text(standing, standing.sweep))]
        told += [("Metric", f"{standing.sweep.metric_name}, {standing.sweep.goal.value}")]
        told += [("Best", best_text(history, standing))]
    title = "Sweep" if sweep_of(record) is not None else "Run"
    page = markup.heading(f"{title} {record.display_name or record.run_id}") + markup.fields(told)
    return {"text/html": page, "text/plain": plain.getvalue().rstrip()}


def _drawn(title: str, figure: figures.Figure) -> Bundle:
    """Return a figure, and for where it is not drawn an image of it, or what it would say."""
    layout = {**figure["layout"], "title": {"text": title}}
    themed = figures.theme({"data": figure["data"], "layout": layout})
    picture = picture_of(figure)
    if picture is not None:
        shown = markup.image(base64.b64encode(picture).decode(), title)
    else:
        notes = layout.get("meta", {}).get("notes") or [
            "This chart is drawn in JupyterLab and VS Code: pip install 'hyperlocal[notebook]'."
        ]
        shown = "".join(map(markup.paragraph, notes))
    return {PLOTLY: themed, "text/html": markup.heading(title) + shown}


def _trials(data: SweepData) -> str:
    if data.sweep is None and not data.trials:
        return ""
    known = {trial.run_id for trial in data.ranked}
    ordered = [*data.ranked, *(trial for trial in data.trials if trial.run_id not in known)]
    metric = [data.metric_name] if data.metric_name else []
    columns = ["trial", "status", *metric, *data.parameter_names, "why it ended"]
    rows = [
        [
            str(trial.number),
            trial.outcome,
            *([text.value(trial.best, text.SHORT_DIGITS)] if metric else []),
            *(
                _cut(text.setting(trial.parameters[name], text.SHORT_DIGITS))
                if name in trial.parameters
                else text.NOTHING
                for name in data.parameter_names
            ),
            _cut(text.one_line(trial.reason or "")),
        ]
        for trial in ordered[:_MOST_ROWS]
    ]
    page = markup.heading("Trials, best first" if metric else "Children")
    page += markup.table([_cut(name) for name in columns], rows)
    if len(ordered) > len(rows):
        page += markup.paragraph(f"... and {len(ordered) - len(rows):,} more.")
    return page


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_CELL else f"{words[: _LONGEST_CELL - 3]}..."

"""A pipeline's steps: a graph of which comes after which, and a table; both lead to their runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from hyperlocal.domain.sweep import Workflow
from hyperlocal.errors import RunNotFound
from hyperlocal.history.records import RunRecord
from hyperlocal.studio.pages.sweep_charts import clicked
from hyperlocal.studio.parts import badge, chart, plain_table, run_href
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures, text
from hyperlocal.views.figures.pipeline import layers_of
from hyperlocal.views.pipelines import NOT_BEGUN, StepData, read_steps
from hyperlocal.views.plans import plan_of

__all__ = ["is_pipeline", "register", "section"]

_TICK_MS = 1000
_GRAPH = "pipeline-graph"
_HEADS = ("Step", "Status", "After", "Trials", "Best", "Duration", "Reason")


def is_pipeline(record: RunRecord) -> bool:
    """Return whether a run has steps."""
    return isinstance(plan_of(record), Workflow)


def section(state: Shared, record: RunRecord) -> list[Any]:
    """Return the steps of a pipeline's run; nothing of another run."""
    if not is_pipeline(record):
        return []
    steps = read_steps(state.history, record, time.time())
    n_layers = 1 + max(layers_of(steps).values(), default=0)
    return [
        html.H2("Steps"),
        html.Section(
            chart(_GRAPH, "Steps of the pipeline", height=140 + 90 * n_layers), className="panel"
        ),
        html.Div(_table(state, steps), id="pipeline-steps"),
        dcc.Store(id="pipeline-run", data=record.run_id),
        dcc.Store(id="pipeline-mark", data=_mark(steps)),
        dcc.Interval(id="pipeline-tick", interval=_TICK_MS, disabled=record.status.is_terminal),
    ]


def _mark(steps: Sequence[StepData]) -> list[list[str]]:
    return [[step.run_id, step.work_id, step.outcome] for step in steps]


def _table(state: Shared, steps: Sequence[StepData]) -> Any:
    names = {step.run_id: text.one_line(step.name) for step in steps}
    return plain_table(_HEADS, [_row(state, step, names) for step in steps], "Steps")


def _row(state: Shared, step: StepData, names: dict[str, str]) -> list[Any]:
    name = names[step.run_id]
    has_begun = step.outcome != NOT_BEGUN
    return [
        dcc.Link(name, href=run_href(step.work_id)) if has_begun else name,
        badge(step.outcome),
        ", ".join(names[need] for need in step.needs),
        *(_of_sweep(state, step) if step.is_sweep and has_begun else ("", "")),
        text.duration(step.duration_s),
        text.one_line(step.reason or ""),
    ]


def _of_sweep(state: Shared, step: StepData) -> tuple[str, Any]:
    try:
        data = state.follow(step.work_id).data()
    except RunNotFound:  # the step has begun, and its sweep has not yet
        return "", ""
    counts = ", ".join(f"{n:,} {outcome}" for outcome, n in data.counts.items())
    if data.best is None:
        return counts, ""
    told = f"{text.one_line(data.metric_name or '')} {text.value(data.best.best, 6)}"
    return counts, dcc.Link(told, href=run_href(data.best.run_id))


def register(app: Dash, state: Shared) -> None:
    """Let graph and table follow what happens; a click on a step leads to its run."""

    @app.callback(
        Output("pipeline-steps", "children"),
        Output("pipeline-mark", "data"),
        Output("pipeline-tick", "disabled"),
        Input("pipeline-tick", "n_intervals"),
        State("pipeline-run", "data"),
        State("pipeline-mark", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int | None, run_id: str, known: Any) -> tuple[Any, Any, bool]:
        record = state.record(run_id)
        steps = read_steps(state.history, record, time.time())
        mark = _mark(steps)
        told = no_update if mark == known else mark
        return _table(state, steps), told, record.status.is_terminal

    @app.callback(
        Output(_GRAPH, "figure"),
        Input("pipeline-mark", "data"),
        Input("theme", "data"),
        State("pipeline-run", "data"),
    )
    def draw(_: Any, theme: str, run_id: str) -> Any:
        if not theme:
            return no_update
        steps = read_steps(state.history, state.record(run_id), time.time())
        return figures.theme(figures.pipeline_graph(steps, run_id=run_id), theme)

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input(_GRAPH, "clickData"),
        State("pipeline-mark", "data"),
        prevent_initial_call=True,
    )
    def open_step(told: Any, mark: list[list[str]]) -> Any:
        begun = {work_id for _, work_id, outcome in mark if outcome != NOT_BEGUN}
        points = (told or {}).get("points") or [{}]
        return clicked(told) if points[0].get("customdata") in begun else no_update

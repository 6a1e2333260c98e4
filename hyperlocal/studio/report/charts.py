"""The charts of a report, each with a sentence on what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hyperlocal.domain.status import Cause
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.studio.report.content import Chart
from hyperlocal.views import figures
from hyperlocal.views.beliefs import beliefs_of
from hyperlocal.views.figures import Figure
from hyperlocal.views.importance import Importance
from hyperlocal.views.pipelines import read_steps
from hyperlocal.views.stopping import read_judgements
from hyperlocal.views.sweep_data import SweepData
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["charts_of_run", "charts_of_sweep"]

_MOST_METRICS = 6
_MARGIN = 30
_Drawn = tuple[str, str, Callable[[], Figure], bool]  # title, about, figure, whether it is wide


def charts_of_sweep(data: SweepData, reader: SweepReader, importance: Importance) -> list[Chart]:
    """Return the charts of a sweep that has trials; those with nothing to show are left out."""
    if not data.trials:
        return []
    return _charts(data.run_id, _of_sweep(data, reader, importance))


def charts_of_run(history: History, record: RunRecord, now: float) -> list[Chart]:
    """Return the charts of the numbers that one run logged, or of the steps of a pipeline."""
    steps = read_steps(history, record, now)
    if steps:
        graph = figures.pipeline_graph(steps, run_id=record.run_id)
        about = "Each step after those that it needs."
        return [_chart(record.run_id, 0, ("Steps", about, lambda: graph, True), graph)]
    reader = SweepReader(history, record.run_id)
    summaries = history.series.summaries(record.run_id)
    names = [each.name for each in summaries if each.n_values > 1 and each.least is not None]
    drawn = [*_of_policy(history, record), *_of_run(record, reader, names[:_MOST_METRICS])]
    return _charts(record.run_id, drawn)


def _of_policy(history: History, record: RunRecord) -> Iterator[_Drawn]:
    """Return the chart of what the policy asked of a trial that it stopped."""
    parent = history.runs.known(record.parent_id) if record.cause is Cause.POLICY else None
    if parent is None:
        return
    reader = SweepReader(history, parent.run_id)
    data = reader.read()
    try:
        curves = reader.curves(trial.run_id for trial in data.trials)
        told = read_judgements(history, data, curves, record.run_id)
    except HyperlocalError:  # there is nothing of it to draw
        return
    yield (
        "Why it was stopped",
        "What it reported, and what the policy asked for at each interval.",
        lambda: figures.why_stopped(data, told),
        True,
    )


def _of_run(record: RunRecord, reader: SweepReader, names: list[str]) -> Iterator[_Drawn]:
    for name in names:
        curves = list(reader.curves([record.run_id], name).values())
        x = "step" if all(curve.has_steps() for curve in curves) else "interval"

        def draw(curves: list[Any] = curves, x: str = x) -> Figure:
            return figures.metric_curves(curves, x=x, started_at=record.started_at)

        yield name, "What it logged, in order.", draw, False


def _of_sweep(data: SweepData, reader: SweepReader, importance: Importance) -> Iterator[_Drawn]:
    yield (
        "Best so far",
        "Each trial by its number, and the best of all trials until then.",
        lambda: figures.best_so_far(data),
        False,
    )
    yield (
        "Best so far, over time",
        "When trials ended, and when the best became better.",
        lambda: figures.best_so_far(data, x="time", rises=reader.rises()),
        False,
    )
    yield from _curves(data, reader)
    yield (
        "Progress",
        "How many trials had ended, and how many ran, over time.",
        lambda: figures.progress(data),
        False,
    )
    yield from _parameters(data, importance)
    yield (
        "Timeline",
        "Which trials ran when, beside each other; gaps are slots that stood idle.",
        lambda: figures.timeline(data),
        True,
    )


def _curves(data: SweepData, reader: SweepReader) -> Iterator[_Drawn]:
    ids = figures.curve_ids(data)
    for name in data.metric_names[:_MOST_METRICS]:
        is_primary = name == data.metric_name
        title = "Learning curves" if is_primary else f"Learning curves: {name}"
        about = f"What trials logged of {name}, and where those ended that did not complete."

        def draw(name: str = name) -> Figure:
            return figures.learning_curves(data, reader.curves(ids, name))

        yield title, about, draw, is_primary


def _parameters(data: SweepData, importance: Importance) -> Iterator[_Drawn]:
    yield (
        "What matters",
        "How much the metric depends on each hyperparameter, with its uncertainty.",
        lambda: figures.importances(importance),
        False,
    )
    keys = _by_importance(data, importance)
    labels = dict(figures.columns(data))
    if len(keys) >= 2:
        yield (
            f"{labels[keys[0]]} and {labels[keys[1]]}",
            f"{data.metric_name} over the two, and the trials that it is known from.",
            lambda: figures.contour(data, keys[0], keys[1]),
            False,
        )
    if len(keys) >= 3:
        yield (
            f"{labels[keys[0]]}, {labels[keys[1]]} and {labels[keys[2]]}",
            f"A point for each trial, coloured by {data.metric_name}. Drag to turn.",
            lambda: figures.scatter_3d(data, keys[0], keys[1], keys[2]),
            False,
        )
    yield (
        "Slices",
        f"{data.metric_name} of all trials against each hyperparameter.",
        lambda: figures.slices(data),
        True,
    )
    yield (
        "Parallel coordinates",
        "A line for each trial, through its hyperparameters to its metric. Drag along an axis to "
        "pick out a range.",
        lambda: figures.parallel_coordinates(data),
        True,
    )
    yield (
        "What the model believes",
        "The metric that Bayesian sampling expects around the best trial, with its uncertainty, "
        "and where it would look next.",
        lambda: figures.beliefs(data, beliefs_of(data)),
        True,
    )


def _by_importance(data: SweepData, importance: Importance) -> list[str]:
    """Return the keys of the hyperparameters that differ, the most important first."""
    if data.metric_name is None:
        return []
    known = [f"parameter:{effect.name}" for effect in importance.effects]
    drawn = [key for key in figures.parallel_columns(data) if key.startswith("parameter:")]
    return sorted(drawn, key=lambda key: known.index(key) if key in known else len(known))


def _charts(run_id: str, drawn: Iterable[_Drawn]) -> list[Chart]:
    told = [(each, each[2]()) for each in drawn]
    return [
        _chart(run_id, place, each, figure)
        for place, (each, figure) in enumerate(told)
        if figure["data"] or place == 0  # the first says why there is nothing
    ]


def _chart(run_id: str, place: int, drawn: _Drawn, figure: Figure) -> Chart:
    title, about, _, is_wide = drawn
    layout = dict(figure["layout"])
    height = layout.pop("height", None)
    notes = layout.get("meta", {}).get("notes", ())
    if figure["data"] and notes:  # they stand beside the figure, where long ones are not cut
        layout["annotations"] = [
            each for each in layout.get("annotations", ()) if each.get("name") != "note"
        ]
        layout["margin"] = {**layout.get("margin", {}), "t": _MARGIN}
    anchor = f"chart-{run_id}-{place}"
    shown = {"data": figure["data"], "layout": layout}
    return Chart(title, about, shown, anchor, is_wide, height, notes if figure["data"] else ())

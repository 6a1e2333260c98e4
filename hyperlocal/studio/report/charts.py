"""The charts of a report, each with a sentence on what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.studio.report.content import Chart
from hyperlocal.views import figures
from hyperlocal.views.figures import Figure
from hyperlocal.views.sweep_data import SweepData
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["charts_of_run", "charts_of_sweep"]

_MOST_METRICS = 6
_MOST_PARAMETERS = 6
_Drawn = tuple[str, str, Callable[[], Figure], bool]  # title, about, figure, whether it is wide


def charts_of_sweep(data: SweepData, reader: SweepReader) -> list[Chart]:
    """Return the charts of a sweep that has trials; those with nothing to show are left out."""
    if not data.trials:
        return []
    return _charts(data.run_id, _of_sweep(data, reader))


def charts_of_run(history: History, record: RunRecord) -> list[Chart]:
    """Return the charts of the numbers that one run logged, a metric each."""
    reader = SweepReader(history, record.run_id)
    summaries = history.series.summaries(record.run_id)
    names = [each.name for each in summaries if each.n_values > 1 and each.least is not None]
    return _charts(record.run_id, _of_run(record, reader, names[:_MOST_METRICS]))


def _of_run(record: RunRecord, reader: SweepReader, names: list[str]) -> Iterator[_Drawn]:
    for name in names:
        curves = list(reader.curves([record.run_id], name).values())
        x = "step" if all(curve.has_steps() for curve in curves) else "interval"

        def draw(curves: list[Any] = curves, x: str = x) -> Figure:
            return figures.metric_curves(curves, x=x, started_at=record.started_at)

        yield name, "What it logged, in order.", draw, False


def _of_sweep(data: SweepData, reader: SweepReader) -> Iterator[_Drawn]:
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
        "Parallel coordinates",
        "A line for each trial, through its hyperparameters to its metric. Drag along an axis to "
        "pick out a range.",
        lambda: figures.parallel_coordinates(data),
        True,
    )
    yield from _scatters(data)
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


def _scatters(data: SweepData) -> Iterator[_Drawn]:
    keys = [key for key in figures.parallel_columns(data) if key.startswith("parameter:")]
    if data.metric_name is None:
        return
    metric = f"metric:{data.metric_name}"
    labels = dict(figures.columns(data))
    for key in keys[:_MOST_PARAMETERS]:

        def draw(key: str = key) -> Figure:
            return figures.scatter(data, key, metric)

        title = f"{data.metric_name} by {labels[key]}"
        yield title, "A point for each trial.", draw, False
    if len(keys) >= 2:
        yield (
            f"{labels[keys[0]]} and {labels[keys[1]]}",
            f"A point for each trial, coloured by {data.metric_name}.",
            lambda: figures.scatter(data, keys[0], keys[1]),
            False,
        )
    if len(keys) >= 3:
        yield (
            f"{labels[keys[0]]}, {labels[keys[1]]} and {labels[keys[2]]}",
            f"A point for each trial, coloured by {data.metric_name}. Drag to turn.",
            lambda: figures.scatter_3d(data, keys[0], keys[1], keys[2]),
            False,
        )


def _charts(run_id: str, drawn: Iterator[_Drawn]) -> list[Chart]:
    told = [(title, about, draw(), is_wide) for title, about, draw, is_wide in drawn]
    return [
        Chart(title, about, figure, f"chart-{run_id}-{place}", is_wide)
        for place, (title, about, figure, is_wide) in enumerate(told)
        if figure["data"] or place == 0  # the first says why there is nothing
    ]

"""Plot: what would have become of each curve, what it would have cost, and how soon the best."""

from __future__ import annotations

import math
import os
import string
from typing import TYPE_CHECKING

from hyperlocal.domain.ranking import is_better
from hyperlocal.errors import HyperlocalError
from hyperlocal.views import text
from hyperlocal.whatif.outcome import Outcome, Outcomes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

_COLUMNS = 3
_KEPT, _STOPPED, _UNPLAYED, _BEST = "tab:blue", "tab:red", "0.85", "tab:green"
_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))


def draw(comparison: Outcomes, path: str | os.PathLike[str]) -> None:
    """Draw a comparison to a file."""
    try:
        # Not pyplot: nothing of the caller's own figures and windows is touched.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise HyperlocalError(
            "A plot needs matplotlib. Install it with `pip install 'hyperlocal[plot]'`."
        ) from error
    outcomes = [comparison.recorded, *comparison.outcomes]
    n_rows = math.ceil(len(outcomes) / _COLUMNS)
    figure = Figure(figsize=(4.6 * _COLUMNS, 3.4 * (n_rows + 1)), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(n_rows + 1, _COLUMNS)
    first: Axes | None = None
    for number, outcome in enumerate(outcomes):
        place = grid[number // _COLUMNS, number % _COLUMNS]
        axes = figure.add_subplot(place, sharex=first, sharey=first)
        first = first or axes
        _draw_curves(axes, outcome)
        axes.set_title(_title(outcome, number, "\n"), fontsize=8)
    _draw_best(figure.add_subplot(grid[n_rows, : _COLUMNS - 1]), outcomes)
    _draw_compute(figure.add_subplot(grid[n_rows, _COLUMNS - 1]), outcomes)
    figure.suptitle(f"{comparison.recording.name}: {len(comparison.recording.trials)} trials")
    try:
        figure.savefig(os.fspath(path), dpi=110)
    except ValueError as error:  # a format that it does not know
        raise HyperlocalError(f"{os.fspath(path)}: {error}") from error


def _draw_curves(axes: Axes, outcome: Outcome) -> None:
    from matplotlib.ticker import MaxNLocator

    metric = outcome.recording.metric_name
    best = outcome.recording.best()
    for trial in outcome.trials:
        recorded = trial.recorded.values(metric)
        axes.plot(range(1, len(recorded) + 1), recorded, color=_UNPLAYED, lw=1.0, zorder=1)
        is_best = best is not None and best[0] is trial.recorded
        colour = _STOPPED if trial.stopped_at is not None else _BEST if is_best else _KEPT
        x = range(1, len(trial.values) + 1)
        width, order = (2.0, 3) if is_best else (1.0, 2)
        axes.plot(x, trial.values, color=colour, lw=width, alpha=0.8, zorder=order)
        mark = {"stopped": "x", "cut": "|", "failed": "v"}.get(trial.ending)
        if mark is not None and trial.values:
            at = trial.stopped_at or len(trial.values)
            axes.plot([at], [trial.values[at - 1]], mark, color=colour, ms=5, zorder=order)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("interval")
    axes.set_ylabel(metric)


def _name(number: int) -> str:
    """Return the letter by which an outcome goes; the one that was recorded is named."""
    return string.ascii_uppercase[(number - 1) % 26] if number else "as it was"


def _title(outcome: Outcome, number: int, separator: str) -> str:
    policy, _, settings = outcome.policy.partition(":")
    sampling = "" if outcome.sampling == "recorded" else f", {outcome.sampling} sampling"
    head = f"{_name(number)}: {policy}, {outcome.concurrency} at once{sampling}"
    return f"{head}{separator}{settings.replace(',', ', ')}" if settings else head


def _draw_best(axes: Axes, outcomes: list[Outcome]) -> None:
    size, unit = _unit(max(outcome.wall_s for outcome in outcomes))
    for number, outcome in enumerate(outcomes):
        times, values = _best_by_time(outcome)
        axes.step(
            [at / size for at in (*times, outcome.wall_s)],
            [*values, *values[-1:]] if values else [math.nan],
            where="post",
            lw=max(5.0 - number, 1.0),  # of lines that coincide each is seen
            color=_colour(number),
            label=_title(outcome, number, ": "),
        )
    axes.set_xlabel(unit)
    axes.set_ylabel(f"best {outcomes[0].recording.metric_name} so far")
    axes.legend(fontsize=8)


def _best_by_time(outcome: Outcome) -> tuple[list[float], list[float]]:
    """Return when the best value rose, and to what."""
    goal, name = outcome.recording.goal, outcome.recording.metric_name
    told = sorted(pair for trial in outcome.trials for pair in trial.told(name))
    times: list[float] = []
    values: list[float] = []
    for at, value in told:
        if is_better(goal, value, values[-1] if values else None):
            times.append(at)
            values.append(value)
    return times, values


def _draw_compute(axes: Axes, outcomes: list[Outcome]) -> None:
    size, unit = _unit(max(outcome.compute_s for outcome in outcomes))
    places = range(len(outcomes))
    bars = axes.barh(
        places,
        [outcome.compute_s / size for outcome in outcomes],
        color=[_colour(number) for number in places],
    )
    shares = [f" {text.percent(outcome.saved_share)} saved" for outcome in outcomes[1:]]
    axes.bar_label(bars, ["", *shares], fontsize=8)
    axes.margins(x=0.25)
    axes.set_yticks(places, [_name(number) for number in places])
    axes.invert_yaxis()
    axes.set_xlabel(f"compute, {unit}")


def _colour(number: int) -> str:
    return f"C{number - 1}" if number else "0.6"


def _unit(seconds: float) -> tuple[int, str]:
    return next((each for each in _UNITS if seconds >= 2 * each[0]), _UNITS[-1])

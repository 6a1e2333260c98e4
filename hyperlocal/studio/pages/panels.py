"""Panels: the charts of a sweep, each a figure of `hyperlocal.views.figures` with its choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.studio.state import Followed
from hyperlocal.views import figures
from hyperlocal.views.sweep_data import SweepData

__all__ = ["BRUSHED", "PANELS", "Choices", "Panel", "first_choice"]

# Without a graphics card, WebGL takes seconds to begin: the first charts to be seen do without.
_MOST_SVG = 12_000
_MOST_POINTS = 8000  # of all curves together: each update sends them
Choices = dict[str, str]
Options = Callable[[SweepData], dict[str, str]]
Draw = Callable[[Followed, SweepData, Choices], figures.Figure]
BRUSHED = "parallel"
"""The key of the panel that is brushed."""


@dataclass(frozen=True)
class Panel:
    """One chart.

    Attributes:
        key: Its name in ids.
        title: What it shows.
        draw: Makes its figure.
        choices: What can be chosen for it: name to label, and to the options of some data.
        is_wide: Whether it takes the whole width.
        is_first: Whether it stands before the table.
        applies: Whether a sweep has it.
        grows: Whether its figure says how high it is.
        height: In pixels.
    """

    key: str
    title: str
    draw: Draw
    choices: Mapping[str, tuple[str, Options]] = field(default_factory=dict)
    is_wide: bool = False
    is_first: bool = False
    applies: Callable[[SweepData], bool] = lambda _: True
    grows: bool = False
    height: int = 400


def _best_so_far(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    x = choices.get("x", "number")
    rises = followed.reader.rises() if x == "time" else None
    webgl = len(data.trials) > _MOST_SVG
    return figures.best_so_far(data, x=x, rises=rises, webgl=webgl)


def _curves(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    curves = followed.reader.curves(figures.curve_ids(data))
    x = choices.get("x", "interval")
    return figures.learning_curves(data, curves, x=x, most_points=_MOST_POINTS, webgl=False)


def _parallel(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    return figures.parallel_coordinates(data)


def _axes(data: SweepData, choices: Choices, names: str) -> list[str]:
    """Return the columns that were chosen for axes, or the first ones that differ."""
    known = dict(_columns_of(data))
    rest = [key for key in _default_columns(data) if key not in choices.values()]
    return [choices[n] if choices.get(n) in known else _next(rest, known) for n in names]


def _next(rest: list[str], known: dict[str, str]) -> str:
    return rest.pop(0) if rest else next(iter(known))


def _scatter(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    x, y = _axes(data, choices, "xy")
    return figures.scatter(data, x, y, colour=choices.get("colour") or None)


def _scatter_3d(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    x, y, z = _axes(data, choices, "xyz")
    return figures.scatter_3d(data, x, y, z, colour=choices.get("colour") or None)


def _timeline(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    return figures.timeline(data)


def _progress(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    return figures.progress(data)


def _slices(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    return figures.slices(data)


def _contour(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    x, y = _axes(data, choices, "xy")
    return figures.contour(data, x, y)


def _importance(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    from hyperlocal.views.importance import importance_of

    return figures.importances(followed.worked_out("importance", importance_of))


def _beliefs(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    from hyperlocal.views.beliefs import beliefs_of

    return figures.beliefs(data, followed.worked_out("beliefs", beliefs_of))


def _is_bayesian(data: SweepData) -> bool:
    return data.sweep is not None and data.sweep.sampling.kind is SamplingKind.BAYESIAN


def _columns_of(data: SweepData) -> list[tuple[str, str]]:
    """Return key and label of each column that can be an axis."""
    return figures.columns(data)


def _default_columns(data: SweepData) -> list[str]:
    """Return columns worth a look before anybody has chosen: hyperparameters, then the metric."""
    wanted = figures.parallel_columns(data)
    return [*wanted, *(key for key, _ in _columns_of(data) if key not in wanted)]


def _options(data: SweepData) -> dict[str, str]:
    return dict(_columns_of(data))


def _parameters(data: SweepData) -> dict[str, str]:
    return {key: label for key, label in _columns_of(data) if key.startswith("parameter:")}


def _fixed(**options: str) -> Callable[[SweepData], dict[str, str]]:
    return lambda _: options


PANELS: dict[str, Panel] = {
    panel.key: panel
    for panel in (
        Panel(
            "best",
            "Best so far, and each trial",
            _best_so_far,
            {"x": ("Over", _fixed(number="trial number", time="time"))},
            is_first=True,
        ),
        Panel(
            "curves",
            "Learning curves",
            _curves,
            {"x": ("Over", _fixed(interval="interval", step="step", time="time"))},
            is_first=True,
        ),
        Panel(
            "parallel",
            "Parallel coordinates: drag along an axis to choose",
            _parallel,
            is_wide=True,
            is_first=True,
        ),
        Panel(
            "scatter",
            "Scatter",
            _scatter,
            {"x": ("x", _options), "y": ("y", _options), "colour": ("Colour", _options)},
        ),
        Panel(
            "scatter3d",
            "Scatter in three dimensions",
            _scatter_3d,
            {name: (name, _options) for name in "xyz"},
            height=460,
        ),
        Panel("slices", "Each hyperparameter by itself", _slices, is_wide=True, grows=True),
        Panel(
            "contour",
            "Contour",
            _contour,
            {"x": ("x", _parameters), "y": ("y", _parameters)},
        ),
        Panel("importance", "Importance of hyperparameters", _importance),
        Panel(
            "beliefs",
            "What the model believes, and where it would look next",
            _beliefs,
            is_wide=True,
            applies=_is_bayesian,
            grows=True,
        ),
        Panel("progress", "Trials over time", _progress),
        Panel("timeline", "Timeline of slots", _timeline, is_wide=True),
    )
}


def first_choice(panel: Panel, name: str, data: SweepData) -> str | None:
    """Return what is chosen for a panel before anybody has chosen."""
    _, options = panel.choices[name]
    if options is not _options and options is not _parameters:
        return next(iter(options(data)))
    if name == "colour":
        known = _options(data)
        return next((key for key in known if key == f"metric:{data.metric_name}"), None)
    wanted = [key for key in _default_columns(data) if key in options(data)]
    place = "xyz".index(name)
    return wanted[min(place, len(wanted) - 1)] if wanted else None

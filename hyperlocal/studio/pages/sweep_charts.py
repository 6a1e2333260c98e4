"""The charts of a sweep: panels, each a figure of `hyperlocal.views.figures` with its choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dash import (
    ALL,
    MATCH,
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    ctx,
    dcc,
    html,
    no_update,
)

from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.studio.parts import chart, run_href
from hyperlocal.studio.state import Followed
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures
from hyperlocal.views.sweep_data import SweepData

__all__ = ["PANELS", "Panel", "make_figure", "register", "section", "shared"]

Choices = dict[str, str]
Draw = Callable[[Followed, SweepData, Choices], figures.Figure]
BRUSHED = "parallel"


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
    choices: dict[str, tuple[str, Callable[[SweepData], dict[str, str]]]] | None = None
    is_wide: bool = False
    is_first: bool = False
    applies: Callable[[SweepData], bool] = lambda _: True
    grows: bool = False
    height: int = 400


def _best_so_far(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    x = choices.get("x", "number")
    rises = followed.reader.rises() if x == "time" else None
    return figures.best_so_far(data, x=x, rises=rises)


def _curves(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    curves = followed.reader.curves(figures.curve_ids(data))
    return figures.learning_curves(data, curves, x=choices.get("x", "interval"))


def _parallel(followed: Followed, data: SweepData, choices: Choices) -> figures.Figure:
    return figures.parallel_coordinates(data)


def _axes(data: SweepData, choices: Choices, names: str) -> list[str]:
    """Return the columns that were chosen for axes, or the first ones that differ."""
    known = dict(columns_of(data))
    rest = [key for key in default_columns(data) if key not in choices.values()]
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


def columns_of(data: SweepData) -> list[tuple[str, str]]:
    """Return key and label of each column that can be an axis."""
    return figures.columns(data)


def default_columns(data: SweepData) -> list[str]:
    """Return columns worth a look before anybody has chosen: hyperparameters, then the metric."""
    wanted = figures.parallel_columns(data)
    return [*wanted, *(key for key, _ in columns_of(data) if key not in wanted)]


def _options(data: SweepData) -> dict[str, str]:
    return dict(columns_of(data))


def _parameters(data: SweepData) -> dict[str, str]:
    return {key: label for key, label in columns_of(data) if key.startswith("parameter:")}


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


def section(data: SweepData, *, is_first: bool) -> Any:
    """Return the panels before or after the table; their figures come when they are in view."""
    told = [each for each in PANELS.values() if each.is_first is is_first and each.applies(data)]
    panels = [_panel(each, data) for each in told]
    return html.Div(panels, className="panels")


def shared() -> list[Any]:
    """Return what panels and table share: what a brush left, and the brush itself."""
    return [
        dcc.Store(id="brush", data=None),
        dcc.Store(id="constraints", data={}),
        dcc.Store(id="watching"),
    ]


def _panel(panel: Panel, data: SweepData) -> Any:
    picks = [_pick(panel, name, data) for name in panel.choices or {}]
    return html.Section(
        [
            html.Div([html.H3(panel.title), *picks], className="tools"),
            chart(_chart_id(panel), panel.title, height=panel.height, grows=panel.grows),
            dcc.Store(id={"type": "seen", "panel": panel.key}, data=False),
        ],
        className="panel wide" if panel.is_wide else "panel",
        **{"data-panel": panel.key},
    )


def _chart_id(panel: Panel) -> dict[str, str]:
    # What is brushed is not drawn anew by the brush.
    return {"type": BRUSHED if panel.key == BRUSHED else "chart", "panel": panel.key}


def _pick(panel: Panel, name: str, data: SweepData) -> Any:
    assert panel.choices is not None, panel.key
    label, options = panel.choices[name]
    told = [{"value": key, "label": text} for key, text in options(data).items()]
    return html.Label(
        [
            f"{label} ",
            dcc.Dropdown(
                told,
                _first_choice(panel, name, data),
                id={"type": "choice", "panel": panel.key, "name": name},
                clearable=False,
                className="choice",
            ),
        ]
    )


def _first_choice(panel: Panel, name: str, data: SweepData) -> str | None:
    assert panel.choices is not None, panel.key
    _, options = panel.choices[name]
    if options is not _options and options is not _parameters:
        return next(iter(options(data)))
    if name == "colour":
        known = _options(data)
        return next((key for key in known if key == f"metric:{data.metric_name}"), None)
    wanted = [key for key in default_columns(data) if key in options(data)]
    place = "xyz".index(name)
    return wanted[min(place, len(wanted) - 1)] if wanted else None


def make_figure(
    followed: Followed, panel: Panel, choices: Choices, chosen: list[str] | None, theme: str
) -> figures.Figure:
    """Return a panel's figure, of all trials or of those that a brush left.

    Args:
        followed: The sweep.
        panel: The panel.
        choices: What was chosen for it.
        chosen: The run ids that a brush left; None for all.
        theme: `light` or `dark`.
    """
    data = followed.data()

    def make() -> figures.Figure:
        told = data if chosen is None else only(data, chosen)
        return figures.theme(panel.draw(followed, told, choices), theme)

    ids = None if chosen is None else tuple(chosen)
    key = (panel.key, data.version, tuple(sorted(choices.items())), ids, theme)
    return followed.made(key, make)


def parallel(followed: Followed, constraints: dict[int, Any], theme: str) -> figures.Figure:
    """Return the parallel coordinates with a brush, of which all that it leaves out is pale."""
    data = followed.data()

    def make() -> figures.Figure:
        return figures.theme(figures.parallel_coordinates(data, constraints=constraints), theme)

    return followed.made((BRUSHED, data.version, str(sorted(constraints.items())), theme), make)


def _ranges(kept: dict[str, Any]) -> dict[int, Any]:
    return {int(axis): ranges for axis, ranges in kept.items()}


def only(data: SweepData, ids: list[str]) -> SweepData:
    """Return a sweep with some of its trials."""
    wanted = set(ids)
    trials = tuple(trial for trial in data.trials if trial.run_id in wanted)
    best = data.best if data.best is not None and data.best.run_id in wanted else None
    return replace(data, trials=trials, best=best or _best_of(data, trials))


def _best_of(data: SweepData, trials: Any) -> Any:
    if data.goal is None:
        return None
    score = data.goal.score
    known = [trial for trial in trials if trial.best is not None]
    return max(known, key=lambda trial: score(trial.best), default=None)


def register(app: Dash, state: Shared) -> None:
    """Let the charts follow what happens, and what is asked of them."""
    app.clientside_callback(
        ClientsideFunction("studio", "watch"), Output("watching", "data"), Input("watching", "id")
    )

    @app.callback(
        Output({"type": "chart", "panel": MATCH}, "figure"),
        Input("sweep-version", "data"),
        Input({"type": "choice", "panel": MATCH, "name": ALL}, "value"),
        Input("brush", "data"),
        Input("theme", "data"),
        Input({"type": "seen", "panel": MATCH}, "data"),
        State({"type": "choice", "panel": MATCH, "name": ALL}, "id"),
        State({"type": "chart", "panel": MATCH}, "id"),
        State("sweep-run", "data"),
    )
    def draw(
        _: Any,
        picked: list[str | None],
        chosen: list[str] | None,
        theme: str,
        is_seen: bool,
        places: list[dict[str, str]],
        place: dict[str, str],
        run_id: str,
    ) -> Any:
        if not theme or not is_seen:
            return no_update
        panel = PANELS[place["panel"]]
        names = [each["name"] for each in places]
        choices = {n: value for n, value in zip(names, picked, strict=True) if value}
        return make_figure(state.follow(run_id), panel, choices, chosen, theme)

    @app.callback(
        Output(_chart_id(PANELS[BRUSHED]), "figure"),
        Input("sweep-version", "data"),
        Input("theme", "data"),
        Input("unbrush", "n_clicks"),
        Input({"type": "seen", "panel": BRUSHED}, "data"),
        State("constraints", "data"),
        State("sweep-run", "data"),
    )
    def draw_brushed(
        _: Any, theme: str, __: Any, is_seen: bool, constraints: dict[str, Any], run_id: str
    ) -> Any:
        if not theme or not is_seen:
            return no_update
        kept = {} if ctx.triggered_id == "unbrush" else _ranges(constraints)
        return parallel(state.follow(run_id), kept, theme)

    @app.callback(
        Output("brush", "data"),
        Output("constraints", "data"),
        Input(_chart_id(PANELS[BRUSHED]), "restyleData"),
        Input("unbrush", "n_clicks"),
        State("constraints", "data"),
        State("sweep-run", "data"),
        prevent_initial_call=True,
    )
    def brush(told: Any, _: int | None, earlier: dict[str, Any], run_id: str) -> tuple[Any, Any]:
        if ctx.triggered_id == "unbrush":
            return None, {}
        constraints = figures.constraints_from(_ranges(earlier), told)
        data = state.follow(run_id).data()
        ids = figures.brushed(data, constraints) if constraints else None
        return ids, {str(axis): ranges for axis, ranges in constraints.items()}

    @app.callback(
        Output("address", "pathname", allow_duplicate=True),
        Input({"type": "chart", "panel": ALL}, "clickData"),
        prevent_initial_call=True,
    )
    def open_run(_: list[Any]) -> Any:
        return clicked(ctx.triggered[0]["value"] if ctx.triggered else None)


def clicked(told: Any) -> Any:
    """Return the address of the run that a click on a chart means."""
    points = (told or {}).get("points") or [{}]
    run_id = points[0].get("customdata")
    if isinstance(run_id, list):
        run_id = run_id[0] if run_id else None
    return run_href(run_id) if isinstance(run_id, str) else no_update

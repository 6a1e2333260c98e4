"""The answer of the what-if page: what would have been stopped and saved, and what lost."""

from __future__ import annotations

from typing import Any

from dash import html

from hyperlocal.domain.ranking import best_number
from hyperlocal.errors import HyperlocalError
from hyperlocal.studio import replays
from hyperlocal.studio.asked import KNOBS, Settings
from hyperlocal.studio.parts import cell, chart, grid, plain_table
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures, text
from hyperlocal.views.figures import WhatIfTrial

__all__ = ["ALONG", "CHART", "GRID", "along", "answer", "places"]

CHART, ALONG, GRID = "whatif-curves", "whatif-along", "whatif-stopped"
_NUMBER = {"filter": "agNumberColumnFilter", "valueFormatter": {"function": "short(params)"}}
_TIME = {"filter": False, "valueFormatter": {"function": "seconds(params)"}, "width": 110}
_COLUMNS: list[dict[str, Any]] = [
    {"field": "trial", "headerName": "Trial", "cellRenderer": "RunLink", "width": 100},
    {"field": "interval", "headerName": "At interval", "width": 130, **_NUMBER},
    {"field": "after", "headerName": "After", **_TIME},
    {"field": "saved", "headerName": "Saved", **_TIME},
    {"field": "by_then", "headerName": "Best by then", "width": 140, **_NUMBER},
    {"field": "in_all", "headerName": "Best recorded", "width": 150, **_NUMBER},
    {"field": "reason", "headerName": "Reason", "flex": 1, "minWidth": 260}
    | {"tooltipField": "reason"},
]
_HEADS = ("", "Trials", "Stopped", "Compute", "Saved", "Took", "Best", "Regret")


def places() -> list[Any]:
    """Return where the answer will be."""
    return [
        html.Div("Working it out ...", id="whatif-busy", className="quiet"),
        html.Div(id="whatif-told", role="status"),
        html.Div(
            [
                _panel("Which trials it would have stopped, and where", CHART, 460),
                _panel("What other values of its main setting would have saved", ALONG, 460),
            ],
            className="panels",
        ),
        html.H2("Trials that it would have stopped"),
        grid(GRID, _COLUMNS, []),
    ]


def _panel(title: str, chart_id: str, height: int) -> Any:
    head = html.Div(html.H3(title), className="tools")
    return html.Section([head, chart(chart_id, title, height=height)], className="panel")


def answer(
    state: Shared, run_id: str, settings: Settings, theme: str
) -> tuple[figures.Figure, list[Any], list[dict[str, Any]]]:
    """Return the figure, what is told in words, and the rows of the trials that are stopped."""
    followed = state.follow(run_id)
    try:
        recording = replays.recording_of(state.history, followed)
        comparison = replays.played(followed, recording, settings)
    except HyperlocalError as error:
        told = [html.P(str(error), className="told")]
        return figures.theme(figures.empty("There is no answer to this."), theme), told, []
    outcome = comparison.outcomes[0]
    trials = replays.trials_of(outcome, [t.run_id for t in followed.data().trials])
    drawn = figures.what_if(trials, metric_name=recording.metric_name, policy=outcome.policy)
    return figures.theme(drawn, theme), _told(comparison, settings, run_id), _rows(outcome, trials)


def _told(comparison: Any, settings: Settings, run_id: str) -> list[Any]:
    outcome = comparison.outcomes[0]
    rows = [_row("As it was", comparison.recorded), _row("What if", outcome)]
    notes = [html.P(note, className="quiet") for note in comparison.notes]
    return [
        _verdict(outcome),
        plain_table(_HEADS, rows, "As it was, and what if"),
        *notes,
        html.Details(
            [
                html.Summary("The same in a terminal"),
                html.Pre(text.command(settings.command(run_id))),
            ]
        ),
    ]


def _verdict(outcome: Any) -> Any:
    n_trials = text.counted(len(outcome.trials), "trial")
    told = (
        f"{outcome.policy} would have stopped {len(outcome.stopped):,} of {n_trials} and saved "
        f"{text.duration(max(outcome.saved_s, 0.0))} of compute "
        f"({text.percent(outcome.saved_share)}). "
    )
    best = outcome.best_recorded
    if outcome.recording.best() is None:
        return html.P(f"{told}No trial has a number, so there is no best.", className="verdict")
    if best is None:
        said = "The best trial would not have been tried."
    elif best.stopped_at is not None:
        said = (
            f"The best, trial {best.trial_id}, would have been lost: stopped at interval "
            f"{best.stopped_at}."
        )
    else:
        said = f"The best, trial {best.trial_id}, would have survived."
    kind = "kept" if outcome.keeps_best else "lost"
    return html.P([told, html.B(said)], className=f"verdict {kind}")


def _row(name: str, outcome: Any) -> list[Any]:
    best = outcome.best
    return [
        name,
        len(outcome.trials),
        len(outcome.stopped),
        text.duration(outcome.compute_s),
        text.percent(outcome.saved_share),
        text.duration(outcome.wall_s),
        text.NOTHING if best is None else f"{text.value(best[1], 6)} (trial {best[0].trial_id})",
        text.value(outcome.regret, 4),
    ]


def _rows(outcome: Any, trials: list[WhatIfTrial]) -> list[dict[str, Any]]:
    goal, name = outcome.recording.goal, outcome.recording.metric_name
    return [
        {
            "run": told.run_id,
            "trial": told.number,
            "interval": trial.stopped_at,
            "after": trial.ran_s,
            "saved": trial.saved_s,
            "by_then": cell(best_number(goal, trial.values)),
            "in_all": cell(best_number(goal, trial.recorded.values(name))),
            "reason": text.one_line(trial.reason or ""),
        }
        for trial, told in zip(outcome.trials, trials, strict=True)
        if trial.stopped_at is not None
    ]


def along(state: Shared, run_id: str, settings: Settings, theme: str) -> figures.Figure:
    """Return what other values of the policy's main setting would have saved."""
    followed = state.follow(run_id)
    knob = KNOBS.get(settings.policy)
    if knob is None:
        drawn = figures.empty("This policy has no setting to go along.")
        return figures.theme(drawn, theme)
    if settings.sampling == "bayesian":
        return figures.theme(figures.empty("A Bayesian order goes with no policy."), theme)
    try:
        recording = replays.recording_of(state.history, followed)
        steps = replays.along(followed, recording, settings)
    except HyperlocalError as error:
        return figures.theme(figures.empty(str(error)), theme)
    if not steps:
        drawn = figures.empty("Of so many reports only one setting is played at a time.")
        return figures.theme(drawn, theme)
    chosen = float(getattr(settings, knob[0]))
    return figures.theme(figures.what_if_steps(steps, label=knob[1], chosen=chosen), theme)

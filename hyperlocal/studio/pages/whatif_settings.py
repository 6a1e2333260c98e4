"""The settings of the what-if page: a policy, and sliders for what it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Input, Output, dcc, html

from hyperlocal.studio.asked import POLICIES, Settings
from hyperlocal.studio.replays import Limits

__all__ = ["classes", "inputs", "section", "visible"]

_SCHEDULED = ("bandit_factor", "bandit_amount", "median", "truncation")
_USED_BY = {
    "slack_factor": ("bandit_factor",),
    "slack_amount": ("bandit_amount",),
    "percentage": ("truncation",),
    "evaluation_interval": _SCHEDULED,
    "delay_evaluation": _SCHEDULED,
}
"""Which policies have which setting."""

_LABELS = {
    "slack_factor": "Slack factor: how much worse than the best a trial may be, as a share",
    "slack_amount": "Slack amount: how much worse than the best a trial may be",
    "percentage": "Truncation percentage: how many of the worst are stopped",
    "evaluation_interval": "Evaluation interval: judged after every so many reports",
    "delay_evaluation": "Delay evaluation: not judged before so many reports",
    "concurrency": "Concurrent trials",
    "trials": "Trials that are tried, at most",
}
_SAMPLINGS = {
    "recorded": "as they were tried",
    "random": "random among the recorded",
    "grid": "in the order of a grid",
    "bayesian": "Bayesian among the recorded",
}
_NAMES = ("policy", *_USED_BY, "concurrency", "sampling", "trials")


def section(begin: Settings, limits: Limits) -> Any:
    """Return the settings.

    Args:
        begin: What they are at first.
        limits: How far they go.
    """
    reports = max(limits.most_reports, 2)
    most_slack = 10 * begin.slack_amount if not limits.spread else limits.spread
    sliders = {
        "slack_factor": (0.0, max(1.0, begin.slack_factor), 0.01),
        "slack_amount": (0.0, max(most_slack, begin.slack_amount), _step(most_slack)),
        "percentage": (1, 99, 1),
        "evaluation_interval": (1, max(min(reports, 50), begin.evaluation_interval), 1),
        "delay_evaluation": (0, max(reports, begin.delay_evaluation), 1),
        "concurrency": (1, max(begin.concurrency, min(limits.n_trials, 64), 2), 1),
        "trials": (1, max(limits.n_trials, 2), 1),
    }
    values = {**vars(begin), "trials": begin.trials or limits.n_trials}
    hidden = dict(zip(_USED_BY, classes(begin.policy), strict=True))
    told = [
        _slider(name, *ends, values[name], limits.is_quick, hidden.get(name, "setting"))
        for name, ends in sliders.items()
    ]
    samplings = {key: _SAMPLINGS[key] for key in limits.samplings}
    return html.Section(
        [
            html.Div(
                [
                    _pick("policy", "Policy", POLICIES, begin.policy),
                    *told,
                    _pick("sampling", "Order of the trials", samplings, "recorded"),
                ],
                className="settings",
            ),
            dcc.Store(id="whatif-names", data=list(_NAMES)),
            dcc.Store(id="whatif-asked", data=None),
        ],
        className="panel",
        **{"aria-label": "Settings"},
    )


def _step(most: float) -> float:
    return float(f"{most / 200:.1g}") or 0.01


def _pick(name: str, label: str, options: dict[str, str], value: str) -> Any:
    told = [{"value": key, "label": words} for key, words in options.items()]
    dropdown = dcc.Dropdown(told, value, id=f"whatif-{name}", clearable=False, searchable=False)
    return html.Div(html.Label([label, dropdown]), className="setting")


def _slider(
    name: str, low: float, high: float, step: float, value: float, is_quick: bool, shown: str
) -> Any:
    slider = dcc.Slider(
        low,
        high,
        step=step,
        value=value,
        marks=None,
        id=f"whatif-{name}",
        # Where a replay takes long, it is asked for when the slider is let go.
        updatemode="drag" if is_quick else "mouseup",
    )
    return html.Div(
        [html.Span(_LABELS[name], className="label", id=f"whatif-{name}-label"), slider],
        id=f"whatif-{name}-setting",
        className=shown,
        role="group",
        **{"aria-labelledby": f"whatif-{name}-label"},
    )


def inputs() -> Sequence[Input]:
    """Return what the settings are read from, in the order of their names."""
    return [Input(f"whatif-{name}", "value") for name in _NAMES]


def visible() -> Sequence[Output]:
    """Return what shows or hides a setting that only some policies have."""
    return [Output(f"whatif-{name}-setting", "className") for name in _USED_BY]


def classes(policy: str) -> list[str]:
    """Return the classes of those settings under a policy."""
    return ["setting" if policy in users else "setting unused" for users in _USED_BY.values()]

"""Replays: what the what-if page asks of a recorded sweep, and what it is told."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.policy import Bandit, MedianStopping, Policy, TruncationSelection
from hyperlocal.errors import HyperlocalError
from hyperlocal.studio.state import Followed
from hyperlocal.views.figures import WhatIfStep, WhatIfTrial

if TYPE_CHECKING:
    from hyperlocal.history.store import History
    from hyperlocal.whatif import Comparison, Outcome, Recording

__all__ = [
    "KNOBS",
    "POLICIES",
    "Limits",
    "Settings",
    "along",
    "limits_of",
    "played",
    "recording_of",
    "settings_of",
    "trials_of",
]

POLICIES = {
    "bandit_factor": "Bandit, slack factor",
    "bandit_amount": "Bandit, slack amount",
    "median": "Median stopping",
    "truncation": "Truncation selection",
    "none": "None: every trial runs to its end",
    "own": "The sweep's own",
}
KNOBS = {
    "bandit_factor": ("slack_factor", "slack factor"),
    "bandit_amount": ("slack_amount", "slack amount"),
    "median": ("delay_evaluation", "delay evaluation"),
    "truncation": ("percentage", "truncation percentage"),
}
"""Of each policy the setting that matters most, and what people call it."""

_MOST_BAYESIAN = 60  # trials; with more, its model takes longer than anybody waits at a slider
_MOST_STEPS = 21
_BUDGET_S = 1.5


@dataclass(frozen=True)
class Settings:
    """What is asked.

    Attributes:
        policy: One of `POLICIES`.
        slack_factor: Of a bandit.
        slack_amount: Of a bandit.
        percentage: Of truncation selection.
        evaluation_interval: After every how many reports a trial is judged.
        delay_evaluation: Up to which report none is.
        concurrency: How many trials run at once.
        sampling: In which order they are tried.
        trials: How many of them are tried.
    """

    policy: str = "bandit_factor"
    slack_factor: float = 0.1
    slack_amount: float = 0.1
    percentage: int = 20
    evaluation_interval: int = 1
    delay_evaluation: int = 0
    concurrency: int = 1
    sampling: str = "recorded"
    trials: int | None = None

    @classmethod
    def told(cls, told: Mapping[str, Any]) -> Settings:
        """Return what a page asks; whatever is missing, as while somebody types, is as usual."""
        known = {each.name: told.get(each.name) for each in fields(cls)}
        return cls(**{name: held for name, held in known.items() if held is not None})

    def policy_text(self) -> str:
        """Return the policy as `hyperlocal whatif --policy` takes it."""
        schedule = (
            f"evaluation_interval={self.evaluation_interval},"
            f"delay_evaluation={self.delay_evaluation}"
        )
        return {
            "bandit_factor": f"bandit:slack_factor={self.slack_factor!r},{schedule}",
            "bandit_amount": f"bandit:slack_amount={self.slack_amount!r},{schedule}",
            "median": f"median_stopping:{schedule}",
            "truncation": f"truncation_selection:truncation_percentage={self.percentage},"
            + schedule,
        }.get(self.policy, self.policy)

    def command(self, run_id: str) -> list[str]:
        """Return the command that answers the same in a terminal."""
        words = ["hyperlocal", "whatif", run_id, "--policy", self.policy_text()]
        words += ["--concurrency", str(self.concurrency)]
        if self.sampling != "recorded":
            words += ["--sampling", self.sampling]
        return words if self.trials is None else [*words, "--trials", str(self.trials)]


@dataclass(frozen=True)
class Limits:
    """How far the settings of a recording go.

    Attributes:
        n_trials: How many trials it has.
        most_reports: How often the one that reported most did.
        spread: How far apart its numbers are.
        samplings: Those that it can be replayed under.
        is_quick: Whether a replay takes no longer than the next move of a slider.
    """

    n_trials: int
    most_reports: int
    spread: float
    samplings: tuple[str, ...]
    is_quick: bool


def recording_of(history: History, followed: Followed) -> Recording:
    """Return the recording of a sweep that has ended, read once.

    Raises:
        SweepError: It has not ended, or no trial of it ran.
    """
    from hyperlocal.whatif import Recording

    data = followed.data()

    def make() -> dict[str, Any]:
        return {"recording": Recording.of_run(data.run_id, history)}

    found: Recording = followed.made(("recording", data.version), make)["recording"]
    return found


def limits_of(recording: Recording) -> Limits:
    """Return how far the settings of a recording go."""
    values = [trial.values(recording.metric_name) for trial in recording.trials]
    finite = [value for each in values for value in each if abs(value) < float("inf")]
    n_trials = len(recording.trials)
    return Limits(
        n_trials,
        max(map(len, values)),
        max(finite) - min(finite) if finite else 0.0,
        tuple(
            each for each in ("recorded", "random", "grid", "bayesian") if _can(recording, each)
        ),
        sum(map(len, values)) <= 20_000,
    )


def _can(recording: Recording, sampling: str) -> bool:
    from hyperlocal.whatif.orders import make_order

    if sampling == "bayesian" and len(recording.trials) > _MOST_BAYESIAN:
        return False
    try:
        make_order(recording, sampling, 0)
    except HyperlocalError:
        return False
    return True


def settings_of(policy: Policy | None, recording: Recording, spread: float) -> Settings:
    """Return settings to begin with: those of the sweep's own policy, or a mild bandit."""
    told = Settings(concurrency=recording.concurrency, slack_amount=_rounded(spread / 10))
    if policy is None:  # trials are given a while before the first is stopped
        reports = max(len(trial.values(recording.metric_name)) for trial in recording.trials)
        return replace(told, delay_evaluation=min(5, reports // 4))
    schedule = policy.schedule
    told = replace(
        told,
        evaluation_interval=schedule.evaluation_interval,
        delay_evaluation=schedule.delay_evaluation,
    )
    if isinstance(policy, Bandit) and policy.slack_factor is not None:
        return replace(told, policy="bandit_factor", slack_factor=policy.slack_factor)
    if isinstance(policy, Bandit) and policy.slack_amount is not None:
        return replace(told, policy="bandit_amount", slack_amount=policy.slack_amount)
    if isinstance(policy, MedianStopping):
        return replace(told, policy="median")
    assert isinstance(policy, TruncationSelection), policy
    return replace(told, policy="truncation", percentage=policy.percentage)


def _rounded(value: float) -> float:
    return float(f"{value:.2g}") or 0.1


def played(followed: Followed, recording: Recording, settings: Settings) -> Comparison:
    """Return what would have been beside what was, worked out once for all who ask the same.

    Raises:
        SweepError: Settings that cannot be.
        SearchSpaceError: Its space cannot be searched in this order.
    """
    from hyperlocal.whatif import replay

    def make() -> dict[str, Any]:
        comparison = replay(
            recording,
            settings.policy_text(),
            settings.concurrency,
            settings.sampling,
            most_trials=settings.trials,
        )
        return {"comparison": comparison}

    if not limits_of(recording).is_quick:  # each holds all curves: many would not fit
        large: Comparison = make()["comparison"]
        return large
    key = ("replay", followed.data().version, settings)
    found: Comparison = followed.made(key, make)["comparison"]
    return found


def trials_of(outcome: Outcome, run_ids: Sequence[str]) -> list[WhatIfTrial]:
    """Return what would have become of each trial, as figures take it.

    Args:
        outcome: What would have been.
        run_ids: The runs of the sweep's trials.
    """
    recording = outcome.recording
    prefix = f"{recording.name}_"
    known = {run_id.removeprefix(prefix): run_id for run_id in run_ids}
    best = recording.best()
    told = []
    for place, trial in enumerate(outcome.trials):
        trial_id = trial.trial_id
        told.append(
            WhatIfTrial(
                known.get(trial_id, trial_id),
                int(trial_id) if trial_id.isascii() and trial_id.isdigit() else place,
                trial.recorded.values(recording.metric_name),
                trial.stopped_at,
                trial.ran_s,
                trial.saved_s,
                trial.reason,
                best is not None and best[0].trial_id == trial_id,
            )
        )
    return told


def along(followed: Followed, recording: Recording, settings: Settings) -> list[WhatIfStep]:
    """Return what would have been at settings all along the policy's main one.

    As many are played as a short time allows, spread over the whole range.
    """
    knob = KNOBS.get(settings.policy)
    if knob is None or settings.sampling == "bayesian":
        return []
    name = knob[0]
    values = _values(name, limits_of(recording))
    others = replace(settings, **{name: getattr(Settings, name)})

    def make() -> dict[str, Any]:
        return {"steps": _played_along(recording, settings, name, values)}

    steps: list[WhatIfStep] = followed.made(("along", followed.data().version, others), make)[
        "steps"
    ]
    return steps


def _played_along(
    recording: Recording, settings: Settings, name: str, values: Sequence[Any]
) -> list[WhatIfStep]:
    from hyperlocal.whatif.policies import policy_from
    from hyperlocal.whatif.replay import Scenario, replayed

    begun = time.perf_counter()
    steps: list[WhatIfStep] = []
    for place in sorted(range(len(values)), key=lambda n: (n % 4, n)):
        if steps and time.perf_counter() - begun > _BUDGET_S:
            break
        policy = policy_from(replace(settings, **{name: values[place]}).policy_text(), None)
        scenario = Scenario(
            policy, settings.concurrency, settings.sampling, most_trials=settings.trials
        )
        outcome = replayed(recording, scenario)
        steps.append(
            WhatIfStep(
                values[place], outcome.saved_share, len(outcome.stopped), outcome.keeps_best
            )
        )
    return sorted(steps)


def _values(name: str, limits: Limits) -> list[Any]:
    if name == "slack_factor":
        return [0.01, 0.02, 0.03, 0.05, 0.075, *(round(0.1 * n, 2) for n in range(1, 11))]
    if name == "slack_amount":
        return [_rounded(limits.spread * n / 20) for n in range(1, 21)] if limits.spread else []
    if name == "percentage":
        return [1, *range(5, 100, 5)]
    step = max(1, -(-limits.most_reports // _MOST_STEPS))
    return list(range(0, limits.most_reports + 1, step))

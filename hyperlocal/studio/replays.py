"""Replays: what the what-if page asks of a recorded sweep, and what it is told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hyperlocal.errors import HyperlocalError
from hyperlocal.studio.asked import KNOBS, Settings, rounded
from hyperlocal.studio.state import Followed
from hyperlocal.views.figures import WhatIfStep, WhatIfTrial

if TYPE_CHECKING:
    from hyperlocal.history.store import History
    from hyperlocal.whatif import Comparison, Outcome, Recording

__all__ = ["Limits", "along", "limits_of", "played", "recording_of", "trials_of"]

_MOST_BAYESIAN = 30  # trials; with more, its model takes longer than anybody waits at a slider
_MOST_STEPS = 21
_BUDGET_S = 1.5


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

    As many are played as a short time allows, spread over the whole range; of a large recording
    none.
    """
    knob, limits = KNOBS.get(settings.policy), limits_of(recording)
    if knob is None or settings.sampling == "bayesian" or not limits.is_quick:
        return []
    name = knob[0]
    values = _values(name, limits)
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
        return [rounded(limits.spread * n / 20) for n in range(1, 21)] if limits.spread else []
    if name == "percentage":
        return [1, *range(5, 100, 5)]
    step = max(1, -(-limits.most_reports // _MOST_STEPS))
    return list(range(0, limits.most_reports + 1, step))

"""Replay: recorded trials, played in virtual time under other settings."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.ranking import best_number
from hyperlocal.domain.trial import Observation
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.outcome import Ending
from hyperlocal.engine.simulation import Rules, VirtualClock, play
from hyperlocal.engine.stopping_state import Judgement, StoppingState
from hyperlocal.errors import SweepError
from hyperlocal.views.text import counted
from hyperlocal.whatif.comparison import Comparison
from hyperlocal.whatif.orders import Order, make_order
from hyperlocal.whatif.outcome import Outcome, Played
from hyperlocal.whatif.policies import OWN, policy_from, policy_text
from hyperlocal.whatif.recorded import RecordedTrial
from hyperlocal.whatif.recording import Recording

__all__ = ["Scenario", "replay"]


@dataclass(frozen=True)
class Scenario:
    """The settings of one replay.

    Attributes:
        policy: The policy.
        concurrency: How many trials run at once.
        sampling: In which order they are tried; see `orders`.
        seed: For orders that are drawn.
        most_trials: How many are tried; None for all.
    """

    policy: Policy | None
    concurrency: int
    sampling: str = "recorded"
    seed: int = 0
    most_trials: int | None = None

    def __post_init__(self) -> None:
        for name in ("concurrency", "most_trials"):
            count = getattr(self, name)
            is_count = isinstance(count, int) and count >= 1
            if not is_count and (name, count) != ("most_trials", None):
                raise SweepError(f"{name} is {count!r}, but must be a whole number from 1.")
        if self.sampling == "bayesian" and self.policy is not None:
            raise SweepError(
                "Bayesian sampling has no early termination, here as on Azure: give it the "
                "policy none."
            )


def replay(
    recording: Recording,
    policies: Iterable[Any] = (OWN,),
    concurrency: int | Iterable[int] | None = None,
    sampling: str | Iterable[str] = "recorded",
    *,
    seed: int = 0,
    most_trials: int | None = None,
) -> Comparison:
    """Replay a recording under every combination of these settings.

    Args:
        recording: The sweep.
        policies: Policies of the SDK, or texts such as `bandit:slack_factor=0.1`, `median`,
            `truncation:truncation_percentage=20`, `none`, and `own` for the sweep's own.
        concurrency: How many trials run at once; by default as many as then.
        sampling: `recorded`, `random`, `grid` or `bayesian`: in which order the recorded trials
            are tried.
        seed: For orders that are drawn.
        most_trials: How many trials are tried at most.

    Returns:
        What it would have been, beside what it was.

    Raises:
        SweepError: A setting that cannot be.
    """
    told = [policies] if isinstance(policies, str) or hasattr(policies, "to_json") else policies
    chosen = [policy_from(policy, recording.policy) for policy in told]
    counts = _several(recording.concurrency if concurrency is None else concurrency)
    scenarios = [
        Scenario(policy, count, order, seed, most_trials)
        for order, count, policy in itertools.product(_several(sampling), counts, chosen)
    ]
    outcomes = tuple(replayed(recording, scenario) for scenario in scenarios)
    return Comparison(
        recording, as_recorded(recording), outcomes, tuple(_notes(recording, scenarios, outcomes))
    )


def _several(told: Any) -> list[Any]:
    return [told] if isinstance(told, (str, int)) else list(told)


def replayed(recording: Recording, scenario: Scenario) -> Outcome:
    """Replay a recording under one setting."""
    clock = VirtualClock()
    stage = _Stage(recording, scenario, clock)
    state = None if scenario.policy is None else StoppingState(recording.goal, scenario.policy)
    rules = Rules(
        scenario.concurrency, recording.metric_name, state, reaction_s=recording.reaction_s
    )
    play(stage, rules, clock)
    return Outcome(
        recording,
        policy_text(scenario.policy),
        scenario.concurrency,
        scenario.sampling,
        tuple(stage.played[trial_id] for trial_id in stage.given),
    )


def as_recorded(recording: Recording) -> Outcome:
    """Return what a sweep was."""
    scenario = Scenario(None, recording.concurrency)
    # Without a policy every trial is played to where its recording ends.
    plain = replayed(recording, scenario)
    trials = tuple(
        Played(t.recorded, t.began_s, t.ended_s, t.values, t.recorded.stopped_at)
        for t in plain.trials
    )
    return Outcome(
        recording, policy_text(recording.policy), recording.concurrency, "recorded", trials
    )


class _Stage:
    """The stage of a replay, in memory."""

    def __init__(self, recording: Recording, scenario: Scenario, clock: VirtualClock) -> None:
        self.given: dict[str, RecordedTrial] = {}
        self.played: dict[str, Played] = {}
        self._recording = recording
        self._clock = clock
        self._order: Order = make_order(recording, scenario.sampling, scenario.seed)
        self._most_trials = scenario.most_trials
        self._observations: list[Observation] = []
        self._pending: dict[str, Parameters] = {}
        self._began: dict[str, float] = {}
        self._values: dict[str, list[float]] = {}
        self._stops: dict[str, Judgement] = {}

    def next(self) -> tuple[str, TrialTrace] | None:
        if self._most_trials is not None and len(self.given) >= self._most_trials:
            return None
        trial = self._order.next(self._observations, list(self._pending.values()))
        if trial is None:
            return None
        self.given[trial.trial_id] = trial
        self._pending[trial.trial_id] = trial.parameters
        self._values[trial.trial_id] = []
        return trial.trial_id, trial.trace

    def begin(self, trial_id: str) -> None:
        self._began[trial_id] = self._clock()

    def report(self, trial_id: str, report: Report) -> None:
        value = report.metrics.get(self._recording.metric_name)
        if isinstance(value, (int, float)):
            self._values[trial_id].append(float(value))

    def judge(self, trial_id: str, judgement: Judgement) -> None:
        if judgement.verdict.stop:
            self._stops[trial_id] = judgement

    def end(self, trial_id: str, ending: Ending | None) -> None:
        stop, values = self._stops.get(trial_id), tuple(self._values.pop(trial_id))
        self.played[trial_id] = Played(
            self.given[trial_id],
            self._began[trial_id],
            self._clock(),
            values,
            None if stop is None else stop.interval,
            None if stop is None else stop.verdict.reason,
        )
        best = best_number(self._recording.goal, values)
        score = None if best is None else self._recording.goal.score(best)
        parameters = self._pending.pop(trial_id)
        self._observations.append(Observation(parameters, score, stop is not None))

    def close(self) -> None:
        self._most_trials = 0


def _notes(
    recording: Recording, scenarios: Sequence[Scenario], outcomes: Sequence[Outcome]
) -> Iterable[str]:
    yield from recording.notes
    n_cut = sum(trial.is_cut for trial in recording.trials)
    if n_cut and any(outcome.cut for outcome in outcomes):
        n_trials = len(recording.trials)
        yield (
            f"{n_cut} of {n_trials} trials were stopped or cancelled when they were recorded. How "
            "they would have gone on is not known: in a replay they end there at the latest "
            "(cut), and what more lenient settings would have cost or found is not known either."
        )
    if any(scenario.concurrency != recording.concurrency for scenario in scenarios):
        yield (
            f"{counted(recording.concurrency, 'trial')} ran at once when they were recorded. Here "
            "each takes as long as it did then, however many run beside it."
        )
    if any(scenario.sampling != "recorded" for scenario in scenarios):
        yield "Samplings choose among the recorded trials only."

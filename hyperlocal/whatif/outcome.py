"""Outcomes: what a sweep was, or would have been, trial by trial."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hyperlocal.domain.ranking import best_number, first_to_best
from hyperlocal.domain.secrecy import shown_values
from hyperlocal.whatif.recorded import RecordedTrial, in_order
from hyperlocal.whatif.recording import Recording

__all__ = ["Outcome", "Outcomes", "Played"]


@dataclass(frozen=True)
class Played:
    """One trial of a replay. Times are in seconds since the sweep began.

    Attributes:
        recorded: The trial that was replayed.
        began_s: When it began to run.
        ended_s: When it ended.
        values: What it had reported of the primary metric by then.
        stopped_at: The interval at which the policy stopped it; None if it did not.
        reason: Why, in numbers.
    """

    recorded: RecordedTrial
    began_s: float
    ended_s: float
    values: tuple[float, ...]
    stopped_at: int | None = None
    reason: str | None = None

    @property
    def trial_id(self) -> str:
        """Its name."""
        return self.recorded.trial_id

    def told(self, metric_name: str) -> list[tuple[float, float]]:
        """Return what it had reported of the primary metric, with the time of each report."""
        told = self.recorded.told(metric_name)[: len(self.values)]
        return [(self.began_s + at_s, value) for at_s, value in told]

    @property
    def ran_s(self) -> float:
        """For how long it ran."""
        return self.ended_s - self.began_s

    @property
    def saved_s(self) -> float:
        """For how much longer it ran when it was recorded."""
        return max(0.0, self.recorded.duration_s - self.ran_s)

    @property
    def ending(self) -> str:
        """How it ended: `stopped`, `failed`, `completed`, or `cut`, where its recording ends."""
        if self.stopped_at is not None:
            return "stopped"
        if self.recorded.is_cut:
            return "cut"
        return "failed" if self.recorded.trace.exit_code else "completed"


@dataclass(frozen=True)
class Outcome:
    """What became of a sweep under some settings.

    Attributes:
        recording: What was replayed.
        policy: The policy, as text.
        concurrency: How many trials ran at once.
        sampling: In which order they were tried.
        trials: What became of them, in the order in which they were tried.
    """

    recording: Recording
    policy: str
    concurrency: int
    sampling: str
    trials: tuple[Played, ...]

    @property
    def stopped(self) -> list[Played]:
        """The trials that the policy stopped."""
        return [trial for trial in self.trials if trial.stopped_at is not None]

    @property
    def cut(self) -> list[Played]:
        """The trials that were played to where their recording was cut, and no further."""
        return [trial for trial in self.trials if trial.ending == "cut"]

    @cached_property
    def compute_s(self) -> float:
        """For how long trials ran, all together."""
        return math.fsum(trial.ran_s for trial in self.trials)

    @cached_property
    def saved_s(self) -> float:
        """How much less that is than what was recorded; trials that were not tried count."""
        recorded = math.fsum(trial.duration_s for trial in self.recording.trials)
        return recorded - self.compute_s

    @property
    def saved_share(self) -> float:
        """The same as a share of what was recorded."""
        recorded = self.compute_s + self.saved_s
        return self.saved_s / recorded if recorded else 0.0

    @cached_property
    def wall_s(self) -> float:
        """How long the whole sweep took."""
        return max((trial.ended_s for trial in self.trials), default=0.0)

    @cached_property
    def best(self) -> tuple[Played, float] | None:
        """The trial that reached the best metric, and that; None if none has a number."""
        name = self.recording.metric_name
        told = ((at, trial, value) for trial in self.trials for at, value in trial.told(name))
        return first_to_best(self.recording.goal, in_order(told))

    @cached_property
    def regret(self) -> float | None:
        """How much worse the best is than the best that was recorded; None without either."""
        recorded = self.recording.best()
        if recorded is None or self.best is None:
            return None
        goal = self.recording.goal
        # Adding zero turns a negative zero into zero.
        return goal.score(recorded[1]) - goal.score(self.best[1]) + 0.0

    @cached_property
    def best_recorded(self) -> Played | None:
        """What became of the trial that was recorded as the best; None if it was not tried."""
        recorded = self.recording.best()
        wanted = None if recorded is None else recorded[0].trial_id
        return next((trial for trial in self.trials if trial.trial_id == wanted), None)

    @property
    def keeps_best(self) -> bool:
        """Whether the trial that was recorded as the best was tried and not stopped."""
        return self.best_recorded is not None and self.best_recorded.stopped_at is None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as values that JSON knows; NaN is None."""
        best = self.best
        return {
            "policy": self.policy,
            "concurrency": self.concurrency,
            "sampling": self.sampling,
            "trials": len(self.trials),
            "stopped": len(self.stopped),
            "cut": len(self.cut),
            "compute_seconds": self.compute_s,
            "saved_seconds": self.saved_s,
            "saved_share": self.saved_share,
            "wall_seconds": self.wall_s,
            "best_trial": None if best is None else best[0].trial_id,
            "best_metric": None if best is None else best[1],
            "regret": self.regret,
            "keeps_best": self.keeps_best,
            "what_became_of_trials": [_trial_dict(self.recording, t) for t in self.trials],
        }


def _trial_dict(recording: Recording, trial: Played) -> dict[str, Any]:
    return {
        "trial": trial.trial_id,
        "parameters": shown_values(trial.recorded.parameters),
        "ending": trial.ending,
        "began_seconds": trial.began_s,
        "ended_seconds": trial.ended_s,
        "saved_seconds": trial.saved_s,
        "intervals": len(trial.values),
        "stopped_at": trial.stopped_at,
        "reason": trial.reason,
        "best_metric": best_number(recording.goal, trial.values),
        "recorded_best_metric": best_number(
            recording.goal, trial.recorded.values(recording.metric_name)
        ),
    }


@dataclass(frozen=True)
class Outcomes:
    """A sweep as it was recorded, and what it would have been, as `Comparison` has it.

    Attributes:
        recording: The sweep.
        recorded: What it was.
        outcomes: What it would have been, in the order in which settings were given.
        notes: What should be known of the answer.
    """

    recording: Recording
    recorded: Outcome
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as values that JSON knows."""
        return {
            "name": self.recording.name,
            "metric": self.recording.metric_name,
            "goal": self.recording.goal.value,
            "notes": list(self.notes),
            "recorded": self.recorded.to_dict(),
            "outcomes": [outcome.to_dict() for outcome in self.outcomes],
        }

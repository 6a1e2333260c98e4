"""Asked: the settings of the what-if page, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.policy import Bandit, MedianStopping, Policy, TruncationSelection

if TYPE_CHECKING:
    from hyperlocal.whatif import Recording

__all__ = ["KNOBS", "POLICIES", "Settings", "rounded", "settings_of"]

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


def settings_of(policy: Policy | None, recording: Recording, spread: float) -> Settings:
    """Return settings to begin with: those of the sweep's own policy, or a mild bandit."""
    told = Settings(concurrency=recording.concurrency, slack_amount=rounded(spread / 10))
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


def rounded(value: float) -> float:
    """Return a number in two digits; 0.1 in place of nothing."""
    return float(f"{value:.2g}") or 0.1

"""Early termination policies: when a trial that does badly is stopped.

A policy looks at a trial when it has logged the primary metric `delay_evaluation` times and the
count is a multiple of `evaluation_interval`. What a rule decides, and why, is kept with the run.
"""

from __future__ import annotations

from abc import ABC

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveRehydrateException,
    _coded,
    _rejection,
    _shown,
)

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "BanditPolicy",
    "EarlyTerminationPolicy",
    "MedianStoppingPolicy",
    "NoTerminationPolicy",
    "TruncationSelectionPolicy",
]


class EarlyTerminationPolicy(ABC):  # noqa: B024 - a base without abstract methods, as in the SDK
    """Base of the policies.

    Args:
        name: How `to_json` calls it.
        properties: What the policy is told.
    """

    def __init__(self, name: str, properties: Any = None) -> None:
        self._name = name
        self._properties = properties

    def to_json(self) -> dict[str, Any]:
        """The policy as the service is told it: `name`, and `properties` if it has any."""
        described: dict[str, Any] = {"name": self._name}
        if self._properties is not None:
            described["properties"] = self._properties
        return described

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EarlyTerminationPolicy):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]


class _ScheduledPolicy(EarlyTerminationPolicy):
    def __init__(
        self, name: str, evaluation_interval: Any, delay_evaluation: Any, **further: Any
    ) -> None:
        _check_int("evaluation_interval", evaluation_interval)
        _check_int("delay_evaluation", delay_evaluation)
        schedule = {
            "evaluation_interval": evaluation_interval,
            "delay_evaluation": delay_evaluation,
        }
        super().__init__(name, {**schedule, **further})
        self._evaluation_interval: int = evaluation_interval
        self._delay_evaluation: int = delay_evaluation

    @property
    def evaluation_interval(self) -> int:
        """After every how many reports of the primary metric a trial is looked at."""
        return self._evaluation_interval

    @property
    def delay_evaluation(self) -> int:
        """How many reports a trial may make before it is looked at for the first time."""
        return self._delay_evaluation


class BanditPolicy(_ScheduledPolicy):
    """Stops a trial that is worse than the best one by more than a slack.

    Args:
        evaluation_interval: After every how many reports of the primary metric it looks.
        slack_factor: The slack as a ratio: stop below `best / (1 + slack_factor)`.
        slack_amount: The slack as a difference: stop below `best - slack_amount`.
        delay_evaluation: How many reports a trial may make first.
    """

    POLICY_NAME = "Bandit"

    def __init__(
        self,
        evaluation_interval: int = 1,
        slack_factor: float | None = None,
        slack_amount: float | None = None,
        delay_evaluation: int = 0,
    ) -> None:
        # By truth, not by None: as in the SDK two zeros pass, and a factor of 0 counts as absent.
        _check_single("slack_factor", slack_factor)
        _check_single("slack_amount", slack_amount)
        if (slack_factor and slack_amount) or (slack_factor is None and slack_amount is None):
            raise _rejection(
                f"BanditPolicy: slack_factor is {_shown(slack_factor)} and slack_amount is "
                f"{_shown(slack_amount)}. Give exactly one of them, "
                "for instance BanditPolicy(slack_factor=0.1).",
                "slack_factor, slack_amount",
            )
        slack = {"slack_factor": slack_factor} if slack_factor else {"slack_amount": slack_amount}
        super().__init__(self.POLICY_NAME, evaluation_interval, delay_evaluation, **slack)
        self._slack_factor = slack_factor

    @property
    def slack_factor(self) -> float | None:
        """The slack as a ratio; None if it was given as an amount."""
        return self._slack_factor

    @staticmethod
    def _from_dict(dict_policy: Any) -> BanditPolicy:
        told = _properties_in(dict_policy, BanditPolicy)
        return BanditPolicy(
            evaluation_interval=told.get("evaluation_interval"),
            slack_factor=told.get("slack_factor"),
            slack_amount=told.get("slack_amount"),
            delay_evaluation=told.get("delay_evaluation"),
        )


class MedianStoppingPolicy(_ScheduledPolicy):
    """Stops a trial whose best report is worse than the median of all trials' running averages.

    Args:
        evaluation_interval: After every how many reports of the primary metric it looks.
        delay_evaluation: How many reports a trial may make first.
    """

    POLICY_NAME = "MedianStopping"

    def __init__(self, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        super().__init__(self.POLICY_NAME, evaluation_interval, delay_evaluation)

    @staticmethod
    def _from_dict(dict_policy: Any) -> MedianStoppingPolicy:
        told = _properties_in(dict_policy, MedianStoppingPolicy)
        return MedianStoppingPolicy(told.get("evaluation_interval"), told.get("delay_evaluation"))


class TruncationSelectionPolicy(_ScheduledPolicy):
    """Stops the trials that are, at the same number of reports, among the worst so many percent.

    Args:
        truncation_percentage: How many percent, from 1 to 99.
        evaluation_interval: After every how many reports of the primary metric it looks.
        delay_evaluation: How many reports a trial may make first.
    """

    POLICY_NAME = "TruncationSelection"

    def __init__(
        self, truncation_percentage: int, evaluation_interval: int = 1, delay_evaluation: int = 0
    ) -> None:
        _check_int("truncation_percentage", truncation_percentage)
        if not 1 <= truncation_percentage <= 99:
            raise _rejection(
                f"TruncationSelectionPolicy: truncation_percentage is "
                f"{_shown(truncation_percentage)}, "
                "but must be from 1 to 99.",
                "truncation_percentage",
            )
        super().__init__(
            self.POLICY_NAME,
            evaluation_interval,
            delay_evaluation,
            truncation_percentage=truncation_percentage,
            exclude_finished_jobs=False,
        )
        self._truncation_percentage = truncation_percentage

    @property
    def truncation_percentage(self) -> int:
        """How many percent of the trials are stopped each time."""
        return self._truncation_percentage

    @staticmethod
    def _from_dict(dict_policy: Any) -> TruncationSelectionPolicy:
        told = _properties_in(dict_policy, TruncationSelectionPolicy)
        return TruncationSelectionPolicy(
            told.get("truncation_percentage"),
            told.get("evaluation_interval"),
            told.get("delay_evaluation"),
        )


class NoTerminationPolicy(EarlyTerminationPolicy):
    """Lets every trial run to its end."""

    POLICY_NAME = "Default"

    def __init__(self) -> None:
        super().__init__(self.POLICY_NAME)

    @staticmethod
    def _from_dict(dict_policy: Any) -> NoTerminationPolicy:
        _check_name(dict_policy, NoTerminationPolicy)
        return NoTerminationPolicy()


_EVERY_POLICY = (
    BanditPolicy,
    MedianStoppingPolicy,
    TruncationSelectionPolicy,
    NoTerminationPolicy,
)


def _check_int(argument: str, value: object) -> None:
    if not isinstance(value, int):
        raise _rejection(
            f"{argument} is {_shown(value)} ({type(value).__name__}), but must be an int.",
            argument,
        )


def _check_single(argument: str, value: object) -> None:
    try:
        bool(value)
    except ValueError:  # an array says neither yes nor no
        raise _rejection(
            f"{argument} is {_shown(value)}, but must be a number.", argument
        ) from None


def _name_in(dict_policy: dict[str, Any]) -> str | None:
    name = dict_policy.get("name")
    return name.lower() if isinstance(name, str) else None


def _check_name(dict_policy: Any, kind: type[EarlyTerminationPolicy]) -> None:
    wanted: str = kind.POLICY_NAME  # type: ignore[attr-defined]
    if not isinstance(dict_policy, dict) or _name_in(dict_policy) != wanted.lower():
        raise _rejection(
            f"{_shown(dict_policy)} is not a stored {kind.__name__}: "
            f"it must be a dict whose 'name' is {wanted!r}.",
            "dict_policy",
        )


def _properties_in(dict_policy: Any, kind: type[EarlyTerminationPolicy]) -> Any:
    """The properties of a stored policy that must be of this kind."""
    _check_name(dict_policy, kind)
    if "properties" not in dict_policy:
        raise _coded(
            HyperDriveRehydrateException(
                f"{_shown(dict_policy)} has no 'properties' to make a {kind.__name__} from."
            ),
            "dict_policy",
        )
    properties = dict_policy["properties"]
    if not isinstance(properties, dict):
        raise _rejection(
            f"The properties of a stored {kind.__name__} are {_shown(properties)}, "
            "but must be a dict.",
            "dict_policy",
        )
    return properties


def _policy_from_dict(dict_policy: Any) -> EarlyTerminationPolicy:
    """Make a policy again from what its `to_json` said."""
    if not isinstance(dict_policy, dict):
        raise _rejection(
            f"{_shown(dict_policy)} is not a stored policy: it must be a dict.", "dict_policy"
        )
    if "name" not in dict_policy:
        raise _coded(
            HyperDriveRehydrateException(
                f"{_shown(dict_policy)} has no 'name' that tells which policy it is."
            ),
            "dict_policy",
        )
    for kind in _EVERY_POLICY:
        if _name_in(dict_policy) == kind.POLICY_NAME.lower():
            return kind._from_dict(dict_policy)
    names = ", ".join(repr(kind.POLICY_NAME) for kind in _EVERY_POLICY)
    raise _rejection(
        f"There is no policy named {_shown(dict_policy['name'])}; the names are {names}.",
        "dict_policy",
    )


__getattr__ = _placeholders.lacking(__name__)

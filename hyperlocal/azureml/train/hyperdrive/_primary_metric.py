"""The goal of a sweep: whether the primary metric is to be large or small."""

from __future__ import annotations

from enum import Enum

from hyperlocal.azureml.train.hyperdrive.exceptions import _rejection, _shown

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from typing import Any

__all__ = ["PrimaryMetricGoal"]


class PrimaryMetricGoal(Enum):
    """Whether the primary metric is to be maximized or minimized."""

    MAXIMIZE = "MAXIMIZE"
    MINIMIZE = "MINIMIZE"

    @staticmethod
    def from_str(goal: Any) -> PrimaryMetricGoal:
        """The goal of this name, in whatever case.

        Raises:
            HyperDriveConfigException: It is neither "maximize" nor "minimize".
        """
        if isinstance(goal, str) and goal.upper() in PrimaryMetricGoal.__members__:
            return PrimaryMetricGoal[goal.upper()]
        raise _rejection(
            f"The goal of the primary metric is {_shown(goal)}, "
            "but must be 'maximize' or 'minimize'.",
            "goal",
        )

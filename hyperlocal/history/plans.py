"""Plans: what a recorded run was told to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperlocal.domain.codec import plan_from_json
from hyperlocal.errors import PlanError

if TYPE_CHECKING:
    from hyperlocal.domain.flow import Flow
    from hyperlocal.domain.sweep import Plan
    from hyperlocal.history.records import RunRecord

__all__ = ["plan_of"]


def plan_of(record: RunRecord) -> Plan | Flow | None:
    """Return the plan of a run; None for a run without a controller of its own.

    Raises:
        PlanError: It cannot be read; the text names the run and says what to do.
    """
    if record.plan is None:
        return None
    try:
        return plan_from_json(record.plan)
    except PlanError as error:
        raise PlanError(
            f"Run {record.run_id}: {error} `hyperlocal doctor {record.run_id}` says more."
        ) from error

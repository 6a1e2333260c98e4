"""Plans: what a recorded run was told to do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from hyperlocal.domain.codec import plan_from_json
from hyperlocal.errors import PlanError

if TYPE_CHECKING:
    from hyperlocal.domain.sweep import Plan, Workflow
    from hyperlocal.history.records import RunRecord

__all__ = ["plan_of"]


_read = lru_cache(maxsize=128)(plan_from_json)  # who looks at a run does so again and again


def plan_of(record: RunRecord) -> Plan | Workflow | None:
    """Return the plan of a run; None for a run without a controller of its own.

    A process reads each plan once: it is a frozen value, which all who ask share.

    Raises:
        PlanError: It cannot be read; the text names the run and says what to do.
    """
    if record.plan is None:
        return None
    try:
        return _read(record.plan)
    except PlanError as error:
        raise PlanError(
            f"Run {record.run_id}: {error} `hyperlocal doctor {record.run_id}` says more."
        ) from error

"""Failures that are one failure: the first trials of a sweep, all for the same reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hyperlocal.domain.status import Status

__all__ = ["ENOUGH", "alike", "common_reason", "first_failures"]

ENOUGH = 3
"""So many trials have to fail alike before it is worth a word."""

_VARYING = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def alike(reason: str) -> str:
    """Return what reasons have in common that are the same but for the numbers in them."""
    return _VARYING.sub("0", reason)


def common_reason(reasons: Sequence[str | None]) -> str | None:
    """Return the first reason if all are the same but for the numbers in them, else None."""
    if not reasons or reasons[0] is None:
        return None
    kinds = {None if reason is None else alike(reason) for reason in reasons}
    return reasons[0] if len(kinds) == 1 else None


def first_failures(ended: Iterable[tuple[Status, str | None]], least: int) -> str | None:
    """Return why all trials failed that have ended, if that are enough and it is one reason.

    Args:
        ended: Status and reason of each trial that has ended.
        least: How many that are at least.
    """
    reasons = []
    for status, reason in ended:
        if status is not Status.FAILED:
            return None
        reasons.append(reason)
    return common_reason(reasons) if len(reasons) >= least else None

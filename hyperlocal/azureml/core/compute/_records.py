"""Compute targets that scripts made, remembered in the home."""

from __future__ import annotations

import re
from typing import Any

from hyperlocal.azureml.core._connection import this_history
from hyperlocal.azureml.exceptions import ComputeTargetException, UserErrorException

__all__ = ["all_records", "forget", "max_nodes", "record", "remember"]

_KIND = "compute"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,31}")
_RESERVED = ("local",)


def record(name: Any) -> dict[str, Any] | None:
    """Return what is remembered of a target, or None."""
    asset = this_history().assets.get(_KIND, str(name))
    return None if asset is None else dict(asset.body)


def all_records() -> dict[str, dict[str, Any]]:
    """Return what is remembered, by name, in order of creation."""
    return {asset.name: dict(asset.body) for asset in this_history().assets.list(_KIND)}


def remember(name: Any, body: dict[str, Any]) -> None:
    """Remember a target; one of that name is changed.

    Raises:
        UserErrorException: The name is reserved.
        ComputeTargetException: The service would not take the name.
    """
    if name in _RESERVED:
        raise UserErrorException(f"The name {name!r} is reserved. Choose another one.")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name.endswith("-"):
        raise ComputeTargetException(
            f"The compute target's name is {name!r}, but must have 2 to 32 letters, digits and "
            "dashes, start with a letter and not end with a dash."
        )
    assets = this_history().assets
    if assets.get(_KIND, name) is None:
        assets.add(_KIND, name, body)
    else:
        assets.replace(_KIND, name, body)


def forget(name: str) -> None:
    """Forget a target."""
    this_history().assets.delete(_KIND, name)


def max_nodes(name: str) -> int | None:
    """Return how many trials a target takes at once; None if it sets no limit.

    In the cloud a run waits for ever on a cluster that may have no node; here it gets one.
    """
    limit = (record(name) or {}).get("max_nodes")
    return max(1, int(limit)) if isinstance(limit, (int, float)) else None

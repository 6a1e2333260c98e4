"""Refusals: what the SDK lets pass and only the service would not."""

from __future__ import annotations

import math
import os

from hyperlocal.azureml.exceptions import TrainingException

__all__ = ["is_positive", "passable", "refused"]


def refused(why: str) -> TrainingException:
    """Return what to raise for a configuration that the service would refuse."""
    return TrainingException(f"The run was refused: {why}")


def is_positive(value: object) -> bool:
    """Tell whether a value is a number above 0 that is finite as a float, too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return 0 < float(value) < math.inf
    except OverflowError:
        return False


def passable(text: str, what: str) -> str:
    """Return a text that a process can be given as an argument or in a variable.

    Raises:
        TrainingException: The system can give it to none; `what` says where it came from.
    """
    try:
        is_passable = b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        is_passable = False
    if not is_passable:
        raise refused(
            f"{what} {text!r} holds a NUL character or half of a surrogate pair, which no process "
            "can be given. Take it out."
        )
    return text

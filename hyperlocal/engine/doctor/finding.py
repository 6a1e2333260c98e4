"""Finding: one thing that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """Something that should not be so.

    Attributes:
        run_id: The run that it is about; None if it is about the home.
        what: What is wrong.
        advice: What the user can do.
        repair: Does it for the user; None where that is not safe. It raises HyperlocalError or
            OSError for what is left to the user.
    """

    run_id: str | None
    what: str
    advice: str
    repair: Callable[[], object] | None = None

"""Advice: said once in a process, about an argument that has no effect here."""

from __future__ import annotations

import warnings

__all__ = ["advise"]

_said: set[str] = set()


def advise(subject: str, text: str) -> None:
    """Warn that `subject` is kept and shown back but changes nothing, once in this process."""
    if subject in _said:
        return
    _said.add(subject)
    warnings.warn(f"{subject}: {text}", UserWarning, stacklevel=3)

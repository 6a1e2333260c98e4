"""Advice and warnings, at the line of the script that led to them."""

from __future__ import annotations

import os
import sys
import warnings

__all__ = ["advise", "warn_caller"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_said: set[str] = set()


def advise(subject: str, text: str) -> None:
    """Warn that `subject` is kept and shown back but changes nothing, once in this process."""
    if subject not in _said:
        _said.add(subject)
        warn_caller(f"{subject}: {text}")


def warn_caller(sentence: str) -> None:
    """Warn at the line outside of hyperlocal that led here."""
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(sentence, UserWarning, stacklevel=level)

"""Wording: names, values and trials as figures show them.

Plotly takes some tags in texts for its own; here whatever people wrote stays as they wrote it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from hyperlocal.views import text
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["hover", "literal", "number", "plain", "setting", "shortened", "trials_text"]

_LONGEST = 60
_MOST_PARAMETERS = 12
_MOST_METRICS = 4


def shortened(words: str, longest: int = _LONGEST) -> str:
    """Return a text, on one line, cut if it is long."""
    line = text.one_line(words)
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


@lru_cache(maxsize=8192)  # most are names, and options of a choice
def literal(words: str, longest: int = _LONGEST) -> str:
    """Return a text cut, and so that Plotly shows it as it is, markup included."""
    return html.escape(shortened(words, longest), quote=False)


def plain(words: str, longest: int = _LONGEST) -> str:
    """Return a text for the few places where Plotly shows neither tags nor what stands for them.

    These are the ticks of parallel coordinates, and all words in three dimensions.
    """
    return shortened(words, longest).replace("<", "\u2039").replace(">", "\u203a")


def number(value: float | None) -> str:
    """Return a number with as many digits as a person reads."""
    return text.NOTHING if value is None else f"{value:.{text.SHORT_DIGITS}g}"


def setting(value: Any) -> str:
    """Return a parameter's value as a figure shows it."""
    if type(value) is float:
        return f"{value:.6g}"
    return literal(text.setting(value, text.SHORT_DIGITS))


def hover(data: SweepData, trial: TrialData, *more: str) -> str:
    """Return what is told of a trial where somebody points at it.

    Args:
        data: The sweep.
        trial: The trial.
        *more: Lines that come after its number and status, as they are.
    """
    if "hover" not in trial.kept:
        trial.kept["hover"] = "<br>".join(_lines(data, trial))
    head = f"<b>trial {trial.number}</b>: {trial.outcome}"
    return "<br>".join([head, *more, trial.kept["hover"]])


def _lines(data: SweepData, trial: TrialData) -> list[str]:
    lines = _metrics(data, trial)
    lines += [
        f"{literal(name, 40)} = {setting(value)}"
        for name, value in list(trial.parameters.items())[:_MOST_PARAMETERS]
    ]
    n_left = len(trial.parameters) - _MOST_PARAMETERS
    if n_left > 0:
        lines.append(f"and {text.counted(n_left, 'parameter')} more")
    if trial.reason:
        lines.append(literal(trial.reason, 100))
    return lines


def _metrics(data: SweepData, trial: TrialData) -> list[str]:
    lines = []
    if data.metric_name is not None:
        told = number(trial.best) if trial.best is not None else "no finite number"
        lines.append(f"{literal(data.metric_name, 40)}: {told}")
    others = [n for n, told in trial.metrics.items() if told.n_numeric and n != data.metric_name]
    lines += [
        f"{literal(name, 40)}: {number(trial.metrics[name].last)} (last)"
        for name in others[:_MOST_METRICS]
    ]
    return lines


def trials_text(trials: Iterable[TrialData]) -> str:
    """Return how many trials these are, and how they stand: `3 (2 Failed, 1 Running)`."""
    counts: dict[str, int] = {}
    for trial in trials:
        counts[trial.outcome] = counts.get(trial.outcome, 0) + 1
    told = ", ".join(f"{n:,} {outcome}" for outcome, n in counts.items())
    return f"{sum(counts.values()):,} ({told})"

"""Mattered: which hyperparameters a sweep's metric depends on, as text and as plain values."""

from __future__ import annotations

from typing import Any

from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import text
from hyperlocal.views.importance import Effect, Importance, importance_of
from hyperlocal.views.page import Column, Page
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["mattered_document", "mattered_line", "read_importance", "write_mattered"]

_MOST_TOLD = 3
_WIDEST_BAR = 20


def read_importance(history: History, record: RunRecord) -> Importance:
    """Work out the importance of a sweep's hyperparameters. It takes a second or more."""
    return importance_of(SweepReader(history, record.run_id).read())


def mattered_line(told: Importance) -> str:
    """Return what mattered as one line, or why nothing can be said."""
    if told.obstacle is not None:
        return f"What mattered: {told.obstacle}"
    shown = ", ".join(map(_in_words, told.effects[:_MOST_TOLD]))
    n_more = len(told.effects) - _MOST_TOLD
    return f"What mattered: {shown}{f', and {n_more:,} more' if n_more > 0 else ''}"


def _in_words(effect: Effect) -> str:
    name = text.one_line(effect.name)
    if not effect.is_sure:
        return f"{name} perhaps not at all"
    return f"{name} {text.percent(effect.mean)} ({_interval(effect)})"


def _interval(effect: Effect) -> str:
    return f"{text.percent(effect.low)} to {text.percent(effect.high)}"


def write_mattered(page: Page, told: Importance) -> None:
    """Write a table of all hyperparameters with their importance and how sure that is."""
    page.heading("What mattered")
    if told.obstacle is not None:
        page.line(told.obstacle)
        return
    greatest = max(effect.mean for effect in told.effects)
    columns = [
        Column("Hyperparameter", is_long=True),
        Column("Importance", is_number=True),
        Column("Bar", optional=1),
        Column("Interval of 90%"),
        Column("Note", is_long=True, is_note=True),
    ]
    rows = [
        [
            text.one_line(effect.name),
            text.percent(effect.mean),
            _bar(effect.mean, greatest, page),
            _interval(effect),
            text.NOTHING if effect.is_sure else "may be nothing",
        ]
        for effect in told.effects
    ]
    page.table(columns, rows)
    page.line(
        f"A model explains {text.percent(told.skill)} of the differences in rank between trials "
        f"that it has not seen ({told.n_trials:,} trials); importance is how much less it does "
        "when that hyperparameter is shuffled."
    )
    for note in told.notes:
        page.line(note)


def _bar(mean: float, greatest: float, page: Page) -> str:
    if not page.is_terminal or mean <= 0 or greatest <= 0:
        return ""
    return ("█" if page.is_fine else "#") * max(round(_WIDEST_BAR * mean / greatest), 1)


def mattered_document(told: Importance) -> dict[str, Any]:
    """Return the importance as plain values."""
    return {
        "n_trials": told.n_trials,
        "explained": told.skill,
        "hyperparameters": [
            {"name": each.name, "importance": each.mean, "low": each.low, "high": each.high}
            for each in told.effects
        ],
        "obstacle": told.obstacle,
        "notes": list(told.notes),
    }

"""Compared sweeps: what came of them, their settings and spaces, and their best, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hyperlocal.views import plans, text
from hyperlocal.views.compared import (
    MISSING,
    Line,
    best_place,
    mapping_lines,
    text_line,
    value_line,
    without_empty,
)
from hyperlocal.views.sweep_data import SweepData

__all__ = ["best_parameter_lines", "result_lines", "setting_lines", "space_lines"]


def result_lines(sweeps: Sequence[SweepData]) -> list[Line]:
    """Return what came of sweeps: their trials, their best, and what they took."""
    outcomes = dict.fromkeys(outcome for each in sweeps for outcome in each.counts)
    bests = value_line(
        "best", [MISSING if each.best is None else each.best.best for each in sweeps]
    )
    lines = [
        text_line("status", [each.status.value for each in sweeps]),
        text_line("why", [text.one_line(each.reason or text.NOTHING) for each in sweeps]),
        replace(bests, best=_leader(sweeps)),
        text_line("best trial", [_best_trial(each) for each in sweeps]),
        text_line("trials", [f"{len(each.trials):,}" for each in sweeps]),
        *(text_line(o, [f"{each.counts.get(o, 0):,}" for each in sweeps]) for o in outcomes),
        text_line("took", [text.duration(_took(each)) for each in sweeps]),
        text_line("compute of all trials", [text.duration(_compute(each)) for each in sweeps]),
        text_line("trials until its best", [_until_best(each) for each in sweeps]),
    ]
    return without_empty(lines)


def _leader(sweeps: Sequence[SweepData]) -> int | None:
    """Return the place of the best one; None if they have not one aim."""
    aims = {(each.metric_name, each.goal) for each in sweeps}
    goal = sweeps[0].goal
    if len(aims) > 1 or goal is None:
        return None
    return best_place(goal, [None if each.best is None else each.best.best for each in sweeps])


def _best_trial(data: SweepData) -> str:
    return text.NOTHING if data.best is None else f"trial {data.best.number}"


def _took(data: SweepData) -> float:
    return max((data.ended_at or data.read_at) - data.begun_at, 0.0)


def _compute(data: SweepData) -> float:
    return sum(trial.duration_s(data.read_at) or 0.0 for trial in data.trials)


def _until_best(data: SweepData) -> str:
    if data.best is None:
        return text.NOTHING
    return f"{sum(trial.key <= data.best.key for trial in data.trials):,}"


def setting_lines(sweeps: Sequence[SweepData]) -> list[Line]:
    """Return their settings in words, those first that differ."""
    held = [{"experiment": each.experiment, **each.settings()} for each in sweeps]
    names = [name for name in dict.fromkeys(n for e in held for n in e) if name != "search space"]
    lines = [text_line(name, [each.get(name, text.NOTHING) for each in held]) for name in names]
    return sorted(lines, key=lambda line: not line.differs)


def space_lines(sweeps: Sequence[SweepData]) -> list[Line]:
    """Return the distribution of each hyperparameter, those first that differ."""
    held = [_distributions(each) for each in sweeps]
    names = dict.fromkeys(name for each in held for name in each)
    lines = [
        text_line(text.one_line(name), [each.get(name, text.NOTHING) for each in held])
        for name in names
    ]
    return sorted(lines, key=lambda line: not line.differs)


def _distributions(data: SweepData) -> dict[str, str]:
    if data.sweep is None:
        return {}
    names, told = data.sweep.space.names, plans.space_text(data.sweep)
    return {n: t.removeprefix(f"{n}: ") for n, t in zip(names, told, strict=True)}


def best_parameter_lines(sweeps: Sequence[SweepData]) -> list[Line]:
    """Return the parameters of the best trial of each."""
    return mapping_lines([{} if e.best is None else e.best.parameters for e in sweeps])

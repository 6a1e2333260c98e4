"""Runs: the page of a run, which is another for a sweep than for a single run."""

from __future__ import annotations

from typing import Any

from dash import Dash

from hyperlocal.studio.pages import (
    actions,
    log,
    pipeline,
    run,
    sweep,
    sweep_charts,
    sweep_table,
)
from hyperlocal.studio.state import State
from hyperlocal.views.plans import sweep_of

__all__ = ["ADDRESS", "page", "register"]

ADDRESS = "runs"


def page(state: State, rest: str, query: dict[str, str]) -> tuple[Any, str]:
    """Return the page, and its title."""
    record = state.record(rest.strip("/"))
    if sweep_of(record) is not None:
        return sweep.page(state, record)
    return run.page(state, record)


def register(app: Dash, state: State) -> None:
    """Let the pages follow what happens."""
    for module in (sweep, sweep_table, sweep_charts, run, log, actions, pipeline):
        module.register(app, state)

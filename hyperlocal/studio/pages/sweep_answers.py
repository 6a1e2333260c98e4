"""Sweep answers: what all pages that are open on a sweep ask alike, encoded once for all of them.

Figures carry no theme: the page adds that, so that a page in the dark and one in the light share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from hyperlocal.errors import HyperlocalError, RunNotFound
from hyperlocal.studio.answers import Answer
from hyperlocal.studio.pages import actions, sweep_head, sweep_table
from hyperlocal.studio.pages.panels import BRUSHED, PANELS, Choices, Panel
from hyperlocal.studio.parts import badge
from hyperlocal.studio.state import Followed
from hyperlocal.studio.state import State as Shared
from hyperlocal.views import figures
from hyperlocal.views.leaderboard import outcome
from hyperlocal.views.sweep_data import SweepData

__all__ = ["add_answers", "chosen_by", "figure_of", "news_of", "rows_of"]

_TRIALS_PER_TICK = 1000  # charts of more are drawn anew less often, for each is megabytes
Constraints = dict[int, Any]


def add_answers(server: Flask, state: Shared) -> None:
    """Answer what pages of sweeps ask by themselves."""

    def tell(run_id: str, what: str) -> Response:
        try:
            return _told(state, run_id, what)
        except RunNotFound as error:
            raise NotFound(str(error)) from error

    server.add_url_rule("/sweeps/<run_id>/<path:what>", "sweeps", tell)


def _told(state: Shared, run_id: str, what: str) -> Response:
    followed = state.follow(run_id)
    if what == "rows":
        return rows_of(followed).response()
    if what == "news":
        answer = news_of(state, followed, run_id, _mark(request.args.get("mark", "")))
        response = Response(status=204) if answer is None else answer.response()
        response.headers["X-Ask-Again-After"] = f"{state.pace.pause_s():.1f}"
        return response
    panel = PANELS.get(what.removeprefix("figures/"))
    if panel is None:
        raise NotFound(f"There is no chart {what!r}.")
    constraints = _constraints(request.args.get("brush", ""))
    answer = figure_of(followed, panel, dict(request.args), constraints)
    return Response(status=202) if answer is None else answer.response()


def _mark(told: str) -> list[Any]:
    try:
        name, version, last_key = json.loads(told)
        return [str(name), int(version), int(last_key)]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadRequest("A page tells how far it knows the sweep.") from error


def _constraints(told: str) -> Constraints:
    """Return what is brushed, as a page tells it: the number of an axis to its ranges."""
    if not told:
        return {}
    try:
        held = dict(json.loads(told)).items()
        changes = {f"dimensions[{int(axis)}].constraintrange": ranges for axis, ranges in held}
        return figures.constraints_from({}, changes)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadRequest("A brush is the number of an axis with its ranges.") from error


def rows_of(followed: Followed) -> Answer:
    """Return all rows of the table, the names of their fields told once."""
    data = followed.data()
    sweep_table.columns_since(followed, data)  # which a page has that has these rows

    def make() -> dict[str, Any]:
        told = sweep_table.rows(data.trials, data)
        names = list(dict.fromkeys(name for row in told for name in row))
        packed = [[row.get(name) for name in names] for row in told]
        return {"mark": followed.mark(data), "names": names, "rows": packed}

    return followed.answers.get(("rows", data.version), make)


def news_of(state: Shared, followed: Followed, run_id: str, mark: list[Any]) -> Answer | None:
    """Return what has happened since a page looked last; None if nothing has, nor can have.

    Args:
        state: What is shared.
        followed: The sweep.
        run_id: Its id.
        mark: How far the page knows it.
    """
    data = followed.data()
    now_mark = followed.mark(data)
    if mark == now_mark and data.status.is_terminal:
        return None
    # What still runs is told again for its duration, at most as often as the sweep is looked at.
    key = ("news", *mark, data.version, None if data.status.is_terminal else data.read_at)
    return followed.answers.get(key, lambda: _news(state, followed, data, mark))


def _news(state: Shared, followed: Followed, data: SweepData, mark: list[Any]) -> dict[str, Any]:
    record = state.record(data.run_id)
    may_cancel, may_resume = actions.shows(record)
    version = followed.known_version(mark)
    # Places of columns are others now, or the page knows another count: then all is new.
    has_columns = version < sweep_table.columns_since(followed, data)
    change = sweep_table.transaction(data, -1 if has_columns else version, mark[2])
    news: dict[str, Any] = {
        "head": sweep_head.head(data, record),
        "status": badge(outcome(record)),
        "mayCancel": may_cancel,
        "mayResume": may_resume,
        "mark": followed.mark(data),
        "every": 1 if data.status.is_terminal else 1 + len(data.trials) // _TRIALS_PER_TICK,
        "change": change,
        "total": len(data.trials),
    }
    if has_columns:
        news |= {"columns": sweep_table.columns(data)}
    if version < 0 or change is not None:
        news |= {"outcomes": sorted(data.counts)}
    return news


def figure_of(
    followed: Followed, panel: Panel, asked: Mapping[str, str], constraints: Constraints
) -> Answer | None:
    """Return a panel's figure, of all trials or of those within a brush.

    None while it is made for somebody else: importance, for instance, takes its seconds.

    Args:
        followed: The sweep.
        panel: The panel.
        asked: What is chosen for it, and other things that are not for it.
        constraints: The brush: the number of an axis to its ranges. The chart that is brushed
            shows all trials, of which those that are left out are pale.
    """
    data = followed.data()
    choices = _allowed(panel, data, asked)
    key = (
        panel.key,
        data.version,
        tuple(sorted(choices.items())),
        str(sorted(constraints.items())),
    )
    return followed.answers.get_now(
        key, lambda: _draw(followed, data, panel, choices, constraints)
    )


def _allowed(panel: Panel, data: SweepData, asked: Mapping[str, str]) -> Choices:
    told = {name: options(data) for name, (_, options) in panel.choices.items()}
    return {name: asked[name] for name in told if asked.get(name) in told[name]}


def _draw(
    followed: Followed, data: SweepData, panel: Panel, choices: Choices, constraints: Constraints
) -> figures.Figure:
    try:
        if panel.key == BRUSHED:
            return figures.parallel_coordinates(data, constraints=constraints)
        chosen = chosen_by(followed, data, constraints)
        told = data if chosen is None else data.only(chosen)
        return panel.draw(followed, told, choices)
    except HyperlocalError as error:
        return figures.empty(str(error))


def chosen_by(followed: Followed, data: SweepData, constraints: Constraints) -> list[str] | None:
    """Return the trials within a brush; None for all, if there is none."""
    return figures.brushed(data, constraints) if constraints else None

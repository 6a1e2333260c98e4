"""A plan as JSON text and back, for the history."""

from __future__ import annotations

import dataclasses
import json
from enum import Enum
from typing import Any

from hyperlocal.domain import distribution as _distribution
from hyperlocal.domain import policy as _policy
from hyperlocal.domain import shapes as _shapes
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch, Placement, Pool
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import (
    Flow,
    Harvest,
    Job,
    Limits,
    Output,
    Plan,
    Resumption,
    Sampling,
    SamplingKind,
    Step,
    Sweep,
)
from hyperlocal.errors import PlanError, SearchSpaceError

__all__ = ["plan_from_json", "plan_to_json"]

_TAGGED: dict[str, type[Any]] = {
    **{
        name: getattr(_distribution, name)
        for name in _distribution.__all__
        if name != "Distribution"
    },
    "Bandit": _policy.Bandit,
    "MedianStopping": _policy.MedianStopping,
    "TruncationSelection": _policy.TruncationSelection,
    "Schedule": _policy.Schedule,
    "Launch": Launch,
    "Placement": Placement,
    "Pool": Pool,
    "Space": Space,
    "Sampling": Sampling,
    "Limits": Limits,
    "Resumption": Resumption,
    "Sweep": Sweep,
    "Job": Job,
    "Harvest": Harvest,
    "Output": Output,
    "Step": Step,
    "Flow": Flow,
}
_ENUMS: dict[str, type[Enum]] = {"Goal": Goal, "SamplingKind": SamplingKind}


def plan_to_json(plan: Plan | Flow) -> str:
    """Return the text from which `plan_from_json` makes an equal plan.

    Numbers of numpy become Python's.

    Raises:
        SearchSpaceError: An option of a choice is nothing that a history or a command line
            could carry.
    """
    return json.dumps(_encode(plan), separators=(",", ":"))


def plan_from_json(text: str) -> Plan | Flow:
    """Return the plan that `plan_to_json` wrote.

    Raises:
        PlanError: The text is none, for instance because the history is damaged.
    """
    try:
        plan = _decode(json.loads(text))
    except _UNREADABLE as error:
        raise PlanError(f"The settings of a run cannot be read: {_why(error)}.") from error
    if not isinstance(plan, (Sweep, Job, Flow)):
        raise PlanError(
            f"The settings of a run cannot be read: they are a {type(plan).__name__}, not a "
            "sweep, a job or a flow."
        )
    return plan


_UNREADABLE = (
    AttributeError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


def _why(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "they are nested too deeply"
    if isinstance(error, KeyError):
        return f"{error} is missing or unknown in them"
    return str(error).rstrip(".")


def _encode(value: Any) -> Any:
    if type(value).__name__ in _TAGGED and isinstance(value, _TAGGED[type(value).__name__]):
        fields = {f.name: _encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"is": type(value).__name__, "of": fields}
    if isinstance(value, (Goal, SamplingKind)):
        return {"is": type(value).__name__, "of": value.name}
    if isinstance(value, tuple):
        return {"is": "tuple", "of": [_encode(item) for item in value]}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    if isinstance(value, dict):
        return {"is": "dict", "of": [[_encode(k), _encode(v)] for k, v in value.items()]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if getattr(value, "ndim", None) == 0:
        return _encode(value.item())
    raise SearchSpaceError(
        f"{value!r} of type {type(value).__name__} cannot be the value of a parameter. Use "
        "numbers, text, booleans, None, and lists, tuples and dicts of these."
    )


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind, content = value["is"], value["of"]
    if kind == "tuple":
        return tuple(_decode(item) for item in content)
    if kind == "dict":
        return {_decode(k): _decode(v) for k, v in content}
    if kind in _ENUMS:
        return _ENUMS[kind][content]
    return _make(_TAGGED[kind], {name: _decode(item) for name, item in content.items()})


def _make(kind: type[Any], given: dict[str, Any]) -> Any:
    """Return the value of a class whose fields are of the types that it declares."""
    for name, fits in _shapes.fields_of(kind).items():
        if name in given and not fits(given[name]):
            told = f"{type(given[name]).__name__} {given[name]!r:.60}"
            raise TypeError(f"{name} of a {kind.__name__} cannot be the {told}")
    return kind(**given)

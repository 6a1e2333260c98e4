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
from hyperlocal.domain.launch import Launch, Pool, StagedInput
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import (
    Job,
    Limits,
    Output,
    Plan,
    Resumption,
    Sampling,
    SamplingKind,
    Step,
    Sweep,
    SweepOutput,
    Workflow,
)
from hyperlocal.errors import PlanError, SearchSpaceError

__all__ = ["plan_from_json", "plan_to_json", "stored_names"]

_FORMAT = 1
"""Plans of a newer format are refused; those of format 0 were written without a number."""

# Names in the history, which stay as they are, whatever classes and fields are called.
_KINDS: dict[str, type[Any]] = {
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
    "Placement": StagedInput,
    "Pool": Pool,
    "Space": Space,
    "Sampling": Sampling,
    "Limits": Limits,
    "Resumption": Resumption,
    "Sweep": Sweep,
    "Job": Job,
    "Harvest": SweepOutput,
    "Output": Output,
    "Step": Step,
    "Flow": Workflow,
}
_ENUMS: dict[str, type[Enum]] = {"Goal": Goal, "SamplingKind": SamplingKind}
_NAMES = {kind: name for name, kind in (*_KINDS.items(), *_ENUMS.items())}

# Fields that have another name in the history than here.
_STORED_FIELDS: dict[type[Any], dict[str, str]] = {
    Sweep: {"prior_sweeps": "earlier", "workflow": "flow"},
    Launch: {"staged_inputs": "placements"},
    Output: {"sweep_output": "harvest"},
}


def stored_names() -> dict[str, list[str]]:
    """Return what the history calls each kind of value in a plan, with its fields or members."""
    fields = {
        name: [_stored(kind, each.name) for each in dataclasses.fields(kind)]
        for name, kind in _KINDS.items()
    }
    return {**fields, **{name: [each.name for each in kind] for name, kind in _ENUMS.items()}}


def _stored(kind: type[Any], field: str) -> str:
    return _STORED_FIELDS.get(kind, {}).get(field, field)


def plan_to_json(plan: Plan | Workflow) -> str:
    """Return the text from which `plan_from_json` makes an equal plan.

    Numbers of numpy become Python's.

    Raises:
        SearchSpaceError: An option of a choice is nothing that a history or a command line
            could carry.
    """
    return json.dumps({"format": _FORMAT, **_encode(plan)}, separators=(",", ":"))


def plan_from_json(text: str) -> Plan | Workflow:
    """Return the plan that `plan_to_json` wrote, of this version or of an earlier one.

    Raises:
        PlanError: The text is none, for instance because the history is damaged, or a newer
            version wrote it.
    """
    try:
        told = json.loads(text)
        _check_format(told)
        plan = _decode(told)
    except _UNREADABLE as error:
        raise PlanError(f"The settings of a run cannot be read: {_why(error)}.") from error
    if not isinstance(plan, (Sweep, Job, Workflow)):
        raise PlanError(
            f"The settings of a run cannot be read: they are a {type(plan).__name__}, not a "
            "sweep, a job or a workflow."
        )
    return plan


def _check_format(told: Any) -> None:
    number = told.get("format", 0) if isinstance(told, dict) else 0
    if not isinstance(number, int) or not 0 <= number <= _FORMAT:
        raise ValueError(
            f"their format is {number!r:.60}, and this version reads those up to {_FORMAT}. Use "
            "the newer hyperlocal that has written them"
        )


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
    name = _NAMES.get(type(value))
    if isinstance(value, Enum) and name is not None:
        return {"is": name, "of": value.name}
    if name is not None:
        kind = type(value)
        fields = {
            _stored(kind, each.name): _encode(getattr(value, each.name))
            for each in dataclasses.fields(kind)
        }
        return {"is": name, "of": fields}
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
    if kind not in _KINDS:
        raise ValueError(f"this version knows no {kind!r:.60}")
    return _make(_KINDS[kind], {name: _decode(item) for name, item in content.items()})


def _make(kind: type[Any], given: dict[str, Any]) -> Any:
    """Return the value of a class whose fields are of the types that it declares."""
    own = {stored: name for name, stored in _STORED_FIELDS.get(kind, {}).items()}
    values = {own.get(name, name): held for name, held in given.items()}
    for name, fits in _shapes.fields_of(kind).items():
        if name in values and not fits(values[name]):
            told = f"{type(values[name]).__name__} {values[name]!r:.60}"
            raise TypeError(f"{name} of a {kind.__name__} cannot be the {told}")
    return kind(**values)

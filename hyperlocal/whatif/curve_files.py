"""Curve files: recordings that do not come from a history.

CSV has a line for each report, in order, under a header:

    trial,lr,seconds,accuracy
    a,0.1,60,0.71
    a,0.1,120,0.78
    b,0.5,55,0.64

`trial` names the trial, and `seconds`, which may be missing, says when it was, since the trial
began: else a report takes a second. The metric is in the column that `metric` names, or in the
one called `value`. Two more columns may be there: `duration`, for how long the trial ran, if it
went on after its last report, and `status`: `completed`, `failed`, or `stopped` if something else
ended it. All other columns are parameters. A trial that reported nothing has a line without a
value.

JSON is an object:

    {"metric": "accuracy", "goal": "maximize", "concurrency": 4,
     "trials": [{"trial": "a", "parameters": {"lr": 0.1}, "values": [0.71, 0.78],
                 "seconds": [60, 120], "duration": 130, "delay": 20, "status": "completed"}]}

`seconds` may also be a number, the time that each report takes. All but `values` may be missing.
`policy` is the sweep's own, as on the command line; `stopped_at` the interval at which that
stopped a trial, and `stop_lag` how many seconds later it had ended. Trials are in the order in
which they were tried.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.errors import FileError, SweepError
from hyperlocal.reading import file_json, file_text, shown, text_of
from hyperlocal.whatif.policies import policy_from, policy_text
from hyperlocal.whatif.recorded import RecordedSweep, RecordedTrial

__all__ = ["read", "write"]

_STATUSES = ("completed", "failed", "stopped")
_OF_SWEEP = {"metric", "goal", "concurrency", "policy", "trials"}
_OF_TRIAL = {
    "trial",
    "parameters",
    "values",
    "seconds",
    "duration",
    "delay",
    "status",
    "stopped_at",
    "stop_lag",
}
_NOT_PARAMETERS = {"trial", "seconds", "duration", "status"}
_DEFAULT_METRIC = "value"


def read(
    path: str, *, metric: str | None, goal: str | None, concurrency: int | None
) -> RecordedSweep:
    """Return the recording in a file; metric and goal, if given, count more than the file's."""
    readers: dict[str, Callable[[str, str | None], dict[str, Any]]] = {
        ".csv": _read_csv,
        ".json": _read_json,
    }
    reader = readers.get(Path(path).suffix.lower())
    if reader is None:
        raise SweepError(f"{path} is neither a .csv nor a .json file.")
    try:
        told = reader(path, metric)
    except FileError as error:
        raise SweepError(str(error)) from error
    chosen = goal or told.get("goal")
    if text_of(chosen).lower() not in [each.value for each in Goal]:
        raise SweepError(
            f"The goal of {path} is {shown(chosen)}, but must be maximize or minimize: say "
            "--goal (goal=)."
        )
    name = metric or told.get("metric") or _DEFAULT_METRIC
    if not isinstance(name, str):
        raise SweepError(f"The metric of {path} is {shown(name)}, but must be a text.")
    trials = [_trial(path, n, each, name) for n, each in enumerate(told.get("trials") or [])]
    own = told.get("policy")
    return RecordedSweep(
        name=Path(path).name,
        metric_name=name,
        goal=Goal(str(chosen).lower()),
        trials=tuple(trials),
        concurrency=told.get("concurrency") or concurrency or 1,
        policy=None if own is None else policy_from(own, None),
    )


def write(recording: RecordedSweep, path: str) -> None:
    """Write a recording as JSON."""
    from hyperlocal.engine.staging import write_whole

    told = {
        "metric": recording.metric_name,
        "goal": recording.goal.value,
        "concurrency": recording.concurrency,
        "policy": policy_text(recording.policy),
        "trials": [_described(trial, recording.metric_name) for trial in recording.trials],
    }
    write_whole(None, path, json.dumps(told, indent=1) + "\n")


def _described(trial: RecordedTrial, metric_name: str) -> dict[str, Any]:
    trace = trial.trace
    reports = [r for r in trace.reports if isinstance(r.metrics.get(metric_name), (int, float))]
    status = "stopped" if trial.is_cut else "failed" if trace.exit_code else "completed"
    return {
        "trial": trial.trial_id,
        "parameters": dict(trial.parameters),
        "values": [report.metrics[metric_name] for report in reports],
        "seconds": [report.at_s for report in reports],
        "duration": trace.duration_s,
        "delay": trace.delay_s,
        "stop_lag": trace.stop_lag_s,
        "status": status,
        "stopped_at": trial.stopped_at,
    }


def _read_json(path: str, metric: str | None) -> dict[str, Any]:
    told = file_json(path)
    if not isinstance(told, dict) or not isinstance(told.get("trials"), list):
        raise SweepError(f"{path} must hold an object with a list of 'trials'.")
    _check_names(path, told, _OF_SWEEP)
    return told


def _read_csv(path: str, metric: str | None) -> dict[str, Any]:
    try:
        reader = csv.DictReader(file_text(path).splitlines(keepends=True))
        header = list(reader.fieldnames or [])
        rows = list(reader)
    except csv.Error as error:
        raise SweepError(f"{path} is no CSV: {error}.") from error
    column = metric if metric in header else _DEFAULT_METRIC
    if "trial" not in header or column not in header:
        raise SweepError(
            f"{path} has the columns {', '.join(header) or 'none'}, but needs 'trial' and the "
            f"metric: 'value', or the one that --metric (metric=) names."
        )
    names = [each for each in header if each not in _NOT_PARAMETERS and each != column]
    trials: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise SweepError(f"Line {number} of {path} has not as many values as the header.")
        _add_row(path, number, row, column, names, trials)
    return {"metric": None if column == _DEFAULT_METRIC else column, "trials": [*trials.values()]}


def _add_row(
    path: str,
    number: int,
    row: Mapping[str, str],
    column: str,
    names: list[str],
    trials: dict[str, dict[str, Any]],
) -> None:
    parameters = {name: _guessed(row[name]) for name in names}
    trial = trials.setdefault(
        row["trial"],
        {"trial": row["trial"], "parameters": parameters, "values": [], "seconds": []},
    )
    if trial["parameters"] != parameters:
        raise SweepError(
            f"Line {number} of {path}: trial {row['trial']} has other parameters than before. "
            "Columns beside trial, seconds, duration, status and the metric are parameters."
        )
    for name, read_as in (("duration", float), ("status", str)):
        if row.get(name):
            trial[name] = _as(read_as, row[name], f"{name} in line {number} of {path}")
    if row[column].strip():
        where = f"line {number} of {path}"
        trial["values"].append(_as(float, row[column], f"{column} in {where}"))
        since = len(trial["values"]) if "seconds" not in row else row["seconds"]
        trial["seconds"].append(_as(float, since, f"seconds in {where}"))


def _trial(path: str, number: int, told: Any, metric_name: str) -> RecordedTrial:
    where = f"trial {number} of {path}"
    if not isinstance(told, dict) or not isinstance(told.get("values"), list):
        raise SweepError(f"{where} must be an object with a list of 'values'.")
    _check_names(where, told, _OF_TRIAL)
    values = [_as(float, value, f"a value of {where}") for value in told["values"]]
    seconds = told.get("seconds", 1.0)
    if not isinstance(seconds, list):
        step = _as(float, seconds, f"seconds of {where}")
        seconds = [step * n for n in range(1, len(values) + 1)]
    if len(seconds) != len(values):
        raise SweepError(f"{where} has {len(values)} values, but {len(seconds)} seconds.")
    times = [_as(float, at, f"seconds of {where}") for at in seconds]
    status = told.get("status", "completed")
    if status not in _STATUSES:
        raise SweepError(
            f"The status of {where} is {shown(status)}, but must be one of {', '.join(_STATUSES)}."
        )
    parameters, stopped_at = told.get("parameters") or {}, told.get("stopped_at")
    if not isinstance(parameters, dict):
        raise SweepError(
            f"The parameters of {where} are {shown(parameters)}, but must be an object."
        )
    if not isinstance(stopped_at, (int, type(None))):
        raise SweepError(f"stopped_at of {where} is {shown(stopped_at)}, but must be an integer.")
    reports = (Report(at, {metric_name: v}) for at, v in zip(times, values, strict=True))
    ends = told.get("duration", times[-1] if times else 0.0)
    return RecordedTrial(
        trial_id=text_of(told.get("trial", number)),
        parameters=parameters,
        trace=TrialTrace(
            tuple(reports),
            duration_s=_as(float, ends, f"duration of {where}"),
            delay_s=_as(float, told.get("delay", 0.0), f"delay of {where}"),
            stop_lag_s=_as(float, told.get("stop_lag", 0.0), f"stop_lag of {where}"),
            exit_code=1 if status == "failed" else 0,
            is_cut=status == "stopped",
        ),
        stopped_at=stopped_at,
    )


def _check_names(where: str, told: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(told.keys() - known)
    if unknown:
        raise SweepError(
            f"{where} has {', '.join(map(repr, unknown))}, but knows only "
            f"{', '.join(sorted(known))}."
        )


def _as(kind: Callable[[Any], Any], value: Any, what: str) -> Any:
    try:
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        raise SweepError(f"{what} is {shown(value)}, but must be a number.") from None


def _guessed(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False, "none": None, "": None}.get(text.lower(), text)

"""Details: `get_details` of a run, in the SDK's keys, and the definition it was submitted with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.secrecy import shown_definition
from hyperlocal.domain.status import Cause, Status
from hyperlocal.services.runs.facts import properties_of
from hyperlocal.services.runs.kinds import HYPERDRIVE, STEP, is_script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.history import History, RunRecord

__all__ = [
    "RunDefinition",
    "details_of",
    "error_of",
    "log_names",
    "read_log",
    "utc_text",
    "with_code",
]

_LOG_FOLDERS = ("azureml-logs/", "logs/azureml/", "system_logs/", "user_logs/")


class RunDefinition(dict[str, Any]):
    """The submitted definition. `['Arguments']` finds `['arguments']`: scripts use either."""

    def __missing__(self, key: str) -> Any:
        other = _lower_first(key)
        if other != key and other in self:
            return self[other]
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key in either spelling, or the default."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or (
            isinstance(key, str) and super().__contains__(_lower_first(key))
        )


def _lower_first(key: Any) -> Any:
    return key[:1].lower() + key[1:] if isinstance(key, str) else key


def details_of(
    history: History,
    record: RunRecord,
    definition: dict[str, Any],
    *,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return all that is told of a run. Times that are not known yet have no key.

    Args:
        history: Where the run is.
        record: The run.
        definition: What was submitted.
        inputs: The datasets that it read.
        outputs: Those that it wrote.
    """
    details: dict[str, Any] = {
        "runId": record.run_id,
        "target": definition.get("target", "sdk"),
        "status": record.status.value,
    }
    if record.started_at is not None:
        details["startTimeUtc"] = utc_text(record.started_at)
    if record.ended_at is not None:
        details["endTimeUtc"] = utc_text(record.ended_at)
    details["services"] = {}
    error, warnings = error_of(record), _warnings_of(record)
    if error:
        details["error"] = error
    if warnings:
        details["warnings"] = warnings
    details["properties"] = properties_of(history, record)
    details["inputDatasets"] = inputs
    details["outputDatasets"] = outputs
    if (is_script(record) or record.kind == STEP) and "script" in definition:
        details["runDefinition"] = RunDefinition(_definition_for(record, definition))
    folder = history.folder(record.run_id)
    details["logFiles"] = {
        name: (folder.path / name).as_uri() for name in log_names(history, record.run_id)
    }
    details["submittedBy"] = _user()
    return details


def _definition_for(record: RunRecord, definition: Mapping[str, Any]) -> dict[str, Any]:
    own = dict(definition)
    if record.command and own.get("script"):
        # Data stands in the record by its name; what was sampled comes after.
        known = list(own.get("arguments") or [])
        own["arguments"] = known + list(record.command[2 + len(known) :])
    return shown_definition(own)


def log_names(history: History, run_id: str) -> list[str]:
    """Return the names of a run's log files, sorted."""
    names = history.folder(run_id).file_names()
    return [name for name in names if name.startswith(_LOG_FOLDERS)]


def read_log(history: History, run_id: str, name: str) -> str:
    """Return what is in a log file now."""
    path = history.folder(run_id).file(name)
    return "" if path is None else path.read_text(encoding="utf-8", errors="replace")


def utc_text(seconds: float) -> str:
    """Return a time of the history as Azure writes it."""
    from datetime import datetime, timezone

    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def error_of(record: RunRecord) -> dict[str, Any] | None:
    """Return what went wrong in a run, or in some of its children, as the SDK shows it."""
    told = record.error
    if told is None and record.status is Status.FAILED and record.reason:
        told = {"message": record.reason}
    if told is None:
        return None
    return {"error": {**with_code(told, record.cause), "messageParameters": {}, "details": []}}


def with_code(told: Mapping[str, Any], cause: Cause | None) -> dict[str, Any]:
    """Return a recorded error with the service's code for it: the script's own, or by the cause.

    Whose fault it is follows from what ended the run: the platform's if its controller died.
    """
    code = "ServiceError" if cause is Cause.INTERRUPTED else "UserError"
    return {"code": code, **told}


def _warnings_of(record: RunRecord) -> list[dict[str, str]]:
    warnings = [{"source": "hyperlocal", "message": sentence} for sentence in record.warnings]
    if record.kind == HYPERDRIVE and record.error and record.status is not Status.FAILED:
        message = json.dumps(error_of(record), indent=2)
        warnings.insert(0, {"source": "SecondaryError", "message": message})
    if record.status is Status.CANCELED and record.reason:
        warnings.append({"source": "hyperlocal", "message": record.reason})
    return warnings


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as in containers
        return "unknown"

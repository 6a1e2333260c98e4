"""Services: endpoints of the cloud that a file calls, and metrics that it logs elsewhere."""

from __future__ import annotations

import re

from hyperlocal.check.findings import Finding, Kind, Place
from hyperlocal.check.values import Foreign, Known, Member, Value, texts_of

__all__ = ["called_endpoint", "is_logging_to_mlflow", "is_logging_to_run"]

_ENDPOINT = re.compile(
    r"(?:^|//|\.)(?:[\w-]+\.)*(azurecontainer\.io|azureml\.(?:net|ms)|inference\.ml\.azure\.com"
    r"|cloudapp\.azure\.com|azurewebsites\.net|azure-api\.net)(?=[:/]|$)",
    re.I,
)
_SENDERS = re.compile(r"^(requests|httpx)\.(post|put|patch|delete|request)$")
_SCORED = re.compile(r"^https?://[^/]+/(score|api/v1/(service|pipelines?|endpoint))\b", re.I)
_HERE = re.compile(r"^https?://(localhost|127\.|0\.0\.0\.0|\[::1\])", re.I)
_MLFLOW = re.compile(r"^mlflow\.(\w+\.)?(log_metrics?|autolog)$")
_RUN_LOGS = re.compile(r"^\w*Run\.(log|log_list|log_row|log_table|log_accuracy_table)$")


def called_endpoint(
    function: Value, arguments: list[Value], named: dict[str, Value], place: Place
) -> Finding | None:
    """Return that a service in the cloud is called whose address is typed in, None if none is."""
    if isinstance(function, (Known, Member)):
        return None
    is_sender = isinstance(function, Foreign) and bool(_SENDERS.match(function.name))
    for text in (t for value in (*arguments, *named.values()) for t in texts_of(value)):
        is_far = text.lower().startswith("http") and not _HERE.match(text)
        if _ENDPOINT.search(text) or (is_far and (is_sender or _SCORED.match(text))):
            said = f"{text} is called, which is a service in the cloud: there is none like it here"
            return Finding(Kind.SERVICE, place, text, said)
    return None


def is_logging_to_mlflow(function: Value) -> bool:
    """Tell whether a call logs metrics to MLflow."""
    return isinstance(function, Foreign) and bool(_MLFLOW.match(function.name))


def is_logging_to_run(name: str) -> bool:
    """Tell whether something of the SDK that works logs metrics to the run."""
    return bool(_RUN_LOGS.match(name))

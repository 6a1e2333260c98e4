"""What is recorded of a run that a script declares failed."""

from __future__ import annotations

import traceback
from typing import Any

from hyperlocal.azureml.exceptions import AzureMLException
from hyperlocal.reading import shown, text_of

__all__ = ["error_from"]


def error_from(details: Any, code: Any) -> dict[str, Any]:
    """Return the error as the history keeps it.

    Args:
        details: A text, an exception, or None.
        code: A word for it; `UserError` if None.

    Raises:
        TypeError: `details` is none of these.
    """
    error: dict[str, Any] = {"code": "UserError" if code is None else text_of(code)}
    if details is None:
        return error
    if isinstance(details, str):
        return {**error, "message": details}
    if not isinstance(details, BaseException):
        raise TypeError(f"error_details is {shown(details)}, but must be a text or an exception.")
    text = details.message if isinstance(details, AzureMLException) else str(details)
    kind = type(details).__name__
    return {
        **error,
        "message": f"{kind}: {text}",
        "debug_type": kind,
        "debug_message": str(details),
        "debug_stack_trace": "".join(traceback.format_tb(details.__traceback__)),
    }

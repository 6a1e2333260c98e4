"""Interpreters: which Python the trials of an environment run in."""

from __future__ import annotations

import os
import sys
from typing import Any

from hyperlocal.azureml._errors import as_sdk_errors

__all__ = ["interpreter_for"]

_VARIABLE = "HYPERLOCAL_ENVIRONMENT"
_KINDS = ("current", "build")


def _is_build_wanted() -> bool:
    """Tell whether trials are to run in an environment of their own.

    Raises:
        UserErrorException: The setting is neither of what it may be.
    """
    kind = os.environ.get(_VARIABLE) or "current"
    if kind not in _KINDS:
        from hyperlocal.azureml.exceptions import UserErrorException

        raise UserErrorException(
            f"{_VARIABLE} is {kind!r}, but must be 'current' (trials run in the driver's Python) "
            "or 'build' (in an environment with what theirs asks for)."
        )
    return kind == "build"


@as_sdk_errors
def interpreter_for(environment: Any, home: str) -> str:
    """Return the Python that trials run in; build it if that is wanted and anything is asked for.

    Raises:
        UserErrorException: The environment cannot be built.
    """
    own = _own_interpreter(environment)
    if own is not None:
        return own
    if not _is_build_wanted():
        return sys.executable
    from hyperlocal.services.environments.build import built
    from hyperlocal.services.environments.specification import specification_of

    asked = specification_of(environment)
    return sys.executable if asked is None else built(asked, home)


def _own_interpreter(environment: Any) -> str | None:
    """Return the interpreter of an environment that manages itself, if it names one."""
    python = getattr(environment, "python", None)
    path = getattr(python, "interpreter_path", None)
    if (
        getattr(python, "user_managed_dependencies", False)
        and isinstance(path, str)
        and os.path.isabs(path)
        and os.access(path, os.X_OK)
    ):
        return path
    return None

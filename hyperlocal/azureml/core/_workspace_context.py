"""Workspaces: that of a submitted run, by the variables that it was given, and those of calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

__all__ = ["check_workspace", "context_workspace"]


def context_workspace() -> Any:
    """Return the workspace that this process's run belongs to."""
    from hyperlocal.azureml.core.workspace import Workspace

    return Workspace(
        os.environ.get("AZUREML_ARM_SUBSCRIPTION", ""),
        os.environ.get("AZUREML_ARM_RESOURCEGROUP", ""),
        os.environ.get("AZUREML_ARM_WORKSPACE_NAME", ""),
    )


def check_workspace(workspace: Any, error: Callable[[str], Exception] | None = None) -> None:
    """Refuse what is not a workspace.

    Args:
        workspace: What was given.
        error: What the SDK raises for it; else a UserErrorException.
    """
    from hyperlocal.azureml.core.workspace import Workspace
    from hyperlocal.azureml.exceptions import UserErrorException

    if not isinstance(workspace, Workspace):
        raise (error or UserErrorException)(
            f"The workspace is {workspace!r}, but must be a Workspace, "
            "for instance Workspace.from_config()."
        )

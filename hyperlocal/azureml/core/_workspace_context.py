"""Workspaces that are given or implied: the one of a submitted run, and what is none."""

from __future__ import annotations

import os
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


def check_workspace(workspace: Any, error: type[Exception]) -> None:
    """Refuse what is not a workspace.

    Args:
        workspace: What was given.
        error: What the SDK raises there.
    """
    from hyperlocal.azureml.core.workspace import Workspace

    if not isinstance(workspace, Workspace):
        raise error(
            f"The workspace is {workspace!r}, but must be a Workspace, "
            "for instance Workspace.from_config()."
        )

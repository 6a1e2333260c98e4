"""What is a workspace, and which are not."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml._placeholders import Emulated

__all__ = ["_WorkspaceBase", "check_workspace"]


class _WorkspaceBase(Emulated):
    """Base of workspaces, for those that only ask whether something is one."""


def check_workspace(workspace: Any, error: type[Exception]) -> None:
    """Refuse what is not a workspace.

    Args:
        workspace: What was given.
        error: What the SDK raises there.
    """
    if not isinstance(workspace, _WorkspaceBase):
        raise error(
            f"The workspace is {workspace!r}, but must be a Workspace, "
            "for instance Workspace.from_config()."
        )

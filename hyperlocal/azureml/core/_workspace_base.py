"""What is a workspace, and which are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hyperlocal.azureml._placeholders import Emulated

__all__ = ["_WorkspaceBase", "check_workspace"]


class _WorkspaceBase(Emulated):
    """Base of workspaces, for those that only ask whether something is one."""


def check_workspace(workspace: Any, error: Callable[[str], Exception] | None = None) -> None:
    """Refuse what is not a workspace.

    Args:
        workspace: What was given.
        error: What the SDK raises for it; else a UserErrorException.
    """
    from hyperlocal.azureml.exceptions import UserErrorException

    if not isinstance(workspace, _WorkspaceBase):
        raise (error or UserErrorException)(
            f"The workspace is {workspace!r}, but must be a Workspace, "
            "for instance Workspace.from_config()."
        )

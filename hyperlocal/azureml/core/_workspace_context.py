"""The workspace of a submitted run, by the variables that it was given."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["context_workspace"]


def context_workspace() -> Any:
    """Return the workspace that this process's run belongs to."""
    from hyperlocal.azureml.core.workspace import Workspace

    return Workspace(
        os.environ.get("AZUREML_ARM_SUBSCRIPTION", ""),
        os.environ.get("AZUREML_ARM_RESOURCEGROUP", ""),
        os.environ.get("AZUREML_ARM_WORKSPACE_NAME", ""),
    )

"""Runs of a script: submitted on their own, or trials of a sweep."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.run import Run

__all__ = ["ScriptRun"]

__getattr__ = _placeholders.lacking(__name__)


class ScriptRun(Run):
    """A run of a script that was submitted."""

    RUN_TYPE = "azureml.scriptrun"

    def __init__(
        self,
        experiment: Any,
        run_id: Any,
        directory: Any = None,
        _run_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(experiment, run_id, **kwargs)
        self._directory = directory
        self._run_config = _run_config

"""The run of this process: the one that was submitted as it, or one that stands in for it."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["ask_first", "current_run", "put_in_place"]

_runs: dict[tuple[str, str], Any] = {}
_find: Callable[[], Any] | None = None


def current_run() -> Any:
    """Return the run that this thread, or else this process, works on; None if there is none.

    It is the same object each time.
    """
    found = None if _find is None else _find()
    if found is not None:
        return found
    run_id, home = os.environ.get("AZUREML_RUN_ID"), os.environ.get("HYPERLOCAL_HOME")
    if not run_id or not home:
        return None
    if (home, run_id) not in _runs:
        from hyperlocal.azureml._classes import class_named

        _runs[home, run_id] = class_named("_SubmittedRun")(None, run_id)
    return _runs[home, run_id]


def ask_first(find: Callable[[], Any]) -> None:
    """Let `find` say which run the calling thread works on; None from it for no one of its own."""
    global _find
    _find = find


def put_in_place(home: str, run_id: str, run: Any) -> None:
    """Let an object be the current run where the variables name this one; None to end that."""
    if run is None:
        _runs.pop((home, run_id), None)
    else:
        _runs[home, run_id] = run

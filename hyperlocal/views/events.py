"""Events: a run's progress for programs: an object for each trial that ends, and the run's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.documents import trial_document
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.progress import until_ended
from hyperlocal.views.sweep_progress import SweepProgress

__all__ = ["follow_events"]


def follow_events(
    history: History,
    record: RunRecord,
    tell: Callable[[dict[str, Any]], object],
    on_poll: Callable[[], object] | None = None,
) -> RunRecord:
    """Tell what happens to a run until it has ended; return it as it then is.

    Args:
        history: What the run is part of.
        record: The run.
        tell: Given each event.
        on_poll: Called about once a second.
    """
    sweep = sweep_of(record)
    watch = None if sweep is None else SweepProgress(history, record, sweep)
    known = record

    def look(has_changed: bool) -> RunRecord:
        nonlocal known
        if has_changed and watch is None:
            known = history.runs.get(record.run_id)
        elif has_changed and watch is not None:
            _tell_ended(watch, tell)
            known = watch.parent
        return known

    ended = until_ended(history, look, on_poll)
    best = None if watch is None else watch.best
    tell(
        {
            "event": "run_ended",
            **trial_document(ended, time.time(), None if best is None else best.best),
            "best_run_id": None if best is None else best.record.run_id,
        }
    )
    return ended


def _tell_ended(watch: SweepProgress, tell: Callable[[dict[str, Any]], object]) -> None:
    for trial in watch.step():
        document = trial_document(trial.record, time.time(), trial.best)
        tell({"event": "trial_ended", **document, "is_best": trial is watch.best})

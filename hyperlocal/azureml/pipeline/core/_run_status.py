"""Statuses of pipelines and steps in the SDK's words, and waiting for them."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

from hyperlocal.azureml.core._run_waiting import (
    activity_failed,
    needs_this_process,
    told_interruption,
)
from hyperlocal.domain.status import Status
from hyperlocal.engine import hasten
from hyperlocal.services.runs.interactive import look_after
from hyperlocal.services.runs.kinds import STEP
from hyperlocal.views.address import run_url
from hyperlocal.views.page import write_text

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["status_word", "wait_for"]

_POLL_S = 0.05
_LOOK_ANYWAY_S = 1.0


def status_word(status: str) -> str:
    """Return a run's status as pipelines tell it: what completed is Finished."""
    return "Finished" if status == Status.COMPLETED.value else status


def wait_for(run: Any, *, shows_output: bool, timeout_s: float, raises: bool) -> str:
    """Wait until a run of a pipeline or step has ended, or for a time; return its status.

    Raises:
        ActivityFailedException: It failed and `raises` is set.
        KeyboardInterrupt: The user stopped waiting. The run goes on.
    """
    history, run_id = run._history, run.id
    if not run._fetch().status.is_terminal and needs_this_process(history, run._record):
        print(f"Run {run_id} ends after this process: not waiting for it.", file=sys.stderr)
        return status_word(run._record.status.value)
    hasten(history.home, run_id)
    view = _View(history, run._record, sys.stdout) if shows_output else None
    try:
        record = _wait(history, run_id, time.monotonic() + timeout_s, view)
    except KeyboardInterrupt as error:
        raise told_interruption(run_id, error) from None
    run._fetch()
    if view is not None:
        view.end(record, tells_failure=not raises)
    if raises and record.status is Status.FAILED:
        raise activity_failed(history, run_id)
    return status_word(record.status.value)


def _wait(history: History, run_id: str, until: float, view: _View | None) -> RunRecord:
    counter, looked_at = -1, 0.0
    record = look_after(history, run_id)
    while True:
        newest, now = history.change_counter(), time.monotonic()
        if newest != counter or now - looked_at > _LOOK_ANYWAY_S:
            if now - looked_at > _LOOK_ANYWAY_S:
                record, looked_at = look_after(history, run_id), now
            else:
                record = history.runs.get(run_id)
            counter = newest
            if view is not None:
                view.show(record)
        if record.status.is_terminal or now > until:
            return record
        time.sleep(_POLL_S)


class _View:
    """What a person sees who waits: a line for each change of a status."""

    def __init__(self, history: History, record: RunRecord, out: TextIO) -> None:
        self._history = history
        self._what = "StepRun" if record.kind == STEP else "PipelineRun"
        self._shown: dict[str, Status] = {}
        self._reasons: list[str] = []
        self._out = out
        url = run_url(history.home, record.run_id)
        self._say(f"{self._what}Id: {record.run_id}\nWeb View: {url}")

    def show(self, record: RunRecord) -> None:
        """Show what has changed."""
        if self._has_changed(record):
            self._say(f"{self._what} Status: {status_word(record.status.value)}")
        for child in reversed(self._history.runs.children(record.run_id)):
            if child.kind == STEP and self._has_changed(child):
                reason = f" ({child.reason})" if child.reason else ""
                self._reasons += [child.reason] if child.reason else []
                word = status_word(child.status.value)
                self._say(f"StepRun {child.display_name} ({child.run_id}): {word}{reason}")

    def _has_changed(self, record: RunRecord) -> bool:
        has_changed = self._shown.get(record.run_id) is not record.status
        self._shown[record.run_id] = record.status
        return has_changed

    def end(self, record: RunRecord, *, tells_failure: bool) -> None:
        """Show the final state, with its reason unless that has been told, or is about to be."""
        title = f"{self._what} Execution Summary"
        self._say(f"\n{title}\n{'=' * len(title)}")
        if not record.status.is_terminal:
            self._say(f"Stopped waiting for run {record.run_id}, which goes on.")
        self._say(f"{self._what} Status: {status_word(record.status.value)}")
        reason = record.reason or ""
        is_told = any(told in reason for told in self._reasons)
        if reason and not is_told and (tells_failure or record.status is not Status.FAILED):
            self._say(reason)
        for sentence in record.warnings:
            self._say(sentence)

    def _say(self, text: str) -> None:
        write_text(self._out, text + "\n")
        self._out.flush()

"""Waiting: `wait_for_completion`, silent or with what happens meanwhile."""

from __future__ import annotations

import atexit
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from hyperlocal._doors import COMMAND_VARIABLE
from hyperlocal.azureml.core._run_lineage import details_of
from hyperlocal.azureml.exceptions import ActivityFailedException, ExperimentExecutionException
from hyperlocal.domain.status import Status
from hyperlocal.engine import hasten
from hyperlocal.errors import HyperlocalError
from hyperlocal.services.runs.details import error_of, with_code
from hyperlocal.services.runs.interactive import look_after
from hyperlocal.services.runs.kinds import HYPERDRIVE, INTERACTIVE
from hyperlocal.views.page import write_text
from hyperlocal.views.progress import follow, until_ended

if TYPE_CHECKING:
    from collections.abc import Callable

    from hyperlocal.azureml.core._run_base import _RunBase
    from hyperlocal.history import History, RunRecord

__all__ = [
    "activity_failed",
    "needs_this_process",
    "tell_if_it_goes_on",
    "tell_that_it_goes_on",
    "told_interruption",
    "wait",
]

_STREAMED = {HYPERDRIVE: "azureml-logs/hyperdrive.txt"}
_SHOWN_FAILURES = 3

_SUMMED_UP = 3

_told: set[str] = set()  # runs of which the user knows that they go on
_submitted: list[tuple[History, str]] = []
# Taken away, so that nothing that this process starts takes itself for it.
_PROCESS, _, _TYPED = os.environ.pop(COMMAND_VARIABLE, "").partition(" ")
_IS_COMMAND = str(os.getpid()) == _PROCESS


def wait(run: _RunBase, *, shows_output: bool, raises: bool) -> dict[str, Any]:
    """Wait until a run has ended; return its details.

    A run that can only end after this process does is not waited for. A sweep that was
    interrupted is resumed.

    Raises:
        ActivityFailedException: The run failed and `raises` is set.
        ExperimentExecutionException: The user stopped watching the output. The run goes on.
        KeyboardInterrupt: The user stopped waiting. The run goes on.
    """
    history, run_id = run._history, run.id
    record = history.runs.get(run_id)
    if not record.status.is_terminal and needs_this_process(history, record):
        print(
            f"Run {run_id} ends when this process does: not waiting for it.",
            file=sys.stderr,
            flush=True,
        )
        return details_of(history, record)
    hasten(history.home, run_id)
    try:
        if shows_output:
            _stream(run, sys.stdout, raises)
        else:
            _persist(history, run_id, lambda: _wait_silently(history, run_id))
    except KeyboardInterrupt as error:
        raise told_interruption(run_id, error, raises_own=shows_output) from None
    _refresh_widgets(run_id)
    details = details_of(history, run._fetch())
    if raises and details["status"] == Status.FAILED.value:
        raise activity_failed(history, run_id)
    return details


def _refresh_widgets(run_id: str) -> None:
    """Let the notebook, if there is one, show the end while the cell that waited is run."""
    widgets = sys.modules.get("hyperlocal.azureml.widgets.run_details")
    if widgets is not None:
        widgets.refresh(run_id)


def needs_this_process(history: History, record: RunRecord) -> bool:
    """Whether waiting would never end: for oneself, one's parent, or what one has to complete."""
    if record.kind == INTERACTIVE and record.pid == os.getpid():
        return True
    part = os.environ.get("AZUREML_RUN_ID")
    while part and part != record.run_id:
        part = _parent_of(history, part)
    return bool(part)


def _parent_of(history: History, run_id: str) -> str | None:
    from hyperlocal.errors import RunNotFound

    try:
        return history.runs.get(run_id).parent_id
    except RunNotFound:  # a trial of another home
        return None


def _persist(history: History, run_id: str, wait_once: Callable[[], object]) -> None:
    """Wait until a run has ended; of a sweep that was interrupted, until it really has."""
    if history.runs.get(run_id).kind != HYPERDRIVE:
        wait_once()
        return
    from hyperlocal.engine import keep_going

    keep_going(history, run_id, wait_once, lambda text: print(text, file=sys.stderr, flush=True))


def _wait_silently(history: History, run_id: str) -> RunRecord:
    known = [history.runs.get(run_id)]

    def look(has_changed: bool) -> RunRecord:
        if has_changed:
            known[0] = history.runs.get(run_id)
        return known[0]

    return until_ended(history, look, lambda: look_after(history, run_id))


def _stream(run: _RunBase, out: TextIO, raises: bool) -> None:
    history, run_id, url = run._history, run.id, run.get_portal_url()
    log = _STREAMED.get(run.type or "", "user_logs/std_log.txt")
    _say(out, f"RunId: {run_id}\nWeb View: {url}\n\n")
    _say(out, f"Streaming {log}\n{'=' * (len(log) + 10)}\n\n")

    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        follow(
            history,
            run_id,
            stream=out,
            on_poll=lambda: look_after(history, run_id),
            tells_failure=not raises,  # the exception does
        )

    _persist(history, run_id, look)
    if not looks:  # it had ended before: what happened is shown all the same
        look()
    record = history.runs.get(run_id)
    _say(out, f"\nExecution Summary\n=================\nRunId: {run_id}\nWeb View: {url}\n")
    if record.warnings and record.kind != HYPERDRIVE:  # a sweep's have just been shown
        _say(out, "\nWarnings:\n" + "".join(f"{sentence}\n" for sentence in record.warnings))
    _say(out, "\n")


def _say(out: TextIO, text: str) -> None:
    write_text(out, text)
    out.flush()


def told_interruption(
    run_id: str, error: KeyboardInterrupt, *, raises_own: bool = False
) -> BaseException:
    """Tell the user who stopped waiting that the run goes on; return what is to be raised.

    Args:
        run_id: The run.
        error: The user's Ctrl-C.
        raises_own: Whether the SDK makes an exception of its own of it, which tells it.
    """
    _told.add(run_id)
    text = f"Stopped waiting for run {run_id}, which goes on; {_advice(run_id)}"
    raised: BaseException = error
    line = "KeyboardInterrupt"
    if raises_own:
        raised, line = ExperimentExecutionException(text), text
    else:
        print(text, file=sys.stderr, flush=True)
    # IPython asks for this, in place of the frames of what waits, which tell the user nothing.
    raised._render_traceback_ = lambda: [line]  # type: ignore[attr-defined]
    return raised


def tell_if_it_goes_on(history: History, run_id: str) -> None:
    """Have the user told, if this process ends before the run, that the run goes on.

    Of a sweep that has ended by then it is told what was learnt, if `hyperlocal run` started this.
    """
    if not _submitted:
        atexit.register(_tell_at_exit, os.getpid())
    _submitted.append((history, run_id))


def _tell_at_exit(owner_pid: int) -> None:
    if os.getpid() != owner_pid:
        return
    for history, run_id in _submitted:
        tell_that_it_goes_on(history, run_id)
    # Where an exception has ended the script, its last line says what to do.
    if _IS_COMMAND and not hasattr(sys, "last_value"):
        # The script has done its work: nothing here may spoil it.
        with suppress(Exception, KeyboardInterrupt):
            _tell_what_was_learnt()


def _tell_what_was_learnt() -> None:
    """Write a summary of the last sweeps that this script submitted and saw ending."""
    from hyperlocal.views.learnt import write_whole
    from hyperlocal.views.page import Page
    from hyperlocal.views.program import call_it

    call_it(_TYPED)
    sys.stdout.flush()
    page = Page(sys.stderr)
    for history, run_id in _submitted[-_SUMMED_UP:]:
        record = history.runs.get(run_id)
        if record.kind == HYPERDRIVE and record.status.is_terminal:
            page.line()
            write_whole(page, history, record)
    sys.stderr.flush()


def tell_that_it_goes_on(history: History, run_id: str) -> None:
    """Tell the user of a run that has not ended, unless that was told already."""
    if run_id in _told:
        return
    with suppress(HyperlocalError, OSError):  # the home is gone
        status = look_after(history, run_id).status
        if not status.is_terminal and status is not Status.CANCEL_REQUESTED:
            _told.add(run_id)
            print(f"{run_id} goes on; {_advice(run_id)}", file=sys.stderr, flush=True)


def _advice(run_id: str) -> str:
    return (
        f"watch it with `hyperlocal watch {run_id}`, end it with `hyperlocal cancel {run_id}` or "
        "its cancel() method."
    )


def activity_failed(history: History, run_id: str) -> ActivityFailedException:
    """Return what is raised when a run that was waited for has failed."""
    error = ActivityFailedException(error_details=_error_text(history, run_id))
    reason = history.runs.get(run_id).reason
    if reason:
        # Where it ends the script, its last line says what to do.
        error._short = f"Run {run_id} failed (`hyperlocal show {run_id}` tells more): {reason}"
    return error


def _error_text(history: History, run_id: str) -> str:
    """Return the error as JSON, with what the first children failed of, in a line each."""
    record = history.runs.get(run_id)
    error = error_of(record) or {"error": {"code": "UserError", "message": "The run failed."}}
    if record.kind == HYPERDRIVE:
        failed = [c for c in history.runs.children(run_id) if c.status is Status.FAILED]
        error["error"]["details"] = [
            {
                "target": child.run_id,
                **(with_code(child.error, child.cause) if child.error else {}),
                "message": child.reason,
            }
            for child in reversed(failed[-_SHOWN_FAILURES:])
        ]
    return json.dumps(error, indent=4, default=str)

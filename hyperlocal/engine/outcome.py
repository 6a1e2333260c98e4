"""Outcome: how a trial ended, and why, in words that its author can act on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import NamedTuple

from hyperlocal._legacy.recognize import cure
from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine.files import disk_is_full
from hyperlocal.engine.raised import Raised, last_raised, shortened, without_noise
from hyperlocal.history.folder import open_file

__all__ = ["Ending", "Outcome", "after_exit", "after_stop", "not_started", "tail"]

_TAIL_BYTES = 32 * 1024
_TAIL_LINES = 10
_LONGEST_QUOTE = 160
_WRONG_USE = 2  # argparse's exit code
_SIGNALS = 128
_TRACEBACK = "Traceback (most recent call last):"


class Ending(NamedTuple):
    """Why something ends before its time."""

    cause: Cause
    reason: str


@dataclass(frozen=True)
class Outcome:
    """A trial's final status and what the history records with it.

    Attributes:
        status: Completed, Failed or Canceled.
        cause: What ended it, if it did not complete.
        reason: The same as a sentence.
        exit_code: What the process returned; negative for a signal; None if it never started.
        error: A message, with the last lines of the output.
    """

    status: Status
    cause: Cause | None = None
    reason: str | None = None
    exit_code: int | None = None
    error: dict[str, str] | None = None


def after_exit(exit_code: int, output_log: str, *, has_old_names: bool = False) -> Outcome:
    """Return the outcome of a trial that ended by itself.

    Args:
        exit_code: What its process returned.
        output_log: Where its output is.
        has_old_names: Whether names that libraries removed were supplied to it.
    """
    if exit_code == 0:
        return Outcome(Status.COMPLETED, exit_code=0)
    lines = tail(output_log)
    raised = last_raised(lines)
    reason = _reason(exit_code, lines, raised)
    if not has_old_names:
        reason += _advice(raised)
    if disk_is_full(os.path.dirname(output_log)):  # then the output may be missing, too
        reason += "; the disk is full"
    message = "\n".join([reason, *_telling(lines)])
    return Outcome(
        Status.FAILED,
        Cause.SCRIPT,
        reason,
        exit_code,
        {"message": message},
    )


def after_stop(cause: Cause, reason: str, exit_code: int | None) -> Outcome:
    """Return the outcome of a trial that was ended from outside."""
    return Outcome(Status.CANCELED, cause, reason, exit_code)


def not_started(reason: str) -> Outcome:
    """Return the outcome of a trial whose process could not be started."""
    return Outcome(Status.FAILED, Cause.START, reason, error={"message": reason})


def tail(path: str) -> list[str]:
    """Return the last lines of a text file, however long it is, as a terminal would show them."""
    try:
        with open_file(path) as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return []
    # A carriage return overwrites the line: of a progress bar only its last state counts.
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return [shortened(line) for line in lines]


def _telling(lines: list[str]) -> list[str]:
    """Return the last lines, from the start of a short traceback if there is one."""
    last = lines[-_TAIL_LINES:]
    start = _last_traceback(lines)
    if start is not None and len(lines) - start <= 2 * _TAIL_LINES:
        return lines[min(start, len(lines) - len(last)) :]
    return last


def _last_traceback(lines: list[str]) -> int | None:
    starts = [n for n, line in enumerate(lines) if line == _TRACEBACK]
    return starts[-1] if starts else None


def _reason(exit_code: int, lines: list[str], raised: Raised | None) -> str:
    if exit_code < 0:
        return _signal_reason(-exit_code)
    if raised is not None and exit_code == 1:
        return f"{raised.text} (exit code 1){_more(raised)}"
    if exit_code > _SIGNALS and (told := _shell_reason(exit_code)):
        return told
    if lines:
        return f"exit code {exit_code}; its last output was: {_last_output(exit_code, lines)}"
    return f"exit code {exit_code}, without any output"


def _more(raised: Raised) -> str:
    cause = f"; caused by {raised.cause}" if raised.cause else ""
    after = f"; its last output was: {raised.after[:_LONGEST_QUOTE]}" if raised.after else ""
    return cause + after


def _last_output(exit_code: int, lines: list[str]) -> str:
    """Return the line that tells most: not the warnings and bars of an interpreter that ends."""
    told = [line.strip() for line in without_noise(lines) if line.strip()] or [lines[-1].strip()]
    if exit_code == _WRONG_USE:
        refused = [line for line in told if ": error: " in line]
        told = refused or told
    return told[-1][:_LONGEST_QUOTE]


def _advice(raised: Raised | None) -> str:
    """Say which switch cures the failure, if one does."""
    missing = None if raised is None else cure(raised.text) or cure(raised.cause or "")
    return "" if missing is None else f"; `hyperlocal run --legacy` supplies {missing} to trials"


def _shell_reason(exit_code: int) -> str | None:
    """Return what a shell or a launcher tells by its exit code: which signal ended its child."""
    import signal

    known = {each.value for each in (signal.SIGABRT, signal.SIGSEGV, signal.SIGTERM)} | {9}
    number = exit_code - _SIGNALS
    if number not in known:
        return None
    return f"exit code {exit_code}: its command was {_signal_reason(number)}"


def _signal_reason(number: int) -> str:
    import signal

    try:
        name = signal.Signals(number).name
    except ValueError:
        name = "unknown"
    hint = ", perhaps by the system because memory ran out" if name == "SIGKILL" else ""
    return f"ended by signal {number} ({name}){hint}"

"""`hyperlocal watch`: a run's progress until it ends."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.cli.output import add_json, print_json_line
from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.page import Page

__all__ = ["main"]

_ABOUT = """Watch a run until it ends. In a terminal, on the whole screen: how many trials
ended and run, how long it may take, the best so far as a curve, what runs and
with which parameters, and what ended last and why. In a pipe: a line for each
trial that ends. At the end: what was learnt. Of a single script: its output.

Ctrl-C ends the watching, not the run, and leaves the last picture. The exit
code is 0 if the run completed, else 1.

With --json there is an object a line: for each trial that ends one with the
"event" "trial_ended", and at the end one with the "event" "run_ended"."""

_EXAMPLES = """  hyperlocal watch HD_1a2b
  hyperlocal watch HD_1a2b | tee progress.txt
  hyperlocal watch HD_1a2b --json | jq -c '[.event, .status, .metric]'"""

_ENDINGS = ("SIGTERM", "SIGHUP")  # the latter of a terminal that is closed; Windows has none


def main(arguments: Sequence[str]) -> int:
    """Watch a run; return the exit code."""
    parser = command_parser("watch", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    add_json(parser, "an object for each trial that ends, and one for the run")
    options = parser.parse_args(arguments)

    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    try:
        with _leaving_the_screen():
            ended = _watch(history, record, is_json=options.json)
    except KeyboardInterrupt:
        Page(sys.stderr).line(_goes_on(record.run_id))
        raise
    if ended.cause is Cause.INTERRUPTED and not options.json:
        print(f"To let it go on: hyperlocal resume {ended.run_id}")
    return 0 if ended.status is Status.COMPLETED else 1


def _watch(history: History, record: RunRecord, *, is_json: bool) -> RunRecord:
    from hyperlocal.views.events import follow_events
    from hyperlocal.views.progress import follow

    def look_after() -> object:
        return settled(history, record)

    if is_json:
        return follow_events(history, record, print_json_line, on_poll=look_after)
    return follow(history, record.run_id, on_poll=look_after, takes_screen=True)


@contextmanager
def _leaving_the_screen() -> Iterator[None]:
    """Let the terminal be as it was before, also if this process is told to end."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what becomes of signals
        return

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in _ENDINGS if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _goes_on(run_id: str) -> str:
    return (
        f"{run_id} goes on; watch it with `hyperlocal watch {run_id}`, end it with "
        f"`hyperlocal cancel {run_id}`."
    )

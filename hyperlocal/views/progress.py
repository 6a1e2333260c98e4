"""Progress: watch a run until it ends, live in a terminal and line by line in a pipe."""

from __future__ import annotations

import codecs
import os
import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

from hyperlocal.domain.status import Status
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import learnt, text
from hyperlocal.views.lines import LineView
from hyperlocal.views.logs import LogReader
from hyperlocal.views.page import Page, is_terminal, write_text
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.sweep_progress import SweepProgress, Trial

__all__ = ["SweepView", "follow", "until_ended"]

_POLL_S = 0.05
_LOOK_ANYWAY_S = 1.0


class SweepView(Protocol):
    """How a sweep's progress is shown."""

    def begin(self, watch: SweepProgress) -> None:
        """Show that watching begins."""

    def changed(self, watch: SweepProgress, ended: list[Trial]) -> None:
        """Show what a step brought."""

    def tick(self, watch: SweepProgress) -> None:
        """Show that time goes by; called at every poll."""

    def end(self, watch: SweepProgress, *, is_interrupted: bool) -> None:
        """Show the final state; called once, also when watching is interrupted."""


def follow(
    history: History,
    run_id: str,
    *,
    stream: TextIO | None = None,
    on_poll: Callable[[], object] | None = None,
    tells_failure: bool = True,
    takes_screen: bool = False,
) -> RunRecord:
    """Show a run's progress until it ends; return it as it then is.

    A sweep is shown live in a terminal (finished and running trials, the best so far, time left),
    else as one line for each trial that ends. Of a single script the output is shown.

    Args:
        history: What the run is part of.
        run_id: The run.
        stream: Where to; standard output unless given.
        on_poll: Called about once a second, for instance to see whether the run's controller
            still lives.
        tells_failure: Say at the end why the run failed. Not where somebody else is about to.
        takes_screen: Use the whole screen of a terminal, and say at the end what was learnt.

    Raises:
        RunNotFound: There is no such run.
        KeyboardInterrupt: The user stopped watching. The run goes on.
    """
    target = sys.stdout if stream is None else stream
    record = history.runs.get(run_id)
    sweep = sweep_of(record)
    if sweep is None:
        return _follow_output(history, record, target, on_poll, tells_failure)
    watch = SweepProgress(history, record, sweep)
    watch.tells_failure = tells_failure
    view = _view_on(target, takes_screen)
    view.begin(watch)

    def look(has_changed: bool) -> RunRecord:
        if has_changed:
            view.changed(watch, watch.step())
        view.tick(watch)
        return watch.parent

    is_interrupted = True
    try:
        ended = until_ended(history, look, on_poll)
        is_interrupted = False
    finally:
        view.end(watch, is_interrupted=is_interrupted)
    if takes_screen:
        page = Page(target)
        learnt.write(page, history, ended, has_time=page.is_terminal)
    return ended


def _view_on(stream: TextIO, takes_screen: bool) -> SweepView:
    # A dumb terminal cannot move its cursor, so nothing can be redrawn there.
    if is_terminal(stream) and os.environ.get("TERM") != "dumb":
        from hyperlocal.views.live import LiveView, ScreenView  # rich takes its time to import

        return ScreenView(stream) if takes_screen else LiveView(stream)
    return LineView(stream)


def until_ended(
    history: History,
    look: Callable[[bool], RunRecord],
    on_poll: Callable[[], object] | None = None,
) -> RunRecord:
    """Call `look` every moment until the run that it returns has ended; return that.

    Args:
        history: What the run is part of.
        look: Told whether the history may have changed; returns the run as it last read it.
        on_poll: Called about once a second.
    """
    counter: int | None = None
    looked_at = 0.0
    while True:
        now = time.monotonic()
        newest = history.change_counter()
        # What this very connection wrote does not count as a change, hence the look anyway.
        has_changed = newest != counter or now - looked_at >= _LOOK_ANYWAY_S
        if has_changed:
            if counter is not None and now - looked_at >= _LOOK_ANYWAY_S and on_poll is not None:
                on_poll()
            counter, looked_at = newest, now
        record = look(has_changed)
        if record.status.is_terminal:
            return record
        time.sleep(_POLL_S)


def _follow_output(
    history: History,
    record: RunRecord,
    stream: TextIO,
    on_poll: Callable[[], object] | None,
    tells_failure: bool,
) -> RunRecord:
    reader = LogReader(history.folder(record.run_id).output_log, n_last=None)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def look(has_changed: bool) -> RunRecord:
        # The status before the output: what was written before the end is then never missed.
        newest = history.runs.get(record.run_id) if has_changed else record
        for block in reader.blocks():
            write_text(stream, decoder.decode(block))
            stream.flush()
        return newest

    ended = until_ended(history, look, on_poll)
    seconds = text.run_duration(ended, ended.ended_at or time.time())
    when = "before it started" if seconds is None else f"after {text.duration(seconds)}"
    is_told = ended.status is not Status.FAILED or tells_failure
    reason = f": {text.one_line(ended.reason)}" if ended.reason and is_told else ""
    write_text(stream, f"{ended.run_id}: {text.status(ended)} {when}{reason}\n")
    stream.flush()
    return ended

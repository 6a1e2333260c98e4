"""Live: a sweep's progress in a terminal, redrawn in place or on a screen of its own."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Group
from rich.live import Live
from rich.text import Text

from hyperlocal.views import text
from hyperlocal.views.chart import is_drawable
from hyperlocal.views.digits import FEWEST
from hyperlocal.views.lines import Alarm, ending
from hyperlocal.views.page import STATUS_STYLES, Page, make_console
from hyperlocal.views.picture import picture
from hyperlocal.views.sweep_progress import SweepProgress, Trial

__all__ = ["LiveView", "ScreenView"]

_REDRAW_S = 0.25
_CLOCK_S = 1.0
_MOST_FAILURES = 10
_TALLEST_IN_PLACE = 24
_LEAST_LAST = 12  # lines of the last picture, however many stand below it
_BELOW_ENDED, _BELOW_INTERRUPTED = 10, 5  # lines


class LiveView:
    """A picture below what was printed before; failures stay above it."""

    takes_screen = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = make_console(stream)
        self._is_fine = is_drawable(getattr(stream, "encoding", None))
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=not self.takes_screen,
            screen=self.takes_screen,
        )
        self._drawn_at = 0.0
        self._drawn_on = (0, 0)
        self._is_stale = True
        self._n_failures = 0
        self._alarm = Alarm()

    def begin(self, watch: SweepProgress) -> None:
        """Start drawing."""
        self._live.start()

    def changed(self, watch: SweepProgress, ended: list[Trial]) -> None:
        """Write the first failures; the rest is drawn."""
        self._is_stale = True
        for trial in ended:
            if trial.record.status.value == "Failed":
                self._n_failures += 1
                if self._n_failures <= _MOST_FAILURES:
                    self._console.print(_failure(trial), soft_wrap=True)
        if alarm := self._alarm.next(watch):
            self._console.print(Text(alarm, style="bold red"), soft_wrap=True)

    def tick(self, watch: SweepProgress) -> None:
        """Draw anew if something changed or a second went by, but not too often."""
        passed = time.monotonic() - self._drawn_at
        is_due = passed >= _CLOCK_S or (self._is_stale and passed >= _REDRAW_S)
        if is_due or self._size() != self._drawn_on:
            self._drawn_at, self._drawn_on = time.monotonic(), self._size()
            self._is_stale = False
            self._live.update(Group(*self._lines(watch, self._height())), refresh=True)

    def end(self, watch: SweepProgress, *, is_interrupted: bool) -> None:
        """Take the drawing away and write how the sweep ended, or what was seen last."""
        if not self.takes_screen:
            self._live.update(Text(), refresh=True)  # what a terminal echoes may stand below it
        self._live.stop()
        if is_interrupted or self.takes_screen:
            self._leave(watch)
        if watch.parent.status.is_terminal:
            self._write_ending(watch)

    def _leave(self, watch: SweepProgress) -> None:
        """Leave the last picture where it stays."""
        below = _BELOW_ENDED if watch.parent.status.is_terminal else _BELOW_INTERRUPTED
        height = max(self._size()[1] - below, _LEAST_LAST)
        for line in self._lines(watch, height):
            self._console.print(line, soft_wrap=True)
        self._console.print()

    def _write_ending(self, watch: SweepProgress) -> None:
        page = Page(self._stream)
        for number, line in enumerate(ending(watch)):
            style = STATUS_STYLES.get(watch.parent.status.value, "") if number == 0 else ""
            page.line(line, style=style, indent="  ")

    def _lines(self, watch: SweepProgress, height: int) -> list[Text]:
        width = self._size()[0]
        return picture(watch, time.time(), width, height, is_fine=self._is_fine)

    def _size(self) -> tuple[int, int]:
        size = self._console.size
        return size.width, size.height

    def _height(self) -> int:
        return min(self._size()[1] - 1, _TALLEST_IN_PLACE)


class ScreenView(LiveView):
    """A picture on the whole of a screen of its own, which is left for the one before."""

    takes_screen = True

    def changed(self, watch: SweepProgress, ended: list[Trial]) -> None:
        """Note that there is something to be drawn."""
        self._is_stale = True

    def _height(self) -> int:
        return self._size()[1]


def _failure(trial: Trial) -> Text:
    record = trial.record
    reason = f": {text.one_line(record.reason)}" if record.reason else ""
    given = text.parameters(record.parameters, FEWEST)
    return Text(f"trial {trial.number} failed{reason}  ({given})", style="red")

"""Live: a sweep's progress in a terminal, redrawn in place."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from hyperlocal.views import text
from hyperlocal.views.lines import Alarm, best_line, ending, opening
from hyperlocal.views.page import STATUS_STYLES, make_console
from hyperlocal.views.sweep_progress import SweepProgress, Trial

__all__ = ["LiveView"]

_REDRAW_S = 0.25
_CLOCK_S = 1.0
_MOST_FAILURES = 10
_OTHER_LINES = 8  # what the display needs beside the rows of running trials
_DIGITS = 4


class LiveView:
    """A bar, the counts, the best so far and the running trials; failures stay above."""

    def __init__(self, stream: TextIO) -> None:
        self._console = make_console(stream)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._drawn_at = 0.0
        self._is_stale = True
        self._n_failures = 0
        self._alarm = Alarm()

    def begin(self, watch: SweepProgress) -> None:
        """Write what is being done, and start drawing."""
        self._console.print(opening(watch), soft_wrap=True)
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
        if passed >= _CLOCK_S or (self._is_stale and passed >= _REDRAW_S):
            self._drawn_at = time.monotonic()
            self._is_stale = False
            self._live.update(self._drawing(watch, time.time()), refresh=True)

    def end(self, watch: SweepProgress) -> None:
        """Take the drawing away and write how the sweep ended, if it did."""
        self._live.update(Text(), refresh=True)  # what a terminal echoes may stand below it
        self._live.stop()
        if not watch.parent.status.is_terminal:
            return
        for index, line in enumerate(ending(watch)):
            style = STATUS_STYLES.get(watch.parent.status.value, "") if index == 0 else ""
            self._console.print(line, style=style or None, soft_wrap=True)

    def _drawing(self, watch: SweepProgress, now: float) -> RenderableType:
        parts: list[RenderableType] = [_bar(watch, now), _counts(watch)]
        if watch.best is not None:
            best = Text(f"best so far: {best_line(watch, watch.best, _DIGITS)}", style="bold")
            parts.append(best)
        n_rows = max(self._console.height - _OTHER_LINES, 1)
        parts.append(_running(list(watch.running.values()), n_rows, watch, now))
        return Group(*parts)


def _bar(watch: SweepProgress, now: float) -> RenderableType:
    elapsed = text.run_duration(watch.parent, now)
    left = watch.time_left(now)
    times = f"{text.duration(elapsed)} elapsed"
    if left:
        times += f", about {text.duration(left)} left"
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_row(
        ProgressBar(total=max(watch.n_trials, 1), completed=watch.n_ended, width=30),
        Text(f"{watch.n_ended:,}/{watch.n_trials:,} trials", style="bold"),
        Text(times),
    )
    return grid


def _counts(watch: SweepProgress) -> Text:
    counts = dict(watch.counts)
    for trial in watch.running.values():
        word = trial.record.status.value
        counts[word] = counts.get(word, 0) + 1
    line = Text()
    if watch.parent.status.value == "CancelRequested":
        line.append("cancelling  ", style="yellow")
    for word, number in counts.items():
        style = "yellow" if word.startswith("stopped") else STATUS_STYLES.get(word, "dim")
        line.append(f"{number:,} {word}  ", style=style)
    return line


def _running(trials: list[Trial], n_rows: int, watch: SweepProgress, now: float) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    if not trials:
        return Text()
    table.add_column("trial", justify="right", no_wrap=True)
    table.add_column("for", justify="right", no_wrap=True)
    table.add_column(watch.sweep.metric_name, justify="right", no_wrap=True)
    table.add_column("parameters")  # the only one that gives way
    for trial in trials[:n_rows]:
        record = trial.record
        table.add_row(
            Text(trial.number),
            Text(text.duration(text.run_duration(record, now))),
            Text(text.value(trial.latest, _DIGITS)),
            Text(text.parameters(record.parameters, _DIGITS), no_wrap=True, overflow="ellipsis"),
        )
    if len(trials) <= n_rows:
        return table
    return Group(table, Text(f"... and {len(trials) - n_rows:,} more", style="dim"))


def _failure(trial: Trial) -> Text:
    record = trial.record
    reason = f": {text.one_line(record.reason)}" if record.reason else ""
    given = text.parameters(record.parameters, _DIGITS)
    return Text(f"trial {trial.number} failed{reason}  ({given})", style="red")

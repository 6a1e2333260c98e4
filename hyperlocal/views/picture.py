"""Picture: a sweep as it goes on, as a screen of lines: progress, the best so far, trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from rich.text import Text

from hyperlocal.views import text
from hyperlocal.views.curves import sweep_curve
from hyperlocal.views.digits import FEWEST, short_numbers
from hyperlocal.views.fitting import GAP, Column, lay_out
from hyperlocal.views.leaderboard import outcome
from hyperlocal.views.lines import best_line, equal_failures_text, opening
from hyperlocal.views.page import STATUS_STYLES, styled_rows
from hyperlocal.views.sweep_progress import SweepProgress, Trial
from hyperlocal.views.wrapping import cells, cut, wrapped

if TYPE_CHECKING:
    from hyperlocal.domain.status import Status

__all__ = ["picture"]

_WIDEST_BAR = 40
_WIDEST_CHART = 100
_CHART_FROM = 18  # lines: on smaller screens the trials are more than the curve
_TALLEST_CHART = 12
_LEAST_ROOM = 24  # beside a trial's columns, for its parameters or its reason
_MOST_LINES_OF_A_REASON = 3
_STOPPED = "stopped"


def picture(
    watch: SweepProgress, now: float, width: int, height: int, *, is_fine: bool = True
) -> list[Text]:
    """Return the lines of a screen; never more, and none longer, than it has room for.

    Args:
        watch: The sweep.
        now: The time.
        width: How many cells a line has.
        height: How many lines there are.
        is_fine: Whether the output has the characters of fine charts.
    """
    lines = list(_head(watch, now, width, is_fine))
    chart_height = min(_TALLEST_CHART, (height - len(lines)) // 2 - 2)
    if height >= _CHART_FROM:
        lines += _chart(watch, width, chart_height, is_fine)
    left = height - len(lines)
    running = list(watch.running.values())
    n_rows = left - 2 if not watch.recent else max((left - 4) // 2, 1)
    lines += _running(running, n_rows, watch, width, now)
    lines += _ended(watch, width, height - len(lines))
    return lines[: max(height, 1)]


def _head(watch: SweepProgress, now: float, width: int, is_fine: bool) -> Iterator[Text]:
    for line in wrapped(opening(watch), width):
        yield Text(line, "bold")
    yield _bar(watch, now, width, is_fine)
    yield from _counts(watch, width)
    if watch.best is not None:
        best = f"best so far: {best_line(watch, watch.best, FEWEST)}"
        for line in wrapped(best, width)[:_MOST_LINES_OF_A_REASON]:
            yield Text(line, "bold")
    if watch.equal_failures is not None and not watch.parent.status.is_terminal:
        run_id = watch.parent.run_id
        sentence = equal_failures_text(run_id, watch.n_ended, watch.equal_failures)
        for line in wrapped(sentence, width):
            yield Text(line, "bold red")


def _bar(watch: SweepProgress, now: float, width: int, is_fine: bool) -> Text:
    ended = watch.parent.ended_at if watch.parent.status.is_terminal else None
    times = f"{text.duration(text.run_duration(watch.parent, ended or now))} elapsed"
    left = watch.time_left(now)
    if left and ended is None:
        times += f", about {text.duration(left)} left"
    words = f"  {watch.n_ended:,}/{watch.n_trials:,} trials  {times}"
    room = min(_WIDEST_BAR, width - cells(words))
    if room < 4:
        return Text(cut(words.strip(), width))
    done = round(room * watch.n_ended / max(watch.n_trials, 1))
    full, rest = ("━", "━") if is_fine else ("#", "-")
    return Text.assemble((full * done, "cyan"), (rest * (room - done), "bright_black"), words)


def _counts(watch: SweepProgress, width: int) -> Iterator[Text]:
    counts = dict(watch.counts)
    for trial in watch.running.values():
        word = trial.record.status.value
        counts[word] = counts.get(word, 0) + 1
    line = Text()
    if watch.parent.status.value == "CancelRequested":
        line.append("cancelling  ", "yellow")
    for word, number in counts.items():
        part = f"{number:,} {word}  "
        if line.cell_len + len(part.rstrip()) > width:
            line.rstrip()
            yield line
            line = Text()
        line.append(part, _style(word))
    line.rstrip()
    yield line


def _style(word: str) -> str:
    return STATUS_STYLES.get(word.split()[0], "dim")


def _chart(watch: SweepProgress, width: int, height: int, is_fine: bool) -> list[Text]:
    name, goal = watch.sweep.metric_name, watch.sweep.goal
    drawing = sweep_curve(
        watch.bests, goal, name, min(width, _WIDEST_CHART), height=height, is_fine=is_fine
    )
    if not drawing.lines:
        return []
    return [Text(), Text(cut(drawing.title, width), "dim"), *drawing.lines]


def _running(
    trials: Sequence[Trial], n_rows: int, watch: SweepProgress, width: int, now: float
) -> list[Text]:
    if not trials or n_rows < 1:
        return []
    n_shown = len(trials) if len(trials) <= n_rows else max(n_rows - 1, 1)
    shown = trials[:n_shown]
    columns = [
        Column("running", is_number=True),
        Column("for", is_number=True),
        Column(text.one_line(watch.sweep.metric_name), is_number=True),
    ]
    rows = [
        [
            trial.number,
            text.duration(text.run_duration(trial.record, now)),
            text.value(trial.latest),
        ]
        for trial in shown
    ]
    tails = _parameters(shown)
    blocks = _table(columns, rows, tails, "with", width, n_lines=1)
    lines = [Text(), *chain.from_iterable(blocks)]
    if len(trials) > n_shown:
        lines.append(Text(f"... and {len(trials) - n_shown:,} more", "dim"))
    return lines


def _ended(watch: SweepProgress, width: int, n_lines: int) -> list[Text]:
    """Return the trials that ended last, the newest first, as many as there is room for."""
    shown = list(islice(watch.recent, max(n_lines - 2, 0)))
    if not shown:
        return []
    columns = [
        Column("ended", is_number=True),
        Column("Status", is_long=True),
        Column(text.one_line(watch.sweep.metric_name), is_number=True),
        Column("after", is_number=True, optional=1),
    ]
    rows = [
        [
            trial.number,
            _outcome(trial.record.status, outcome(trial.record)),
            text.value(trial.best),
            text.duration(text.run_duration(trial.record, 0.0)),
        ]
        for trial in shown
    ]
    parent_id = watch.parent.run_id
    tails = [
        _told(trial, parent_id, given)
        for trial, given in zip(shown, _parameters(shown), strict=True)
    ]
    blocks = _table(columns, rows, tails, "why, with", width, n_lines=_MOST_LINES_OF_A_REASON)
    lines = [Text(), *next(blocks)]
    n_head = len(lines)
    for block in blocks:
        # Whole ones only, or there would be half a reason; of the newest what there is room for.
        if len(lines) + len(block) > n_lines and len(lines) > n_head:
            break
        lines += block
    return lines


def _told(trial: Trial, parent_id: str, given: str) -> str:
    """Return why a trial ended, if there is something to say, and its parameters."""
    if not trial.record.reason:
        return given
    reason = text.with_trial_numbers(text.one_line(trial.record.reason), parent_id)
    return f"{reason} ({given})" if given else reason


def _outcome(status: Status, word: str) -> str:
    return _STOPPED if word.startswith(_STOPPED) else status.value


def _parameters(trials: Sequence[Trial]) -> list[str]:
    """Return the parameters of each trial, cut to the digits in which they differ."""
    given = [text.shown_parameters(trial.record.parameters) for trial in trials]
    short = {
        name: short_numbers(cells[name] for cells in given if name in cells)
        for name in {name for cells in given for name in cells}
    }
    return [
        " ".join(f"{name}={short[name].get(held, held)}" for name, held in cells.items())
        for cells in given
    ]


def _table(
    columns: list[Column],
    rows: list[list[str]],
    tails: list[str],
    tail_name: str,
    width: int,
    *,
    n_lines: int,
) -> Iterator[list[Text]]:
    """Yield the names of columns and each row, with a text of at most so many lines beside it."""
    layout = lay_out(columns, rows, width)
    indent = layout.needed + GAP
    is_beside = width - indent >= _LEAST_ROOM
    if not is_beside:
        indent = min(layout.widths[layout.beside[0]] + GAP, width // 4)
    head, *bodies = styled_rows(columns, layout)
    names = [tail_name] if is_beside else []
    yield list(_with_tail(head, names, indent, "bold"))
    for body, tail in zip(bodies, tails, strict=True):
        pieces = _cut_to(tail, width - indent, n_lines)
        if is_beside:
            yield list(_with_tail(body, pieces, indent))
        else:
            yield [*body, *(Text(" " * indent + piece) for piece in pieces)]


def _with_tail(
    lines: list[Text], pieces: Sequence[str], indent: int, style: str = ""
) -> Iterator[Text]:
    """Yield the lines of a row with those of its tail beside them."""
    for number in range(max(len(lines), len(pieces))):
        line = lines[number].copy() if number < len(lines) else Text()
        if number < len(pieces):
            line.append(" " * (indent - line.cell_len))
            line.append(pieces[number], style)
        yield line


def _cut_to(content: str, room: int, n_lines: int) -> list[str]:
    lines = wrapped(content, room)
    if len(lines) <= n_lines:
        return lines
    return [*lines[: n_lines - 1], cut(" ".join(lines[n_lines - 1 :]), room)]

"""`hyperlocal logs`: what a trial printed, or what a sweep's controller did."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.cli.output import add_json, print_json_line
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.escapes import Disarmed
from hyperlocal.views.logs import LogReader, records
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.progress import until_ended

__all__ = ["main"]

_DEFAULT_LINES = 200

_ABOUT = """Print a run's log: of a trial or a single script everything that it printed, of
a sweep what was decided and started when. The last 200 lines unless told
otherwise, however long the log is.

Into a pipe or a file it goes as it was written; a terminal gets its colours,
and nothing that would command it.

With --json each line is an object: "text", and of a sweep's log also "time",
"source" and "level"."""

_EXAMPLES = """  hyperlocal logs HD_1a2b_7             # the end of trial 7's output
  hyperlocal logs HD_1a2b_7 -f          # and what it prints until it ends
  hyperlocal logs HD_1a2b_7 --all | grep loss
  hyperlocal logs HD_1a2b               # the sweep's own log"""


def main(arguments: Sequence[str]) -> int:
    """Print a log; return the exit code."""
    parser = command_parser("logs", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    parser.add_argument(
        "-f", "--follow", action="store_true", help="print what is added, until the run ends"
    )
    parser.add_argument(
        "-n",
        "--lines",
        type=int,
        default=_DEFAULT_LINES,
        metavar="N",
        help="how many of the last lines (default: %(default)s)",
    )
    parser.add_argument("--all", action="store_true", help="print the log from its beginning")
    add_json(parser, "an object for each line")
    options = parser.parse_args(arguments)
    if options.lines < 1:
        parser.error(f"-n is {options.lines}, but must be at least 1; --all prints all")
    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    reader = _reader(history, record, None if options.all else options.lines, is_raw=options.json)
    write = _JsonLines(reader.has_records).write if options.json else _plain()
    if options.follow:
        _follow(history, record, reader, write)
    elif not os.path.isfile(reader.path):
        raise HyperlocalError(_why_missing(record, reader.path))
    else:
        _print(reader, write)
        write(b"", True)
    return 0


def _reader(history: History, record: RunRecord, n_last: int | None, *, is_raw: bool) -> LogReader:
    folder = history.folder(record.run_id)
    sweep = sweep_of(record)
    if sweep is None:
        return LogReader(folder.output_log, n_last=n_last)
    launch = sweep.launch
    return LogReader(
        folder.path / (launch.log_file or "controller.log"),
        n_last=n_last,
        has_records="<END>" in launch.log_format,
        is_raw=is_raw,
    )


def _why_missing(record: RunRecord, path: Path) -> str:
    if not os.access(path.parent, os.X_OK) and os.path.isdir(path.parent.parent):
        return f"Run {record.run_id}: the folder {path.parent} cannot be read, or is not there."
    if os.path.lexists(path):
        return f"Run {record.run_id}: its log {path} is no file."
    if record.status.is_terminal:
        why = record.reason or "it ended before anything was written"
        return f"Run {record.run_id} ({record.status.value}) has no log {path}: {why}"
    return (
        f"Run {record.run_id} ({record.status.value}) has no log yet. "
        "`hyperlocal logs -f` waits for it."
    )


_Write = Callable[[bytes, bool], object]


def _print(reader: LogReader, write: _Write) -> None:
    for block in reader.blocks():
        write(block, False)


def _plain() -> _Write:
    if not sys.stdout.isatty():
        return _write_bytes
    disarmed = Disarmed()
    return lambda block, is_last: _write_bytes(disarmed.piece(block, is_last), is_last)


def _write_bytes(block: bytes, is_last: bool) -> None:
    # Bytes, as they were written: whatever the script's encoding was, nothing is lost.
    sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


class _JsonLines:
    """Prints each line, or each record of a sweep's log, as an object when it is complete."""

    def __init__(self, has_records: bool) -> None:
        self._has_records = has_records
        self._rest = b""

    def write(self, block: bytes, is_last: bool) -> None:
        """Print what has become complete."""
        if self._has_records:
            for record in records(block):
                print_json_line(record)
            return
        *lines, self._rest = (self._rest + block).split(b"\n")
        if is_last and self._rest:
            lines.append(self._rest)
        for line in lines:
            print_json_line({"text": line.decode("utf-8", "replace")})


def _follow(history: History, record: RunRecord, reader: LogReader, write: _Write) -> None:
    latest = record

    def look(has_changed: bool) -> RunRecord:
        nonlocal latest
        # The status before the log: what was written before the end is then never missed.
        if has_changed:
            latest = history.runs.get(record.run_id)
        _print(reader, write)
        return latest

    ended = until_ended(history, look, lambda: settled(history, record))
    write(b"", True)
    if not os.path.isfile(reader.path):
        raise HyperlocalError(_why_missing(ended, reader.path))

"""`hyperlocal report`: a run as one file to send to somebody, or the data behind it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.errors import FileError

__all__ = ["main"]

_SUFFIXES = {".html": "html", ".htm": "html", ".csv": "csv", ".json": "json"}
_SUFFIXES |= {".parquet": "parquet", ".pq": "parquet"}
_STANDARD_OUTPUT = "-"

_ABOUT = """Write a run to one file.

As HTML: a page with all that there is to see of it, to open from a disk or to
send to somebody. Of a sweep: status, settings, the best trial, what was learnt,
charts, the table of trials, and what failed and why; of a trial, a single
script or a pipeline: its parameters, metrics, steps and logs. It needs no
network and nothing installed (to make it: pip install 'hyperlocal[studio]').

As CSV, JSON or Parquet: the data. A row for each trial, with its parameters,
the last value of each metric, status, reason and times; with --points a second
table of all values that were logged, in JSON in the same file, else in a second
file beside it (FILE.points.csv).

The file is written whole or not at all, and replaces one of that name. Secrets
are hidden."""

_EXAMPLES = """  hyperlocal report HD_1a2b                         # HD_1a2b....html, here
  hyperlocal report HD_1a2b -o report.html
  hyperlocal report HD_1a2b -o trials.csv --points  # and trials.points.csv
  hyperlocal report HD_1a2b --format json -o - | jq '.trials[0].metrics'"""


def main(arguments: Sequence[str]) -> int:
    """Write a report; return the exit code."""
    parser = command_parser("report", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to; - is standard output (default: the run's id, in this folder)",
    )
    parser.add_argument(
        "--format",
        choices=("html", "csv", "json", "parquet"),
        help="what to write (default: as FILE ends, else html)",
    )
    parser.add_argument(
        "--points", action="store_true", help="all logged values too (not of html)"
    )
    options = parser.parse_args(arguments)
    kind = _kind_of(parser, options)

    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    target = options.output or f"{record.run_id}.{kind}"
    _check(target, kind)
    if kind == "html":
        from hyperlocal.studio.report.page import report_page

        contents = [report_page(history, record, now=time.time())]
    else:
        from hyperlocal.studio.report.data_files import data_files

        contents = data_files(history, record, kind, has_points=options.points, now=time.time())
    for content, name in zip(contents, (target, _beside(target)), strict=False):
        _write(content, name)
    return 0


def _kind_of(parser: argparse.ArgumentParser, options: argparse.Namespace) -> str:
    suffix = os.path.splitext(options.output or "")[1].lower()
    kind: str | None = options.format or _SUFFIXES.get(suffix)
    if kind is None and options.output not in (None, _STANDARD_OUTPUT) and suffix:
        parser.error(
            f"-o is {options.output!r}, of which the format cannot be told: end it in .html, "
            ".csv, .json or .parquet, or give --format"
        )
    kind = kind or "html"
    if options.points and kind == "html":
        parser.error("--points is for --format csv, json and parquet: the page has all curves")
    if options.points and kind != "json" and options.output == _STANDARD_OUTPUT:
        parser.error(f"--points makes two files of {kind}, and -o - takes one: name a file")
    return kind


def _check(target: str, kind: str) -> None:
    """Refuse to replace what is no report, and what cannot be written, before anything is made.

    Raises:
        FileError: It is one of these.
    """
    folder = os.path.dirname(os.path.abspath(target))
    if target == _STANDARD_OUTPUT:
        return
    if os.path.isdir(target):
        raise FileError(f"-o is {target!r}, which is a folder. Name a file in it.")
    if not os.path.isdir(folder):
        raise FileError(f"-o is {target!r}, but there is no folder {folder!r}. Make it first.")
    suffix = os.path.splitext(target)[1].lower()
    if os.path.isfile(target) and _SUFFIXES.get(suffix) != kind:
        raise FileError(
            f"{target!r} is there already, and does not look like a report in {kind}. Remove it "
            f"first, or name a file that ends in .{kind}."
        )


def _beside(target: str) -> str:
    stem, suffix = os.path.splitext(target)
    return f"{stem}.points{suffix}"


def _write(content: bytes, target: str) -> None:
    if target == _STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from hyperlocal.engine.staging import write_whole

    try:
        write_whole(None, target, content)
    except OSError as error:
        raise FileError(f"{target!r} cannot be written: {error.strerror}.") from error
    print(f"{os.path.abspath(target)} ({_size(len(content))})")


def _size(n_bytes: int) -> str:
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    size, unit = (n_bytes / 1e3, "kB") if n_bytes < 1e6 else (n_bytes / 1e6, "MB")
    return f"{size:.1f} {unit}"

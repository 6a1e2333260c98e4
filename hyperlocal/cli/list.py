"""`hyperlocal list`: the runs of a home, newest first."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, has_history, home_of, open_history, settled
from hyperlocal.cli.output import add_all_digits, add_json, print_json, say

__all__ = ["main"]

_DEFAULT_ROWS = 50

_ABOUT = """List runs, newest first: id, experiment, kind, status, when it was created, how
long it took or has been running, how many of its trials have ended, and the
best primary metric. The sweeps of a pipeline stand above it.

In a terminal, ids are cut to what is still unique; every command accepts them
like that. In a pipe, every run is one line, ids and numbers are whole, and `-`
stands for what there is not."""

_EXAMPLES = """  hyperlocal list
  hyperlocal list --experiment iris -n 0      # all runs of one experiment
  hyperlocal list --all                       # trials too
  hyperlocal list --json | jq '.[0].best'"""


def main(arguments: Sequence[str]) -> int:
    """List the runs; return the exit code."""
    parser = command_parser("list", _ABOUT, _EXAMPLES)
    parser.add_argument("--all", action="store_true", help="list trials and other children too")
    parser.add_argument("--experiment", metavar="NAME", help="only runs of this experiment")
    parser.add_argument(
        "-n",
        "--rows",
        type=int,
        default=_DEFAULT_ROWS,
        metavar="N",
        help="how many runs, 0 for all (default: %(default)s)",
    )
    add_json(parser, "a list of objects")
    add_all_digits(parser)
    options = parser.parse_args(arguments)
    if options.rows < 0:
        parser.error(f"-n is {options.rows}, but must be 0 (for all) or more")
    home = home_of(options)
    if not has_history(home):
        if options.json:
            print_json([])
        else:
            say(f"No runs in {home} yet.")
        return 0
    return _list(options)


def _list(options: argparse.Namespace) -> int:
    from hyperlocal.views import documents, pipelines, tables, text
    from hyperlocal.views.page import Page

    history = open_history(options)
    listing = history.listing
    shown = listing.page(
        options.experiment, include_children=options.all, limit=options.rows or -1
    )
    for record in listing.unfinished():  # also the sweep of a pipeline that has ended
        settled(history, record)
    n_shown = len(shown)
    for root_id in {record.root_id for record in shown if not record.status.is_terminal}:
        root = history.runs.known(root_id)
        if root is not None:
            settled(history, root)
    shown = [r if r.status.is_terminal else history.runs.known(r.run_id) or r for r in shown]
    shown = list(pipelines.with_sweeps(history, shown))
    rows = tables.read_run_rows(history, shown)
    for row in rows:
        if row.trouble is not None:
            print(f"hyperlocal list: {row.trouble}", file=sys.stderr)
    now = time.time()
    if options.json:
        print_json(documents.runs_document(rows, now))
        return 0
    if not rows:
        say(f"No runs{_of(options.experiment)} in {history.home} yet.")
        return 0
    page = Page(sys.stdout, all_digits=options.all_digits)
    short = tables.abbreviations(history, shown) if page.is_terminal else {}
    if page.is_terminal:
        short |= pipelines.short_ids(history, shown)
    tables.write_runs(page, rows, short, now)
    n_older = listing.count(options.experiment, include_children=options.all) - n_shown
    if options.rows and n_older > 0:
        print(f"... and {text.counted(n_older, 'older run')}: -n 0 lists all.", file=sys.stderr)
    return 0


def _of(experiment: str | None) -> str:
    return "" if experiment is None else f" of experiment {experiment!r}"

"""`hyperlocal show`: everything about one run."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.cli.output import add_all_digits, add_json, print_json

__all__ = ["main"]

_DEFAULT_ROWS = 50

_ABOUT = """Show one run.

Of a sweep: its status and why, its settings and seed, how many trials ended
how, the best one, and the trials with parameters, metric and, if they were
stopped or failed, the reason; best first.

Of a trial or a single script: its parameters, command and metrics, what the
policy decided and why, its files, and the end of its output if it failed.

If something failed: how to run it again by hand."""

_EXAMPLES = """  hyperlocal show HD_1a2b                # an abbreviated id
  hyperlocal show HD_1a2b_7              # trial 7 of that sweep
  hyperlocal show HD_1a2b --all          # every trial, not the best 50
  hyperlocal show HD_1a2b --importance   # which hyperparameters mattered
  hyperlocal show HD_1a2b --json | jq '.sweep.best'"""


def main(arguments: Sequence[str]) -> int:
    """Show a run; return the exit code."""
    parser = command_parser("show", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    parser.add_argument(
        "-n",
        "--rows",
        type=int,
        default=_DEFAULT_ROWS,
        metavar="N",
        help="how many rows a table has at most (default: %(default)s)",
    )
    parser.add_argument("--all", action="store_true", help="show all rows")
    parser.add_argument(
        "--importance",
        action="store_true",
        help="of a sweep: which hyperparameters mattered, and how sure that is (takes a moment)",
    )
    add_json(parser, "an object, always with all trials")
    add_all_digits(parser)
    options = parser.parse_args(arguments)
    if options.rows < 1:
        parser.error(f"-n is {options.rows}, but must be at least 1; --all shows all")

    from hyperlocal.views import documents, summary
    from hyperlocal.views.mattered import mattered_document, read_importance, write_mattered
    from hyperlocal.views.page import Page
    from hyperlocal.views.plans import sweep_of

    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    now = time.time()
    if options.json:
        document = documents.run_document(history, record, now)
        if options.importance and "sweep" in document:
            document["importance"] = mattered_document(read_importance(history, record))
        print_json(document)
        return 0
    n_rows = None if options.all else options.rows
    page = Page(sys.stdout, all_digits=options.all_digits)
    summary.write_summary(page, history, record, n_rows=n_rows, now=now)
    if options.importance and sweep_of(record) is not None:
        write_mattered(page, read_importance(history, record))
    return 0

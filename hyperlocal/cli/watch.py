"""`hyperlocal watch`: a run's progress until it ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.domain.status import Cause, Status

__all__ = ["main"]

_ABOUT = """Watch a run until it ends. In a terminal: how many trials ended and run, what
they run with, the best so far, and how long it may take. In a pipe: a line for
each trial that ends. Of a single script: what it prints.

Ctrl-C ends the watching, not the run. The exit code is 0 if the run completed,
else 1."""

_EXAMPLES = """  hyperlocal watch HD_1a2b
  hyperlocal watch HD_1a2b | tee progress.txt"""


def main(arguments: Sequence[str]) -> int:
    """Watch a run; return the exit code."""
    parser = command_parser("watch", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    options = parser.parse_args(arguments)

    from hyperlocal.views.progress import follow

    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    try:
        ended = follow(history, record.run_id, on_poll=lambda: settled(history, record))
    except KeyboardInterrupt:
        print(_goes_on(record.run_id), file=sys.stderr)
        raise
    if ended.cause is Cause.INTERRUPTED:
        print(f"To let it go on: hyperlocal resume {ended.run_id}")
    return 0 if ended.status is Status.COMPLETED else 1


def _goes_on(run_id: str) -> str:
    return (
        f"{run_id} goes on; watch it with `hyperlocal watch {run_id}`, end it with "
        f"`hyperlocal cancel {run_id}`."
    )

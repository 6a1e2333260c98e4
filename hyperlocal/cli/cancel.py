"""`hyperlocal cancel`: ask for the end of a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.domain.status import Status

__all__ = ["main"]

_ABOUT = """Cancel a run that has not ended: a sweep with all of its trials, one trial, or a
single script. Whatever they have logged and written so far is kept.

The exit code is 0 if the run was told to end, and 1 if it had ended already.
With --wait it is 0 only if the run then ended as cancelled."""

_EXAMPLES = """  hyperlocal cancel HD_1a2b              # the sweep
  hyperlocal cancel HD_1a2b_7            # only trial 7; the sweep goes on
  hyperlocal cancel HD_1a2b --wait       # return when everything has stopped"""


def main(arguments: Sequence[str]) -> int:
    """Cancel a run; return the exit code."""
    parser = command_parser("cancel", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    parser.add_argument("--wait", action="store_true", help="wait until it has ended")
    options = parser.parse_args(arguments)

    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    if not history.runs.request_cancel(record.run_id):
        print(_already_ended(record.run_id, record.status), file=sys.stderr)
        return 1
    # A controller that is gone cannot obey; then this very call ends the run.
    settled(history, history.runs.get(record.run_id))
    if not options.wait:
        print(f"Run {record.run_id} is being cancelled.")
        return 0

    from hyperlocal.views.progress import until_ended

    ended = until_ended(
        history, lambda _: history.runs.get(record.run_id), lambda: settled(history, record)
    )
    print(f"Run {ended.run_id} has ended: {ended.status.value}.")
    return 0 if ended.status is Status.CANCELED else 1


def _already_ended(run_id: str, status: Status) -> str:
    return f"Run {run_id} had ended already ({status.value}); there is nothing to cancel."

"""`hyperlocal resume`: let an interrupted sweep go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.domain.status import Status

__all__ = ["main"]

_ABOUT = """Let a sweep go on that was interrupted: its controller was killed, the machine
went down, the disk was full. Trials that ended stay as they are. Those that
were interrupted are run again, with the same parameters; what they had logged
is removed, and what they had written is kept in the folder `interrupted` of
each. Then the sweep tries what it would have tried without the interruption.

It goes on without this command. A script that calls wait_for_completion()
resumes an interrupted sweep by itself.

The exit code is 0 if the sweep goes on, with --watch if it then completed, and
1 if it was not interrupted."""

_EXAMPLES = """  hyperlocal resume HD_1a2b
  hyperlocal resume HD_1a2b --watch      # and show what happens until it ends"""


def main(arguments: Sequence[str]) -> int:
    """Resume a run; return the exit code."""
    parser = command_parser("resume", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", help="id of the run, or its beginning")
    parser.add_argument("--watch", action="store_true", help="watch it until it ends")
    options = parser.parse_args(arguments)

    from hyperlocal.engine import resume

    history = open_history(options)
    record = resume(history, find_run(history, options.run).run_id, _tell)
    trials = history.runs.count_by_status(record.run_id)
    n_ended = sum(number for status, number in trials.items() if status.is_terminal)
    n_again = sum(trials.values()) - n_ended
    print(f"Run {record.run_id} goes on: {n_ended} trials have ended, {n_again} are run again.")
    if not options.watch:
        print(f"Watch it with `hyperlocal watch {record.run_id}`.")
        return 0

    from hyperlocal.views.progress import follow

    ended = follow(
        history, record.run_id, on_poll=lambda: settled(history, record), takes_screen=True
    )
    return 0 if ended.status is Status.COMPLETED else 1


def _tell(sentence: str) -> None:
    print(f"hyperlocal resume: {sentence}", file=sys.stderr, flush=True)

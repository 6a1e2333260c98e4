"""`hyperlocal doctor`: what is wrong with the runs of a home, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hyperlocal.cli.lookup import command_parser, find_run, open_history
from hyperlocal.cli.output import add_json, print_json
from hyperlocal.errors import HyperlocalError
from hyperlocal.views.page import Page

if TYPE_CHECKING:
    from hyperlocal.engine.doctor import Finding

__all__ = ["main"]

_ABOUT = """Look for what should not be: in the history (statuses, the numbers and
parameters of trials, metrics, decisions, the database file itself), in the
folders of runs, models and data, and among the processes of this machine. Say what to do.

Nothing is changed without --repair, which does what is safe: runs whose
controller is gone are brought to their end, working copies that were left
behind are emptied into their runs, processes of ended runs are ended, metrics
that belong to no run are removed, and so is what writers left half written that
were killed.

The exit code is 0 if all is well, and 1 if something is wrong; with --repair
if something is left."""

_EXAMPLES = """  hyperlocal doctor                      # the whole home
  hyperlocal doctor HD_1a2b              # one sweep
  hyperlocal doctor --repair"""


def main(arguments: Sequence[str]) -> int:
    """Examine a home; return the exit code."""
    parser = command_parser("doctor", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", nargs="?", help="id of a run, or its beginning")
    parser.add_argument("--repair", action="store_true", help="do what is safe")
    add_json(parser, "an object")
    options = parser.parse_args(arguments)

    from hyperlocal.azureml._doctor import CHECKS
    from hyperlocal.engine.doctor import examine

    history = open_history(options)
    run_id = None if options.run is None else find_run(history, options.run).run_id
    told = []
    for finding in list(examine(history, run_id, CHECKS)):
        if not options.json:
            _say(f"{finding.run_id or history.home}: {finding.what}")
        treated = _treated(finding, options.repair)
        if not options.json:
            _tell(treated)
        told.append(treated)
    history.notes.clear()  # they are among the findings
    n_left = sum(not each["is_repaired"] for each in told)
    if options.json:
        print_json({"home": str(history.home), "run_id": run_id, "findings": told})
    elif not n_left:
        _say(f"Nothing is wrong with {run_id or history.home}.")
    return 1 if n_left else 0


def _treated(finding: Finding, is_to_be_repaired: bool) -> dict[str, Any]:
    """Return what was found, repaired if that is wanted; the rest must not wait for it."""
    treated: dict[str, Any] = {
        "run_id": finding.run_id,
        "what": finding.what,
        "advice": finding.advice,
        "can_be_repaired": finding.repair is not None,
        "is_repaired": False,
        "trouble": None,
    }
    if is_to_be_repaired and finding.repair is not None:
        try:
            finding.repair()
        except (HyperlocalError, OSError) as error:
            treated["trouble"] = str(error)
        else:
            treated["is_repaired"] = True
    return treated


def _tell(treated: dict[str, Any]) -> None:
    if treated["is_repaired"]:
        _say("  Repaired.")
        return
    if treated["trouble"] is not None:
        _say(f"  It could not be repaired: {treated['trouble']}")
    _say(f"  {treated['advice']}")


def _say(line: str) -> None:
    Page(sys.stdout).line(line)

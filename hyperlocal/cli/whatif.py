"""`hyperlocal whatif`: a sweep that ran, under other policies, samplings and concurrency."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperlocal.cli.lookup import command_parser, find_run, open_history, settled
from hyperlocal.cli.output import add_all_digits, add_json, print_json

if TYPE_CHECKING:
    from hyperlocal.whatif import Recording

__all__ = ["main"]

_DEFAULT_ROWS = 10

_ABOUT = """Replay a sweep that ran under other settings, without running anything: which
trials would have been stopped and when, how much computing that would have
saved, how long it would have taken, and whether the best trial would have
survived. Trials are played as they were recorded, in virtual time; one that was
stopped then ends there, for nobody knows how it would have gone on (cut).

A policy is told by the SDK's names:
  bandit:slack_factor=0.1,evaluation_interval=2,delay_evaluation=5
  bandit:slack_amount=0.05
  median_stopping:delay_evaluation=5
  truncation_selection:truncation_percentage=20,delay_evaluation=5
  none                       every trial runs to its end
  own                        the policy that the sweep had

Of several policies, samplings and numbers of concurrent trials every combination
is shown. Regret is how much worse the best found is than the best recorded."""

_EXAMPLES = """  hyperlocal whatif HD_1a2b --policy bandit:slack_factor=0.1,delay_evaluation=5
  hyperlocal whatif HD_1a2b --policy none --policy median --policy own
  hyperlocal whatif HD_1a2b --concurrency 4 --concurrency 8 --plot whatif.png
  hyperlocal whatif HD_1a2b --sampling bayesian --policy none --trials 20
  hyperlocal whatif --curves curves.csv --goal maximize --policy median"""


def main(arguments: Sequence[str]) -> int:
    """Replay a sweep; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    _check(parser, options)

    from hyperlocal.views.page import Page
    from hyperlocal.whatif import replay
    from hyperlocal.whatif.report import write

    comparison = replay(
        _recording(options),
        options.policy or ["own"],
        options.concurrency,
        options.sampling or "recorded",
        seed=options.seed,
        most_trials=options.trials,
    )
    if options.plot is not None:
        comparison.plot(options.plot)
    if options.json:
        print_json(comparison.to_dict())
    else:
        page = Page(sys.stdout, all_digits=options.all_digits)
        write(page, comparison, None if options.all else options.rows)
        if options.plot is not None:
            print(f"\nThe plot is in {options.plot}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("whatif", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", nargs="?", help="id of the sweep, or its beginning")
    parser.add_argument(
        "--policy",
        action="append",
        metavar="POLICY",
        help="an early termination policy, as above (default: own)",
    )
    parser.add_argument(
        "--concurrency",
        action="append",
        type=int,
        metavar="N",
        help="how many trials run at once (default: as many as then)",
    )
    parser.add_argument(
        "--sampling",
        action="append",
        choices=("recorded", "random", "grid", "bayesian"),
        help="in which order the recorded trials are tried (default: recorded)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="for random and bayesian (default: 0)"
    )
    parser.add_argument(
        "--trials", type=int, metavar="N", help="try at most so many of the recorded trials"
    )
    parser.add_argument(
        "--curves", metavar="FILE", help="replay the curves of a CSV or JSON file, not a RUN"
    )
    parser.add_argument(
        "--metric", metavar="NAME", help="of --curves: the primary metric, and its column"
    )
    parser.add_argument(
        "--goal", choices=("maximize", "minimize"), help="of --curves: which way it is better"
    )
    parser.add_argument(
        "--plot", metavar="FILE", help="draw curves and savings to a PNG, SVG or PDF file"
    )
    parser.add_argument(
        "-n",
        "--rows",
        type=int,
        default=_DEFAULT_ROWS,
        metavar="N",
        help="how many stopped trials are listed of each (default: %(default)s)",
    )
    parser.add_argument("--all", action="store_true", help="list all of them")
    add_json(parser, "an object with every trial")
    add_all_digits(parser)
    return parser


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if (options.run is None) == (options.curves is None):
        parser.error("give either a RUN or --curves FILE")
    for name in ("metric", "goal"):
        if options.run is not None and getattr(options, name) is not None:
            parser.error(f"--{name} is for --curves; a RUN has its own")
    if options.rows < 1:
        parser.error(f"-n is {options.rows}, but must be at least 1; --all shows all")


def _recording(options: argparse.Namespace) -> Recording:
    from hyperlocal.whatif import Recording

    if options.curves is not None:
        return Recording.of_file(
            options.curves,
            metric=options.metric,
            goal=options.goal,
            concurrency=(options.concurrency or [None])[0],
        )
    history = open_history(options)
    record = settled(history, find_run(history, options.run))
    return Recording.of_run(record.run_id, history)

"""`python -m tests.benchmarks.sampling`, from the top of the repository: who finds better trials.

`run` searches every problem with every optimiser, and appends each search to a file as a line of
JSON; what the file has is not run again. `report` turns such files into tables and plots.
"""

import argparse
import itertools
from pathlib import Path

from tests.benchmarks.sampling.optimisers import OPTIMISERS, make_optimiser
from tests.benchmarks.sampling.problems import PROBLEMS, SUITES
from tests.benchmarks.sampling.results import Cell, append, read
from tests.benchmarks.sampling.simulation import simulate


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.sampling", description=__doc__
    )
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="search what the results lack")
    run.set_defaults(do=_run)
    run.add_argument("--results", type=Path, default=Path("results.jsonl"), metavar="FILE")
    run.add_argument("--only", type=_names(OPTIMISERS), default=list(OPTIMISERS))
    run.add_argument("--seeds", type=int, default=20, help="how many (default: 20)")
    run.add_argument("--workers", type=_integers, default=[1], help="such as 1,4,8 (default: 1)")
    run.add_argument("--trials", type=int, default=60, help="of each search (default: 60)")
    report = commands.add_parser("report", help="compare what the results have")
    report.set_defaults(do=_report)
    report.add_argument("--results", type=Path, nargs="+", required=True, metavar="FILE")
    report.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    report.add_argument("--only", type=_names(OPTIMISERS), default=list(OPTIMISERS))
    for command in (run, report):
        command.add_argument(
            "--problems",
            type=_problems,
            default=list(SUITES["main"]),
            help=f"names, or {' or '.join(SUITES)} (default: main)",
        )
    options = parser.parse_args(arguments)
    options.do(options)


def _run(options):
    done = read(options.results)
    # Seeds come last, so that what is interrupted has something of everything.
    for seed, workers, problem, name in itertools.product(
        range(options.seeds), options.workers, options.problems, options.only
    ):
        cell = Cell(name, problem, workers, seed)
        if cell in done:
            continue
        outcome = simulate(
            PROBLEMS[problem],
            lambda space, seed, name=name: make_optimiser(name, space, seed),
            seed=seed,
            n_workers=workers,
            n_trials=options.trials,
        )
        append(options.results, cell, outcome)
        seconds = sum(outcome["ask_s"]) + sum(outcome["tell_s"])
        print(*cell, f"{outcome['losses'][-1]:.6g}", f"{seconds:.1f} s", flush=True)


def _report(options):
    from tests.benchmarks.sampling.report import write_report

    results = {
        cell: record
        for cell, record in read(*options.results).items()
        if cell.problem in options.problems
    }
    write_report(results, options.only, options.out)


def _names(known):
    def parse(text):
        names = text.split(",")
        unknown = sorted(set(names) - known.keys())
        if unknown:
            raise argparse.ArgumentTypeError(
                f"no such name: {', '.join(unknown)}; there are {', '.join(known)}"
            )
        return names

    return parse


def _problems(text):
    return list(SUITES[text]) if text in SUITES else _names(PROBLEMS)(text)


def _integers(text):
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    main()

"""Report: tables in Markdown, and plots."""

import numpy as np

from tests.benchmarks.sampling.problems import PROBLEMS
from tests.benchmarks.sampling.statistics import FLOOR, Comparison, geometric_mean

__all__ = ["write_report"]

_CHECKPOINTS = (20, 40, 60)


def write_report(results, names, folder):
    """Write `report.md`, and plots if matplotlib is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    comparisons = []
    for workers in sorted({cell.workers for cell in results}):
        comparison = Comparison.of(results, names, workers)
        if len(comparison.distances) > 1:
            comparisons.append(comparison)
    text = "\n\n".join(_section(comparison) for comparison in comparisons)
    (folder / "report.md").write_text(text + "\n")
    try:
        from tests.benchmarks.sampling.plots import draw
    except ImportError:
        return
    for comparison in comparisons:
        draw(comparison, folder)


def _section(comparison):
    n_last = min(next(iter(runs.values())).shape[1] for runs in comparison.distances.values())
    checkpoints = [n for n in _CHECKPOINTS if n <= n_last] or [n_last]
    title = "One trial at a time" if comparison.workers == 1 else f"{comparison.workers} at once"
    return "\n\n".join(
        [
            f"## {title}",
            f"{len(comparison.problems)} problems; distances of less than {FLOOR:g} of random "
            "search's count as that in geometric means; in brackets where nine in ten fall when "
            "seeds are drawn again.",
            _overall(comparison, checkpoints),
            _by_kind(comparison, checkpoints[-1]),
            _by_problem(comparison, checkpoints[-1]),
        ]
    )


def _overall(comparison, checkpoints):
    ours = next(iter(comparison.distances))
    rows = []
    for name in comparison.distances:
        row = [name, comparison.n_seeds(name)]
        row += [f"{comparison.mean_rank(name, n):.2f}" for n in checkpoints]
        for mean in (geometric_mean, np.mean):
            value = mean(comparison.regrets(name, checkpoints[-1]))
            low, high = comparison.interval(name, checkpoints[-1], mean)
            row.append(f"{value:.3f} ({low:.3f} to {high:.3f})")
        wins = comparison.win_rate(ours, name, checkpoints[-1])
        row.append("" if name == ours else f"{100 * wins:.0f} %")
        seconds = comparison.seconds[name]
        row += [f"{seconds.mean():.3f}", f"{seconds[:, -10:].mean():.3f}"]
        rows.append(row)
    return _table(
        [
            "optimiser",
            "seeds",
            *(f"mean rank at {n}" for n in checkpoints),
            f"regret at {checkpoints[-1]}, geometric mean",
            "plain mean",
            f"{ours} wins",
            "s a trial",
            "s, the last ten",
        ],
        rows,
    )


def _by_kind(comparison, n_trials):
    kinds = list(dict.fromkeys(PROBLEMS[problem].kind for problem in comparison.problems))
    rows = []
    for name in comparison.distances:
        regrets = comparison.regrets(name, n_trials)
        of_kind = {kind: [] for kind in kinds}
        for problem, regret in zip(comparison.problems, regrets, strict=True):
            of_kind[PROBLEMS[problem].kind].append(regret)
        rows.append([name, *(f"{geometric_mean(of_kind[kind]):.3f}" for kind in kinds)])
    return _table([f"regret at {n_trials}", *kinds], rows)


def _by_problem(comparison, n_trials):
    names = list(comparison.distances)
    columns = [comparison.regrets(name, n_trials) for name in names]
    rows = [
        [problem, *(f"{regret:.3f}" for regret in regrets)]
        for problem, *regrets in zip(comparison.problems, *columns, strict=True)
    ]
    return _table([f"regret at {n_trials}", *names], rows)


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)

"""Statistics: what the searches of one number of workers say.

A search's distance after n trials is its incumbent's true loss from the optimum. Its normalised
regret is that distance over the median distance of random search after as many trials.
"""

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.sampling.problems import PROBLEMS

__all__ = ["FLOOR", "Comparison", "beats", "geometric_mean"]

# Of distances below this share of random search's it does not matter how far below they are.
FLOOR = 1e-3
_N_RESAMPLES = 400


@dataclass(frozen=True)
class Comparison:
    """Optimisers that ran on the same problems.

    Attributes:
        workers: How many trials ran at once.
        distances: Of each optimiser, of each problem, shape (seeds, trials).
        seconds: Of each optimiser, those of ask and tell together, shape (searches, trials).
    """

    workers: int
    distances: dict[str, dict[str, np.ndarray]]
    seconds: dict[str, np.ndarray]

    @classmethod
    def of(cls, results, names, workers):
        """Compare those of `names` that have been run on all problems that random search has."""
        distances, seconds = {}, {}
        for cell, record in sorted(results.items()):
            if cell.workers == workers and cell.optimiser in names:
                lost = np.array(record["losses"]) - PROBLEMS[cell.problem].optimum
                problems = distances.setdefault(cell.optimiser, {})
                problems.setdefault(cell.problem, []).append(np.maximum(lost, 0.0))
                both = np.array(record["ask_s"][: len(lost)]) + record["tell_s"]
                seconds.setdefault(cell.optimiser, []).append(both)
        asked = distances.get("random", {}).keys()
        complete = [name for name in names if asked and distances.get(name, {}).keys() >= asked]
        return cls(
            workers,
            {
                name: {problem: _stacked(distances[name][problem]) for problem in asked}
                for name in complete
            },
            {name: _stacked(seconds[name]) for name in complete},
        )

    @property
    def problems(self):
        return list(self.distances["random"])

    def n_seeds(self, name):
        """Return the least number of seeds on any problem."""
        return min(len(runs) for runs in self.distances[name].values())

    def regrets(self, name, n_trials, rng=None):
        """Return the median normalised regret on each problem, of resampled seeds if `rng`."""
        return np.array(
            [
                self._median(name, problem, n_trials, rng)
                / max(self._median("random", problem, n_trials, rng), 1e-300)
                for problem in self.problems
            ]
        )

    def interval(self, name, n_trials, mean):
        """Return between what nine in ten means lie when the seeds are drawn again."""
        rng = np.random.default_rng(0)
        means = [mean(self.regrets(name, n_trials, rng)) for _ in range(_N_RESAMPLES)]
        return np.quantile(means, [0.05, 0.95])

    def mean_rank(self, name, n_trials):
        """Return which place is to be expected when each draws one of its seeds."""
        return 1.0 + sum(
            1.0 - self.win_rate(name, other, n_trials) for other in self.distances if other != name
        )

    def win_rate(self, name, other, n_trials):
        """Return how often a search of one ends nearer than one of the other; ties are halves."""
        rates = [
            beats(
                self.distances[name][problem][:, n_trials - 1],
                self.distances[other][problem][:, n_trials - 1],
            )
            for problem in self.problems
        ]
        return float(np.mean(rates))

    def _median(self, name, problem, n_trials, rng):
        at = self.distances[name][problem][:, n_trials - 1]
        return float(np.median(at if rng is None else rng.choice(at, len(at))))


def geometric_mean(regrets):
    return float(np.exp(np.log(np.maximum(regrets, FLOOR)).mean()))


def beats(ours, theirs):
    """Return the share of all pairs of which ours is the lesser."""
    difference = ours[:, None] - theirs
    return float((difference < 0).mean() + 0.5 * (difference == 0).mean())


def _stacked(rows):
    longest = max(map(len, rows))
    return np.stack([_padded(row, row[-1], longest) for row in rows])


def _padded(row, filling, n=0):
    return np.concatenate([row, np.full(max(n - len(row), 0), filling)])

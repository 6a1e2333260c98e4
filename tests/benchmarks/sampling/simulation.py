"""Simulation: k workers that ask, run trials of random length, and tell."""

import heapq
import itertools
import time
import zlib

import numpy as np

__all__ = ["simulate"]


def simulate(problem, make_optimiser, *, seed, n_workers, n_trials):
    """Search `problem`, and return what is recorded of it.

    Args:
        problem: What is searched.
        make_optimiser: Space and seed to an optimiser.
        seed: Of the optimiser, the noise, and how long trials run.
        n_workers: How many trials run at once.
        n_trials: How many trials there are.

    Returns:
        `losses`, after each trial that ended the true loss, without noise, of the incumbent: the
        trial that was told the least, as tools and users pick it. And `ask_s` and `tell_s`, the
        seconds that each ask and tell took.
    """
    # The same lengths and the same noise for every optimiser.
    rng = np.random.default_rng([zlib.crc32(problem.name.encode()), n_workers, seed])
    durations = rng.exponential(size=n_trials) + 0.5
    noise = problem.noise * rng.standard_normal(n_trials)
    optimiser = make_optimiser(problem.space, seed)
    ended, ask_s, tell_s = [], [], []
    running, now, numbers = [], 0.0, itertools.count()

    def start():
        n = next(numbers)
        if n >= n_trials:
            return
        asked, seconds = _timed(optimiser.ask)
        ask_s.append(seconds)
        if asked is not None:
            heapq.heappush(running, (now + durations[n], n, *asked))

    for _ in range(n_workers):
        start()
    while running:
        now, n, trial, parameters = heapq.heappop(running)
        true = problem.loss(parameters)
        _, seconds = _timed(optimiser.tell, trial, true + noise[n])
        tell_s.append(seconds)
        ended.append((true + noise[n], true))
        start()
    incumbents = itertools.accumulate(ended, lambda best, new: min(best, new, key=lambda e: e[0]))
    return {
        "losses": [true for _, true in incumbents],
        "ask_s": ask_s,
        "tell_s": tell_s,
    }


def _timed(function, *arguments):
    started = time.perf_counter()
    answer = function(*arguments)
    return answer, time.perf_counter() - started

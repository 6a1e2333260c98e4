"""What it costs to ask for the next trial of a Bayesian sweep, in processor time."""

import time

from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler, warm_up
from tests.benchmarks.measure import Figure, rounds
from tests.benchmarks.sampling.problems import PROBLEMS

__all__ = ["measure"]

# Trials that ended, and milliseconds to aim at.
_AIMS = {30: 50.0, 100: 100.0, 300: 500.0, 1000: 2000.0}


def measure(folder, n_rounds):
    """Return the figures for 6 parameters, each of the dearer of the two kinds that take turns."""
    warm_up()
    asks = {
        f"an ask with {n} trials ended, {kind}": (_asking(n, loss), aim)
        for kind, loss in (("hartmann6", PROBLEMS["hartmann6"].loss), ("a sum", _sum))
        for n, aim in _AIMS.items()
    }
    samples = rounds({name: ask for name, (ask, _) in asks.items()}, max(3, n_rounds // 2))
    return [
        Figure(
            name,
            sample.median,
            "ms",
            asks[name][1],
            note="{:.0f} to {:.0f}".format(*sample.spread),
        )
        for name, sample in samples.items()
    ]


def _sum(p):
    """A loss that is the sum of what each parameter does: its model is the dearest."""
    return sum((x - 0.1 * i) ** 2 for i, x in enumerate(p.values()))


def _asking(n, loss):
    space = PROBLEMS["hartmann6"].space
    draw = make_sampler(space, Sampling(SamplingKind.RANDOM, 0))
    trials = []
    for _ in range(n + 1):
        trials.append(draw.ask([], trials))
    observations = [Observation(trial, -loss(trial)) for trial in trials]
    sampler = make_sampler(space, Sampling(SamplingKind.BAYESIAN, 0))

    def ask():
        return max(_milliseconds(sampler, observations[:m]) for m in (n, n + 1))

    return ask


def _milliseconds(sampler, observations):
    started = time.process_time()
    sampler.ask(observations, [])
    return 1000 * (time.process_time() - started)

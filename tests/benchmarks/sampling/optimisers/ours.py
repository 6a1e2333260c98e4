"""Ours, and random search: the samplers of real sweeps, asked as a real sweep asks them."""

from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler, warm_up

__all__ = ["Bayesian", "Random"]


class _Sampled:
    kind: SamplingKind

    def __init__(self, space, seed):
        self._sampler = make_sampler(space, Sampling(self.kind, seed))
        self._observations, self._pending, self._n_asked = [], {}, 0

    def ask(self):
        parameters = self._sampler.ask(self._observations, list(self._pending.values()))
        if parameters is None:
            return None
        self._n_asked += 1
        self._pending[self._n_asked] = parameters
        return self._n_asked, parameters

    def tell(self, trial, loss):
        self._observations.append(Observation(self._pending.pop(trial), -loss))


class Bayesian(_Sampled):
    kind = SamplingKind.BAYESIAN

    def __init__(self, space, seed):
        super().__init__(space, seed)
        warm_up()


class Random(_Sampled):
    kind = SamplingKind.RANDOM

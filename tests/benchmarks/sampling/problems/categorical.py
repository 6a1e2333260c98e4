"""Categorical: nothing but options without an order.

References:
    Oh et al. 2019, "Combinatorial Bayesian Optimization using the Graph Cartesian Product" (pest
    control); Packebusch & Mertens 2016 (low autocorrelation binary sequences).
"""

from functools import cache

import numpy as np

from hyperlocal.domain.distribution import Choice
from hyperlocal.domain.space import Space
from tests.benchmarks.sampling.problems.problem import Problem

_PESTICIDES = ("none", "a", "b", "c", "d")
_N_STAGES = 7
_N_SIGNS = 16


def problems():
    stages = tuple((f"stage{i}", Choice(_PESTICIDES)) for i in range(_N_STAGES))
    yield Problem(
        "pest_control",
        "categorical",
        Space(stages),
        lambda p: _pest_control(tuple(p.values())),
        _least_pest_control(),
    )
    signs = tuple((f"s{i:02}", Choice(("plus", "minus"))) for i in range(_N_SIGNS))
    yield Problem(
        "labs",
        "categorical",
        Space(signs),
        lambda p: _autocorrelation([1 if sign == "plus" else -1 for sign in p.values()]),
        24.0,
    )


@cache
def _draws():
    rng = np.random.default_rng(5)
    spread = rng.beta(1.0, 17.0 / 3.0, size=_N_STAGES)
    control = np.stack([rng.beta(1.0, a, size=_N_STAGES) for a in (1.0, 2.5, 3.5, 7.0)])
    return spread, control


def _pest_control(stages):
    """Pests left along a line of stages, and what the pesticides cost; they lose their effect.

    A fixed draw of the published simulation, so that the optimum can be known.
    """
    state = _START
    for i, stage in enumerate(stages):
        state = _after_stage(i, stage, *state)
    return state[0]


_PRICES = (1.0, 0.8, 0.7, 0.5)
_START = (0.0, 0.1, (0, 0, 0, 0))  # the loss, the pests, and how often each was used


def _after_stage(i, stage, loss, pests, used):
    spread, control = _draws()
    if stage == "none":
        pests += spread[i] * (1.0 - pests)
    else:
        which = _PESTICIDES.index(stage) - 1
        pests *= 1.0 - control[which, i] * 0.8 ** used[which]
        # Who buys often pays less.
        loss += _PRICES[which] * (1.0 - 0.3 * used[which] / _N_STAGES)
        used = (*used[:which], used[which] + 1, *used[which + 1 :])
    return loss + (3.0 * max(pests - 0.1, 0.0) + pests), pests, used


def _least_pest_control(i=0, state=_START, least=float("inf")):
    """Return the least loss of all lines of stages; no stage makes a loss smaller."""
    if i == _N_STAGES or state[0] >= least:
        return min(state[0], least)
    for stage in _PESTICIDES:
        least = _least_pest_control(i + 1, _after_stage(i, stage, *state), least)
    return least


def _autocorrelation(signs):
    s = np.array(signs)
    return float(sum(int(s[k:] @ s[:-k]) ** 2 for k in range(1, len(s))))

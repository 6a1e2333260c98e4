"""Warp: which axes the model should see bent.

Of a learning rate between 0 and 1 most happens below 0.01, and a process whose length is the same
all along an axis cannot say so. Where the trials make it plausible, an axis is bent.

n trials, d parameters, p features; s ways to bend.

References:
    Snoek et al. 2014, "Input Warping for Bayesian Optimization of Non-Stationary Functions", which
    bends by a beta distribution's two shapes; a few fixed bends are quicker, and need less data.
"""

from __future__ import annotations

import numpy as np

from hyperlocal.search.bend import bend
from hyperlocal.search.fitting import Fit, log_likelihoods, log_prior_of_length
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["most_plausible_bends"]

# Each strength, with each length of the axis: that of the straight axis says little about it.
_STRENGTHS = np.repeat([30.0, 1000.0, 30000.0, -30.0, -1000.0, -30000.0], 4)
_LOG_LENGTHS = np.tile(np.log([0.1, 0.3, 1.0, 3.0]), 6)
# A bend moves most of an axis together, which a greater length would do as well. So that axes that
# do not matter stay straight, the prior sees lengths in units of how wide an axis is when bent.
_LINE = np.linspace(0.0, 1.0, 1001)
_LOG_WIDTHS = np.log(bend(_LINE, _STRENGTHS[:, None]).std(axis=1) / _LINE.std())
# How much more plausible a bend must make the scores, as a logarithm.
_DOUBT = 3.0


def most_plausible_bends(cube: UnitCube, X: Array, y: Array, fit: Fit) -> tuple[Array, Fit]:
    """Return how strongly each axis should be bent, and where to start fitting what is bent then.

    One axis after the other takes the way that makes the scores most plausible.

    Args:
        cube: The straight cube.
        X: Features, shape `(n, p)`.
        y: Scores, shape `(n,)`.
        fit: What was fitted to them.

    Returns:
        Strengths, shape `(d,)`, 0 where an axis should stay straight; and a changed `fit`.
    """
    strengths, phi = np.zeros(len(cube)), fit.phi.copy()
    scaled = X / fit.hyper.lengths
    squares = ((scaled[:, None] - scaled) ** 2).sum(axis=2)
    best = log_likelihoods(squares[None], y, phi)[0]
    for j, i in enumerate(cube.owners):
        if cube.is_category[i] or cube.axes[i].size in (1, 2):
            continue
        bent = bend(X[:, j], _STRENGTHS[:, None]) / np.exp(_LOG_LENGTHS)[:, None]
        rest = squares - (scaled[:, None, j] - scaled[:, j]) ** 2
        ways = np.maximum(rest, 0.0) + (bent[:, :, None] - bent[:, None]) ** 2
        priors = log_prior_of_length(_LOG_LENGTHS - _LOG_WIDTHS) - log_prior_of_length(phi[1 + i])
        plausible = log_likelihoods(ways, y, phi) + priors - _DOUBT
        way = int(np.argmax(plausible))
        if plausible[way] > best:
            best, squares = plausible[way], ways[way]
            strengths[i], phi[1 + i] = _STRENGTHS[way], _LOG_LENGTHS[way]
    return strengths, fit._replace(phi=phi)

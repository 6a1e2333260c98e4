"""Training data: the trials as arrays, in an order that does not depend on that of the history.

n ended and m pending trials, d parameters; codes as in `unit_cube`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.trial import Observation
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["TrainingData"]


class TrainingData(NamedTuple):
    """The trials that the surrogate model is fitted to, and the pending ones.

    Attributes:
        ended: Codes of the ended trials, shape `(n, d)`.
        scores: Their scores, shape `(n,)`; NaN for a trial without one.
        pending: Codes of the pending trials, shape `(m, d)`.
    """

    ended: Array
    scores: Array
    pending: Array

    @classmethod
    def of(
        cls, cube: UnitCube, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> TrainingData:
        """Return the data of these trials; trials that are not in the space are left out."""
        rows = []
        for observation in observations:
            code = cube.codes(observation.parameters)
            if code is not None:
                rows.append((*code, _finite(observation.score)))
        # Sums of floats depend on the order of their terms, and so would the next parameters.
        rows.sort(key=lambda row: (row[:-1], math.isnan(row[-1]), row[-1]))
        table = np.array(rows, dtype=float).reshape(-1, len(cube) + 1)
        pending_rows = sorted(code for code in map(cube.codes, pending) if code is not None)
        return cls(
            table[:, :-1], table[:, -1], np.array(pending_rows, dtype=float).reshape(-1, len(cube))
        )


def _finite(score: float | None) -> float:
    return score if score is not None and math.isfinite(score) else math.nan

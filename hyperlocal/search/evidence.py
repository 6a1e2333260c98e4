"""Evidence: the trials as numbers, in an order that does not depend on the history's.

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

__all__ = ["Evidence"]


class Evidence(NamedTuple):
    """What the model rests on.

    Attributes:
        ended: Codes, shape `(n, d)`.
        scores: Shape `(n,)`; NaN of a trial that has none.
        pending: Codes, shape `(m, d)`.
    """

    ended: Array
    scores: Array
    pending: Array

    @classmethod
    def of(
        cls, cube: UnitCube, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> Evidence:
        """Return the evidence in these trials; those that are not of this space are left out."""
        rows = []
        for observation in observations:
            code = cube.codes(observation.parameters)
            if code is not None:
                rows.append((*code, _finite(observation.score)))
        # Rounding depends on the order of sums, and an ask on rounding.
        rows.sort(key=lambda row: (row[:-1], math.isnan(row[-1]), row[-1]))
        table = np.array(rows, dtype=float).reshape(-1, len(cube) + 1)
        others = sorted(code for code in map(cube.codes, pending) if code is not None)
        return cls(
            table[:, :-1], table[:, -1], np.array(others, dtype=float).reshape(-1, len(cube))
        )


def _finite(score: float | None) -> float:
    return score if score is not None and math.isfinite(score) else math.nan

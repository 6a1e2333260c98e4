"""Beliefs: what the model of a Bayesian sweep takes the metric to be, and where it would look.

The model is the sampler's own (`hyperlocal.search`), fitted to the trials that have ended.

The model is of warped scores (`search.output_warping`). They are turned back by the trials, of
each of which score and metric are known: between these linearly, and beyond them with the slope of
the quarter next to the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import SamplingKind, Sweep
from hyperlocal.domain.trial import Observation
from hyperlocal.views.sweep_data import SweepData, TrialData

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from hyperlocal.search.surrogate import Surrogate
    from hyperlocal.search.unit_cube import UnitCube

    Array = npt.NDArray[np.float64]

__all__ = ["BeliefSlice", "Beliefs", "beliefs_of"]

_FEWEST = 3
_PLACES = 61
_MOST_LEVELS = 40
_MOST_FITTED = 400  # trials; the model's cost grows with their number's cube
_MOST_ASKED = 1000  # trials; of more, the sampler takes minutes for an answer
_INTERVAL = 1.96


@dataclass(frozen=True)
class BeliefSlice:
    """What the model believes along one hyperparameter, all others as in the best trial.

    Attributes:
        name: The hyperparameter.
        values: Its values.
        is_continuous: Whether there are values between these.
        means: What the metric is taken to be at each.
        lows: The lower end of what it may be: with the upper one, 95 % of what is possible.
        highs: The upper end.
    """

    name: str
    values: Sequence[Any]
    is_continuous: bool
    means: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]


@dataclass(frozen=True)
class Beliefs:
    """What the model of a sweep believes.

    Attributes:
        run_id: The sweep.
        centre: The trial through which the slices go: the best.
        slices: One for each hyperparameter.
        next_parameters: What would be tried next; None if that is nothing, or not worked out.
        n_trials: From how many trials that is known.
        obstacle: Why nothing can be said, as a sentence; None if something can.
        notes: What else should be known.
    """

    run_id: str
    centre: str | None = None
    slices: tuple[BeliefSlice, ...] = ()
    next_parameters: dict[str, Any] | None = None
    n_trials: int = 0
    obstacle: str | None = None
    notes: tuple[str, ...] = ()


def beliefs_of(data: SweepData, known: Sequence[Observation] = ()) -> Beliefs:
    """Fit the sampler's model to a sweep's trials. It takes seconds: keep the answer.

    Args:
        data: The sweep.
        known: Trials of earlier sweeps that it builds on.
    """
    sweep = data.sweep
    if sweep is None or sweep.sampling.kind is not SamplingKind.BAYESIAN:
        return Beliefs(data.run_id, obstacle="Only Bayesian sampling has a model of the metric.")
    from hyperlocal.search.unit_cube import UnitCube

    cube = UnitCube(sweep.space)
    ended = [t for t in data.trials if t.is_ended and cube.codes(t.parameters) is not None]
    scored = [trial for trial in ended if trial.best is not None]
    if len(scored) < _FEWEST or not len(cube):
        return Beliefs(
            data.run_id,
            n_trials=len(scored),
            obstacle=(
                f"Too few trials to say: {len(scored)} have ended with a finite "
                f"{sweep.metric_name}, and at least {_FEWEST} are needed."
            ),
        )
    centre = next(trial for trial in data.ranked if trial in scored)
    observations = [*known, *(_observation(sweep, trial) for trial in ended)]
    fitted = _for_the_model(sweep, ended)
    return Beliefs(
        data.run_id,
        centre.run_id,
        tuple(_slices(sweep, cube, [*known, *fitted], centre)),
        _next(data, sweep, observations),
        len(scored),
        None,
        tuple(_notes(sweep, ended, fitted, known)),
    )


def _observation(sweep: Sweep, trial: TrialData) -> Observation:
    score = None if trial.best is None else sweep.goal.score(trial.best)
    return Observation(trial.parameters, score, trial.status is Status.CANCELED)


def _for_the_model(sweep: Sweep, ended: Sequence[TrialData]) -> list[Observation]:
    if len(ended) > _MOST_FITTED:
        half = _MOST_FITTED // 2
        rank = sorted(
            ended, key=lambda t: -sweep.goal.score(t.best) if t.best is not None else math.inf
        )
        kept = {trial.run_id for trial in [*rank[:half], *ended[-half:]]}
        ended = [trial for trial in ended if trial.run_id in kept]
    return [_observation(sweep, trial) for trial in ended]


def _notes(
    sweep: Sweep,
    ended: Sequence[TrialData],
    fitted: Sequence[Observation],
    known: Sequence[Observation],
) -> list[str]:
    notes = []
    if len(fitted) < len(ended):
        notes.append(f"The model is fitted to {len(fitted):,} of {len(ended):,} trials here.")
    if len(ended) + len(known) > _MOST_ASKED:
        notes.append("Where it would look next is not worked out for so many trials.")
    if sweep.prior_sweeps and not known:
        notes.append("Trials of earlier sweeps, which the sampler knows too, are not in it.")
    return notes


def _next(
    data: SweepData, sweep: Sweep, observations: Sequence[Observation]
) -> dict[str, Any] | None:
    """Return what the sampler would answer if it were asked now; None if that takes too long."""
    from hyperlocal.search import make_sampler

    if len(observations) > _MOST_ASKED:
        return None
    pending = [trial.parameters for trial in data.trials if not trial.is_ended]
    return make_sampler(sweep.space, sweep.sampling).ask(observations, pending)


def _slices(
    sweep: Sweep, cube: UnitCube, observations: Sequence[Observation], centre: TrialData
) -> list[BeliefSlice]:
    import numpy as np

    from hyperlocal.search.proposal import one_thread
    from hyperlocal.search.surrogate import fit_surrogate
    from hyperlocal.search.training_data import TrainingData

    data = TrainingData.of(cube, observations, [])
    through = cube.codes(centre.parameters)
    assert through is not None, "it was looked at before"
    slices = []
    with one_thread():
        surrogate = fit_surrogate(cube, data)
        back = _Unwarped(surrogate, sweep)
        for place, name in enumerate(cube.names):
            codes = _codes_along(cube, place)
            points = np.tile(np.array(through, dtype=float), (len(codes), 1))
            points[:, place] = codes
            features = surrogate.cube.features(surrogate.cube.warp(points))
            means, deviations = surrogate.process.predict(features)
            ends = [back.metrics(means + sign * _INTERVAL * deviations) for sign in (-1.0, 1.0)]
            slices.append(
                BeliefSlice(
                    name,
                    [cube.axes[place].value(code) for code in codes],
                    bool(cube.is_continuous[place]),
                    back.metrics(means),
                    [min(pair) for pair in zip(*ends, strict=True)],
                    [max(pair) for pair in zip(*ends, strict=True)],
                )
            )
    return slices


def _codes_along(cube: UnitCube, place: int) -> list[float]:
    size = cube.axes[place].size
    if size is None:
        return [step / (_PLACES - 1) for step in range(_PLACES)]
    if size <= _MOST_LEVELS:
        return [float(level) for level in range(size)]
    return sorted({float(round(n * (size - 1) / (_MOST_LEVELS - 1))) for n in range(_MOST_LEVELS)})


class _Unwarped:
    """Turns scores of the model back into the metric."""

    def __init__(self, surrogate: Surrogate, sweep: Sweep) -> None:
        import numpy as np

        scores = surrogate.data.scores
        is_known = np.isfinite(scores)
        order = np.argsort(scores[is_known], kind="stable")
        self._scores = scores[is_known][order]
        self._warped = np.maximum.accumulate(surrogate.process.y[: len(scores)][is_known][order])
        self._goal = sweep.goal

    def metrics(self, warped: Array) -> list[float]:
        """Return the metrics of warped scores."""
        import numpy as np

        known, scores = self._warped, self._scores
        values = np.interp(warped, known, scores)
        values += np.minimum(warped - known[0], 0.0) * self._slope(0, len(known) // 4)
        values += np.maximum(warped - known[-1], 0.0) * self._slope(-1 - len(known) // 4, -1)
        return [self._goal.metric(float(value)) for value in values]

    def _slope(self, first: int, last: int) -> float:
        """Return how much the score rises by the warped one, between two trials."""
        for begin, end in ((first, last), (0, -1)):
            width = float(self._warped[end] - self._warped[begin])
            if width > 1e-9:
                return float(self._scores[end] - self._scores[begin]) / width
        return 0.0

"""Orders: in which order recorded trials are tried.

A replay cannot try what nobody has tried: every order is one of the recorded trials.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING, Protocol

from hyperlocal.domain.distribution import Choice, Distribution, Uniform
from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.errors import SweepError
from hyperlocal.whatif.recorded import RecordedTrial
from hyperlocal.whatif.recording import Recording

if TYPE_CHECKING:
    from hyperlocal.search.unit_cube import Array

__all__ = ["SAMPLINGS", "Order", "make_order"]

SAMPLINGS = ("recorded", "random", "grid", "bayesian")


class Order(Protocol):
    """What says which recorded trial comes next."""

    def next(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> RecordedTrial | None:
        """Return the next trial; None after the last one."""


def make_order(recording: Recording, sampling: str, seed: int) -> Order:
    """Return the order that a sampling would have tried the recorded trials in.

    Args:
        recording: The trials.
        sampling: `recorded`, as they were tried; `random`, drawn from them; `grid`, sorted as a
            grid of the space; `bayesian`, of those that are left always the one next to what
            Bayesian sampling asks for.
        seed: For those that draw.

    Raises:
        SweepError: There is no such sampling.
        SearchSpaceError: It cannot search this space.
    """
    trials = list(recording.trials)
    if sampling == "recorded":
        return _Listed(trials)
    if sampling == "random":
        Random(seed).shuffle(trials)
        return _Listed(trials)
    if sampling == "grid":
        return _Listed(_as_grid(recording))
    if sampling == "bayesian":
        return _Nearest(trials, _searched(recording), seed)
    raise SweepError(f"There is no sampling {sampling!r}; there are {', '.join(SAMPLINGS)}.")


class _Listed:
    def __init__(self, trials: Iterable[RecordedTrial]) -> None:
        self._trials = iter(trials)

    def next(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> RecordedTrial | None:
        return next(self._trials, None)


class _Nearest:
    """Of the recorded trials that are left, the one next to what the sampler asks for."""

    def __init__(self, trials: Sequence[RecordedTrial], space: Space, seed: int) -> None:
        from hyperlocal.search import make_sampler
        from hyperlocal.search.unit_cube import UnitCube

        self._sampler = make_sampler(space, Sampling(SamplingKind.BAYESIAN, seed))
        self._cube = UnitCube(space)
        self._left = {trial.trial_id: (trial, self._place(trial.parameters)) for trial in trials}

    def next(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> RecordedTrial | None:
        import numpy as np

        asked = self._sampler.ask(observations, pending) if self._left else None
        if asked is None:
            return None
        wanted = self._place(asked)
        nearest, _ = min(
            self._left.values(), key=lambda pair: float(np.linalg.norm(pair[1] - wanted))
        )
        del self._left[nearest.trial_id]
        return nearest

    def _place(self, parameters: Parameters) -> Array:
        import numpy as np

        code = self._cube.codes(parameters)
        if code is None:
            raise SweepError(
                f"The parameters {shown_values(parameters)!r} are not in the space "
                "of this sweep, so that its sampling cannot be replayed."
            )
        place: Array = self._cube.features(np.array([code]))[0]
        return place


def _as_grid(recording: Recording) -> list[RecordedTrial]:
    from hyperlocal.search.finite_space import FiniteSpace

    space = recording.space or _inferred(recording, is_grid=True)
    finite_space = FiniteSpace.of(space)
    if finite_space is None:
        raise SweepError(
            "Grid sampling cannot list all values of this sweep's space. Use random or bayesian."
        )
    points = [(finite_space.point(trial.parameters), trial) for trial in recording.trials]
    known = [(point, number) for number, (point, _) in enumerate(points) if point is not None]
    if len(known) < len(points):
        raise SweepError("Some of the trials are not in the space of this sweep.")
    return [recording.trials[number] for _, number in sorted(known)]


def _searched(recording: Recording) -> Space:
    return recording.space or _inferred(recording, is_grid=False)


def _inferred(recording: Recording, *, is_grid: bool) -> Space:
    """Return a space around the trials of a file, which names none."""
    names = list(recording.trials[0].parameters)
    columns = {name: [t.parameters.get(name) for t in recording.trials] for name in names}
    return Space(tuple((name, _around(values, is_grid)) for name, values in columns.items()))


def _around(values: list[object], is_grid: bool) -> Distribution:
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    is_numeric = len(numbers) == len(values)
    if is_numeric and not is_grid and min(numbers) < max(numbers):
        return Uniform(float(min(numbers)), float(max(numbers)))
    different = list(dict.fromkeys(values))
    return Choice(tuple(sorted(different) if is_numeric else different))

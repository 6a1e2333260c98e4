"""Sampler: given the trials so far, which parameters come next.

Nothing heavy is imported here: numpy loads with the sampler that needs it, scikit-learn with the
first model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation

__all__ = ["Sampler", "draws_alone", "make_sampler", "space_size", "warm_up"]


class Sampler(Protocol):
    """What chooses parameters. All it knows, it is told in each call.

    It may remember what it has made of a list of observations, and look only at what was added to
    that very list: nothing in it is replaced between two calls.
    """

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the parameters of the next trial, in the order in which they were declared.

        The same seed and the same arguments give the same answer, in any process; the order of
        `observations` and of `pending` does not matter.

        Args:
            observations: The trials that have ended.
            pending: The parameters of the trials that have been asked for and not yet ended.

        Returns:
            Parameters that no trial has had yet, where the space is finite; None when none are
            left.
        """


def make_sampler(space: Space, sampling: Sampling) -> Sampler:
    """Return the sampler that `sampling` asks for.

    Raises:
        SearchSpaceError: This kind of sampling cannot search a distribution of `space`, or has no
            such option.
    """
    if sampling.kind is SamplingKind.GRID:
        from hyperlocal.search.grid import GridSampler

        return GridSampler(space, **_checked(sampling, allowed=("order",)))
    if sampling.kind is SamplingKind.RANDOM:
        from hyperlocal.search.random import RandomSampler

        return RandomSampler(space, sampling.seed, **_checked(sampling, allowed=()))
    from hyperlocal.search.bayesian import BayesianSampler

    return BayesianSampler(space, sampling.seed, **_checked(sampling, allowed=()))


def space_size(space: Space) -> int | None:
    """Return how many different parameters `space` has; None if there is no end to them."""
    from hyperlocal.search.lattice import Lattice

    lattice = Lattice.of(space)
    return None if lattice is None else lattice.size


def draws_alone(space: Space, sampling: Sampling) -> bool:
    """Whether parameters depend on how many trials there were, but on nothing else of them."""
    return sampling.kind is SamplingKind.RANDOM and space_size(space) is None


def warm_up() -> None:
    """Import what the Bayesian sampler needs for its first model, which takes about a second.

    Meant for a background thread, while the first trials run.
    """
    from hyperlocal.search.proposal import rehearse

    rehearse()


def _checked(sampling: Sampling, *, allowed: tuple[str, ...]) -> dict[str, Any]:
    from hyperlocal.errors import SearchSpaceError

    for name in sampling.options:
        if name not in allowed:
            known = f"It knows {', '.join(allowed)}." if allowed else "It has none."
            raise SearchSpaceError(
                f"{sampling.kind.value} sampling has no option {name!r}. {known}"
            )
    return sampling.options

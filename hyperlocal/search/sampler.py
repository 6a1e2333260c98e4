"""Sampler: proposes the parameters of the next trial from the trials so far.

Samplers have an ask interface only: instead of a `tell`, each ask is given all observations, so
that a sweep can be resumed from its history alone. No heavy module is imported here: numpy is
imported with the samplers that use it, scikit-learn with the first model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation

__all__ = ["Sampler", "draws_independently", "make_sampler", "space_size", "warm_up"]


class Sampler(Protocol):
    """Proposes parameters. Everything that it depends on is passed in each call.

    It may keep what it has derived from a list of observations and then read only what was added
    to that same list, because callers only append to it.
    """

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the parameters of the next trial, in the order in which they were declared.

        The result is deterministic: the same seed and arguments give the same parameters in any
        process, whatever the order of `observations` and of `pending`.

        Args:
            observations: The trials that have ended.
            pending: The parameters of the trials that have been asked and have not ended.

        Returns:
            In a finite space, parameters that no trial has had yet, or None if there are no others
            left.
        """


def make_sampler(space: Space, sampling: Sampling) -> Sampler:
    """Return the sampler for `sampling`.

    Raises:
        SearchSpaceError: This kind of sampling does not support a distribution of `space`, or
            has no such option.
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
    """Return the number of points of `space`; None if it is infinite."""
    from hyperlocal.search.finite_space import FiniteSpace

    finite_space = FiniteSpace.of(space)
    return None if finite_space is None else finite_space.size


def draws_independently(space: Space, sampling: Sampling) -> bool:
    """Return whether an ask depends only on the number of trials, not on what they were."""
    return sampling.kind is SamplingKind.RANDOM and space_size(space) is None


def warm_up() -> None:
    """Import all that the Bayesian sampler needs to fit a model, which takes about a second.

    Meant to be called in a background thread while the first trials run.
    """
    from hyperlocal.search import proposal

    proposal.warm_up()


def _checked(sampling: Sampling, *, allowed: tuple[str, ...]) -> dict[str, Any]:
    from hyperlocal.errors import SearchSpaceError

    for name in sampling.options:
        if name not in allowed:
            known = f"It knows {', '.join(allowed)}." if allowed else "It has none."
            raise SearchSpaceError(
                f"{sampling.kind.value} sampling has no option {name!r}. {known}"
            )
    return sampling.options

"""Search: samplers, which propose the parameters of the next trial of a sweep."""

from hyperlocal.search.sampler import (
    Sampler,
    draws_independently,
    make_sampler,
    space_size,
    warm_up,
)

__all__ = ["Sampler", "draws_independently", "make_sampler", "space_size", "warm_up"]

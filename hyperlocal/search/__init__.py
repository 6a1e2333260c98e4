"""Search: which parameters a sweep tries next."""

from hyperlocal.search.sampler import Sampler, make_sampler, space_size, warm_up

__all__ = ["Sampler", "make_sampler", "space_size", "warm_up"]

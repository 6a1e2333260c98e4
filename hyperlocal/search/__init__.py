"""Search: which parameters a sweep tries next."""

from hyperlocal.search.sampler import Sampler, draws_alone, make_sampler, space_size, warm_up

__all__ = ["Sampler", "draws_alone", "make_sampler", "space_size", "warm_up"]

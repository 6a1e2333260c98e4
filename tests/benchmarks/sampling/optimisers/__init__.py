"""Optimisers: ours and its peers, behind one interface.

Peers are optional (`pip install hyperlocal[state]`): a peer is imported when it is asked for.
"""

from importlib import import_module

from tests.benchmarks.sampling.optimisers.optimiser import Optimiser

__all__ = ["OPTIMISERS", "Optimiser", "make_optimiser"]

_FOLDER = "tests.benchmarks.sampling.optimisers"

# Name to module and class.
OPTIMISERS = {
    "hyperlocal": ("ours", "Bayesian"),
    "random": ("ours", "Random"),
    "optuna-tpe": ("optuna_peers", "Tpe"),
    "optuna-gp": ("optuna_peers", "Gp"),
    "skopt-gp": ("skopt_peer", "Skopt"),
    "hyperopt-tpe": ("hyperopt_peer", "Hyperopt"),
    "hebo": ("hebo_peer", "Hebo"),
    "smac": ("smac_peer", "Smac"),
}


def make_optimiser(name, space, seed) -> Optimiser:
    module, kind = OPTIMISERS[name]
    return getattr(import_module(f"{_FOLDER}.{module}"), kind)(space, seed)

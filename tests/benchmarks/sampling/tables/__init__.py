"""Tables: losses of scikit-learn models, measured once at every point of a finite space."""

import csv
from pathlib import Path

SPACES = {
    "svc_digits": {
        "kernel": ("rbf", "poly", "sigmoid"),
        "C": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0),
        "gamma": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1),
        "degree": (2, 3, 4, 5),
    },
    "mlp_wine": {
        "hidden": (2, 4, 8, 16, 32, 64),
        "rate": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0),
        "alpha": (1e-6, 1e-4, 1e-2, 1.0),
        "activation": ("relu", "tanh", "logistic"),
        "batch": (8, 32, 118),
    },
    "sgd_cancer": {
        "loss": ("hinge", "log_loss", "modified_huber", "squared_hinge", "perceptron"),
        "penalty": ("l1", "l2", "elasticnet"),
        "schedule": ("constant", "optimal", "invscaling", "adaptive"),
        "alpha": (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
        "eta0": (1e-4, 1e-3, 1e-2, 1e-1, 1.0),
    },
    "boosting_diabetes": {
        "trees": (5, 10, 20, 40, 80, 160),
        "rate": (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
        "depth": (1, 2, 3, 5),
        "leaf": (1, 5, 20, 50),
        "subsample": (0.5, 1.0),
    },
}

# Those of `problems.held_out`.
HELD_OUT = {
    "svc_cancer": {
        "C": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
        "gamma": (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1),
        "kernel": ("rbf", "poly", "sigmoid", "linear"),
        "weights": ("same", "balanced"),
    },
    "forest_cancer": {
        "trees": (2, 5, 10, 20, 40),
        "depth": (1, 2, 3, 5, 8, 12),
        "features": (0.05, 0.1, 0.3, 0.6, 1.0),
        "criterion": ("gini", "entropy"),
        "leaf": (1, 3, 10, 30),
    },
    "knn_wine": {
        "neighbours": (1, 2, 3, 4, 5, 7, 9, 12, 16, 21, 28, 40),
        "power": (1.0, 1.5, 2.0, 3.0, 5.0),
        "weights": ("uniform", "distance"),
        "scaler": ("none", "standard", "minmax", "normalizer", "quantile"),
        "components": (1, 2, 3, 5, 8, 13),
    },
}


def table(name, spaces=SPACES):
    """Return the loss at every point, by the values in the order of the space."""
    space = spaces[name]
    kinds = [type(options[0]) for options in space.values()]
    with open(Path(__file__).parent / f"{name}.csv", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {
            tuple(kind(value) for kind, value in zip(kinds, row, strict=False)): float(row[-1])
            for row in rows
        }

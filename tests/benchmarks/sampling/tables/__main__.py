"""`python -m tests.benchmarks.sampling.tables`: measure the real landscapes again.

Each table holds the cross-validated loss of one scikit-learn model on one of its data sets, at
every point of a finite space: a row a point, its values and the loss. It takes about ten minutes.
"""

import argparse
import csv
import itertools
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, QuantileTransformer, StandardScaler
from sklearn.svm import SVC

from tests.benchmarks.sampling.tables import HELD_OUT, SPACES

_FOLDER = Path(__file__).parent
_N_FOLDS = 3


def svc_digits(X, y, kernel, C, gamma, degree):
    model = SVC(kernel=kernel, C=C, gamma=gamma, degree=degree, coef0=1.0)
    return _error(make_pipeline(StandardScaler(), model), X, y)


def mlp_wine(X, y, hidden, rate, alpha, activation, batch):
    model = MLPClassifier(
        (hidden,),
        activation=activation,
        alpha=alpha,
        batch_size=batch,
        learning_rate_init=rate,
        max_iter=25,
        random_state=0,
    )
    return _log_loss(make_pipeline(StandardScaler(), model), X, y)


def sgd_cancer(X, y, loss, penalty, schedule, alpha, eta0):
    model = SGDClassifier(
        loss=loss,
        penalty=penalty,
        alpha=alpha,
        learning_rate=schedule,
        eta0=eta0,
        max_iter=20,
        tol=None,
        random_state=0,
    )
    return _error(make_pipeline(StandardScaler(), model), X, y)


def boosting_diabetes(X, y, trees, rate, depth, leaf, subsample):
    """The loss for every number of trees: those of a long run hold those of the shorter ones."""
    model = GradientBoostingRegressor(
        n_estimators=max(trees),
        learning_rate=rate,
        max_depth=depth,
        min_samples_leaf=leaf,
        subsample=subsample,
        random_state=0,
    )
    losses = []
    for train, test in KFold(_N_FOLDS, shuffle=True, random_state=0).split(X):
        stages = list(model.fit(X[train], y[train]).staged_predict(X[test]))
        losses.append([mean_squared_error(y[test], stages[n - 1]) for n in trees])
    return np.mean(losses, axis=0)


def svc_cancer(X, y, C, gamma, kernel, weights):
    balance = "balanced" if weights == "balanced" else None
    model = SVC(C=C, gamma=gamma, kernel=kernel, class_weight=balance)
    return _error(make_pipeline(StandardScaler(), model), X, y)


def forest_cancer(X, y, trees, depth, features, criterion, leaf):
    model = RandomForestClassifier(
        n_estimators=trees,
        max_depth=depth,
        max_features=features,
        criterion=criterion,
        min_samples_leaf=leaf,
        random_state=0,
    )
    return _log_loss(model, X, y)


def knn_wine(X, y, neighbours, power, weights, scaler, components):
    scalers = {
        "none": "passthrough",
        "standard": StandardScaler(),
        "minmax": MinMaxScaler(),
        "normalizer": Normalizer(),
        "quantile": QuantileTransformer(n_quantiles=50),
    }
    model = KNeighborsClassifier(neighbours, p=power, weights=weights)
    return _error(make_pipeline(scalers[scaler], PCA(components, random_state=0), model), X, y)


def _log_loss(model, X, y):
    losses = []
    for train, test in StratifiedKFold(_N_FOLDS, shuffle=True, random_state=0).split(X, y):
        shares = model.fit(X[train], y[train]).predict_proba(X[test])
        losses.append(log_loss(y[test], shares, labels=np.unique(y)))
    return float(np.mean(losses))


def _error(model, X, y):
    folds = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=0)
    errors = [np.mean(model.fit(X[a], y[a]).predict(X[b]) != y[b]) for a, b in folds.split(X, y)]
    return float(np.mean(errors))


def _rows(name):
    space = (SPACES | HELD_OUT)[name]
    if name == "boosting_diabetes":
        X, y = load_diabetes(return_X_y=True)
        trees, *others = space.values()
        for point in itertools.product(*others):
            losses = boosting_diabetes(X, y, trees, *point)
            yield from ((n, *point, loss) for n, loss in zip(trees, losses, strict=True))
        return
    measure, load = {
        "svc_digits": (svc_digits, load_digits),
        "mlp_wine": (mlp_wine, load_wine),
        "sgd_cancer": (sgd_cancer, load_breast_cancer),
        "svc_cancer": (svc_cancer, load_breast_cancer),
        "forest_cancer": (forest_cancer, load_breast_cancer),
        "knn_wine": (knn_wine, load_wine),
    }[name]
    X, y = load(return_X_y=True)
    X, y = X[:600], y[:600]
    for point in itertools.product(*space.values()):
        yield (*point, measure(X, y, *point))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SPACES | HELD_OUT)}; all")
    for name in parser.parse_args().names or [*SPACES, *HELD_OUT]:
        with warnings.catch_warnings():
            # So few epochs are part of the problem.
            warnings.simplefilter("ignore", ConvergenceWarning)
            rows = sorted(_rows(name), key=lambda row: tuple(map(str, row[:-1])))
        with open(_FOLDER / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*(SPACES | HELD_OUT)[name], "loss"])
            writer.writerows([*row[:-1], f"{row[-1]:.6g}"] for row in rows)
        print(name, len(rows))


if __name__ == "__main__":
    main()

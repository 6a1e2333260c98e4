"""Tables of parameters that are gone, and how they are said today.

A `Rename` has another name, a `Value` is spelt in another way, a `Drop` had no effect with these
values. Everything else that libraries removed changed its meaning and is left to fail.
"""

from __future__ import annotations

__all__ = ["CALLS", "CLASSES", "Drop", "Rename", "Rule", "Value", "said_today"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container
    from typing import Any


class Rule:
    """What became of one parameter.

    Attributes:
        old: Its old name.
        removed_in: The version of the library that does not take it as it was any more.
    """

    def __init__(self, old: str, removed_in: tuple[int, int]) -> None:
        self.old = old
        self.removed_in = removed_in

    def applies(self, given: dict[str, Any]) -> bool:
        """Tell whether a call's keyword arguments use it in the old way."""
        return self.old in given

    def rewrite(self, given: dict[str, Any]) -> None:
        """Say it as it is said today, in place."""
        raise NotImplementedError


class Rename(Rule):
    """Another name: `OneHotEncoder(sparse=...)` is `sparse_output`."""

    def __init__(self, old: str, new: str, removed_in: tuple[int, int]) -> None:
        super().__init__(old, removed_in)
        self.new = new

    def applies(self, given: dict[str, Any]) -> bool:
        """Tell whether the old name is used, and the new one is not as well."""
        return self.old in given and self.new not in given

    def rewrite(self, given: dict[str, Any]) -> None:
        """Give the value to the new name."""
        given[self.new] = given.pop(self.old)


class Value(Rule):
    """Another spelling of a value: `max_features="auto"` of a classifier is `"sqrt"`."""

    def __init__(self, old: str, values: dict[str, Any], removed_in: tuple[int, int]) -> None:
        super().__init__(old, removed_in)
        self.values = values

    def applies(self, given: dict[str, Any]) -> bool:
        """Tell whether the parameter has one of the old values."""
        value = given.get(self.old)
        return isinstance(value, str) and value in self.values

    def rewrite(self, given: dict[str, Any]) -> None:
        """Replace the old value."""
        given[self.old] = self.values[given[self.old]]


class Drop(Rule):
    """Without effect, with these values or with any: `GridSearchCV(iid=False)`."""

    def __init__(
        self, old: str, removed_in: tuple[int, int], values: Collection[Any] | None = None
    ) -> None:
        super().__init__(old, removed_in)
        self.values = values

    def applies(self, given: dict[str, Any]) -> bool:
        """Tell whether it is given with a value that had no effect."""
        return self.old in given and (
            self.values is None
            or any(given[self.old] is value for value in self.values)
            or (isinstance(given[self.old], str) and given[self.old] in self.values)
        )

    def rewrite(self, given: dict[str, Any]) -> None:
        """Leave it out."""
        del given[self.old]


_SQRT = Value("max_features", {"auto": "sqrt"}, (1, 3))
_ALL = Value("max_features", {"auto": None}, (1, 3))
_PRESORT = Drop("presort", (0, 24))
_ERRORS = Value("criterion", {"mse": "squared_error", "mae": "absolute_error"}, (1, 2))
_SQUARED = Value("criterion", {"mse": "squared_error"}, (1, 2))
_BASE = Rename("base_estimator", "estimator", (1, 4))
_NOT_NORMALIZED = Drop("normalize", (1, 2), (False, "deprecated"))
_NO_PENALTY = Value("penalty", {"none": None}, (1, 4))
_NOT_IID = Drop("iid", (0, 24), (False, "deprecated"))
_SQUARED_LOSS = {"squared_loss": "squared_error"}
_AFFINITY = Rename("affinity", "metric", (1, 4))
_N_JOBS = Drop("n_jobs", (1, 0))  # how many at a time never changed what was found
_PRECOMPUTE = Drop("precompute_distances", (1, 0))

CLASSES: dict[str, dict[str, tuple[Rule, ...]]] = {
    "sklearn.calibration": {"CalibratedClassifierCV": (_BASE,)},
    "sklearn.cluster._agglomerative": {
        "AgglomerativeClustering": (_AFFINITY,),
        "FeatureAgglomeration": (_AFFINITY,),
    },
    "sklearn.cluster._kmeans": {
        "KMeans": (_N_JOBS, _PRECOMPUTE, Value("algorithm", {"full": "lloyd"}, (1, 3))),
    },
    "sklearn.ensemble._bagging": {"BaggingClassifier": (_BASE,), "BaggingRegressor": (_BASE,)},
    "sklearn.ensemble._forest": {
        "ExtraTreesClassifier": (_SQRT,),
        "ExtraTreesRegressor": (_ALL, _ERRORS),
        "RandomForestClassifier": (_SQRT,),
        "RandomForestRegressor": (_ALL, _ERRORS),
    },
    "sklearn.ensemble._gb": {
        "GradientBoostingClassifier": (
            _SQRT,
            _SQUARED,
            _PRESORT,
            Value("loss", {"deviance": "log_loss"}, (1, 3)),
        ),
        "GradientBoostingRegressor": (
            _ALL,
            _SQUARED,
            _PRESORT,
            Value("loss", {"ls": "squared_error", "lad": "absolute_error"}, (1, 2)),
        ),
    },
    "sklearn.ensemble._iforest": {"IsolationForest": (Drop("behaviour", (0, 24), ("new",)),)},
    "sklearn.ensemble._weight_boosting": {
        "AdaBoostClassifier": (_BASE, Drop("algorithm", (1, 8), ("SAMME",))),
        "AdaBoostRegressor": (_BASE,),
    },
    "sklearn.impute._base": {"SimpleImputer": (Drop("verbose", (1, 3)),)},
    "sklearn.linear_model._base": {"LinearRegression": (_NOT_NORMALIZED,)},
    "sklearn.linear_model._coordinate_descent": dict.fromkeys(
        ("ElasticNet", "ElasticNetCV", "Lasso", "LassoCV"), (_NOT_NORMALIZED,)
    ),
    "sklearn.linear_model._logistic": {
        name: (_NO_PENALTY, Drop("multi_class", (1, 8), ("auto",)))
        for name in ("LogisticRegression", "LogisticRegressionCV")
    },
    "sklearn.linear_model._ransac": {"RANSACRegressor": (_BASE,)},
    "sklearn.linear_model._ridge": dict.fromkeys(
        ("Ridge", "RidgeClassifier", "RidgeCV"), (_NOT_NORMALIZED,)
    ),
    "sklearn.linear_model._stochastic_gradient": {
        "SGDClassifier": (
            Value("loss", {"log": "log_loss", **_SQUARED_LOSS}, (1, 3)),
            _NO_PENALTY,
        ),
        "SGDRegressor": (Value("loss", _SQUARED_LOSS, (1, 2)), _NO_PENALTY),
    },
    "sklearn.manifold._t_sne": {"TSNE": (Rename("n_iter", "max_iter", (1, 7)),)},
    "sklearn.model_selection._search": {
        "GridSearchCV": (_NOT_IID,),
        "RandomizedSearchCV": (_NOT_IID,),
    },
    "sklearn.preprocessing._encoders": {
        "OneHotEncoder": (Rename("sparse", "sparse_output", (1, 4)),)
    },
    "sklearn.tree._classes": {
        "DecisionTreeClassifier": (_SQRT, _PRESORT),
        "DecisionTreeRegressor": (_ALL, _ERRORS, _PRESORT),
        "ExtraTreeClassifier": (_SQRT,),
        "ExtraTreeRegressor": (_ALL, _ERRORS),
    },
}
"""Module to its classes, each with the rules for its constructor and `set_params`."""

CALLS: dict[tuple[str, str], tuple[str, ...]] = {
    ("sklearn.metrics._regression", "mean_squared_error"): ("squared",),
    ("sklearn.metrics._regression", "mean_squared_log_error"): ("squared",),
    ("pandas", "read_csv"): ("error_bad_lines", "warn_bad_lines", "squeeze"),
    ("pandas", "read_table"): ("error_bad_lines", "warn_bad_lines", "squeeze"),
    ("pandas", "DataFrame.to_csv"): ("line_terminator",),
    ("pandas", "DataFrame.drop"): ("axis by position",),
}
"""Functions whose old parameters `calls.py` says anew."""


def said_today(
    rules: tuple[Rule, ...], given: dict[str, Any], taken: Container[str], version: tuple[int, int]
) -> dict[str, Any]:
    """Return a call's keyword arguments as they are said today.

    Args:
        rules: What became of parameters.
        given: The keyword arguments, not changed.
        taken: The names of the parameters that the installed library takes.
        version: The installed library's.
    """
    said = dict(given)
    for rule in rules:
        is_gone = version >= rule.removed_in if isinstance(rule, Value) else rule.old not in taken
        if is_gone and rule.applies(said):
            rule.rewrite(said)
    return said

"""Tables of names and modules that are gone, and where their exact meaning is today.

A meaning is written as `module.attribute`, with `builtins` for Python's own, or as the name of a
function in `replacements.py` after a colon. Nothing is imported to read these tables.
"""

from __future__ import annotations

__all__ = ["METHODS", "NAMES", "meaning", "moved_module"]

_ABSTRACT = (
    "AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable Collection "
    "Container Coroutine Generator Hashable ItemsView Iterable Iterator KeysView Mapping "
    "MappingView MutableMapping MutableSequence MutableSet Reversible Sequence Set Sized "
    "ValuesView"
)

_NUMPY = {
    # Gone in 1.24 (bool and long are back in 2.0, as numpy's own types, and are left alone).
    "bool": "builtins.bool",
    "int": "builtins.int",
    "float": "builtins.float",
    "complex": "builtins.complex",
    "object": "builtins.object",
    "str": "builtins.str",
    "long": "builtins.int",
    "unicode": "builtins.str",
    "bool8": "numpy.bool_",
    "object0": "numpy.object_",
    "str0": "numpy.str_",
    "bytes0": "numpy.bytes_",
    "void0": "numpy.void",
    "int0": "numpy.intp",
    "uint0": "numpy.uintp",
    "typeDict": "numpy.sctypeDict",
    "warnings": "warnings",
    # Gone in 2.0.
    "float_": "numpy.float64",
    "complex_": "numpy.complex128",
    "longfloat": "numpy.longdouble",
    "singlecomplex": "numpy.complex64",
    "cfloat": "numpy.complex128",
    "longcomplex": "numpy.clongdouble",
    "clongfloat": "numpy.clongdouble",
    "string_": "numpy.bytes_",
    "unicode_": "numpy.str_",
    "Inf": "numpy.inf",
    "Infinity": "numpy.inf",
    "infty": "numpy.inf",
    "PINF": "numpy.inf",
    "NINF": ":minus_infinity",
    "NaN": "numpy.nan",
    "PZERO": ":zero",
    "NZERO": ":minus_zero",
    "mat": "numpy.asmatrix",
    "round_": "numpy.round",
    "product": "numpy.prod",
    "cumproduct": "numpy.cumprod",
    "sometrue": "numpy.any",
    "alltrue": "numpy.all",
    "row_stack": "numpy.vstack",
    "trapz": "numpy.trapezoid",
    "in1d": ":in1d",
    "asfarray": ":asfarray",
    "msort": ":msort",
    "issubclass_": ":issubclass_",
    "safe_eval": "ast.literal_eval",
    "math": "math",
    "DataSource": "numpy.lib.npyio.DataSource",
    "byte_bounds": "numpy.lib.array_utils.byte_bounds",
    "compare_chararrays": "numpy.char.compare_chararrays",
    "format_parser": "numpy.rec.format_parser",
    "AxisError": "numpy.exceptions.AxisError",
    "ComplexWarning": "numpy.exceptions.ComplexWarning",
    "ModuleDeprecationWarning": "numpy.exceptions.ModuleDeprecationWarning",
    "RankWarning": "numpy.exceptions.RankWarning",
    "TooHardError": "numpy.exceptions.TooHardError",
    "VisibleDeprecationWarning": "numpy.exceptions.VisibleDeprecationWarning",
    # Gone earlier.
    "asscalar": ":asscalar",
    "alen": ":alen",
    "rank": "numpy.ndim",
    "loads": "pickle.loads",
}

# What scipy had of numpy until 1.12, as far as scripts used it.
_OF_NUMPY = (
    "absolute arange argmax argmin argsort array asarray ceil concatenate cos cumsum diff "
    "dot dtype e exp eye float32 float64 floor histogram hstack inf interp isnan linspace "
    "logspace maximum mean median meshgrid minimum nan ones percentile pi polyfit polyval "
    "random reshape sin std sum tan tile transpose unique var vstack where zeros"
)
_OF_EMATH = "log log10 log2 power sqrt"
_SCIPY = {
    **{name: f"numpy.{name}" for name in _OF_NUMPY.split()},
    **{name: f"numpy.emath.{name}" for name in _OF_EMATH.split()},
}

NAMES: dict[str, dict[str, str]] = {
    "base64": {"encodestring": "base64.encodebytes", "decodestring": "base64.decodebytes"},
    "collections": {name: f"collections.abc.{name}" for name in _ABSTRACT.split()},
    "inspect": {"getargspec": ":getargspec"},
    "numpy": _NUMPY,
    "pandas": {"np": "numpy", "datetime": "datetime.datetime"},
    "pandas.io.json": {"json_normalize": "pandas.io.json._normalize.json_normalize"},
    "scipy": _SCIPY,
    "scipy.integrate": {
        "trapz": "scipy.integrate.trapezoid",
        "cumtrapz": "scipy.integrate.cumulative_trapezoid",
    },
    "scipy.misc": {
        "comb": "scipy.special.comb",
        "factorial": "scipy.special.factorial",
        "logsumexp": "scipy.special.logsumexp",
    },
    "sklearn.metrics": {
        "SCORERS": "sklearn.metrics._scorer._SCORERS",
        "plot_confusion_matrix": "sklearn.metrics.ConfusionMatrixDisplay.from_estimator",
        "plot_precision_recall_curve": "sklearn.metrics.PrecisionRecallDisplay.from_estimator",
        "plot_roc_curve": "sklearn.metrics.RocCurveDisplay.from_estimator",
    },
    "sklearn.metrics._scorer": {"SCORERS": "sklearn.metrics._scorer._SCORERS"},
    "sklearn.neighbors": {"DistanceMetric": "sklearn.metrics.DistanceMetric"},
    "time": {"clock": ":clock"},
}
"""Module to the names that it lost, each with its meaning."""

METHODS: dict[tuple[str, str], dict[str, str]] = {
    ("pandas", "DataFrame"): {
        "append": ":append_rows",
        "as_matrix": ":as_matrix",
        "iteritems": "pandas.DataFrame.items",
    },
    ("pandas", "Series"): {"append": ":append_values", "iteritems": "pandas.Series.items"},
    ("pandas", "Index"): {"is_monotonic": "pandas.Index.is_monotonic_increasing"},
    ("sklearn.feature_extraction.text", "CountVectorizer"): {
        "get_feature_names": ":feature_names"
    },
    ("sklearn.feature_extraction._dict_vectorizer", "DictVectorizer"): {
        "get_feature_names": ":feature_names"
    },
}
"""Module and class to the members that the class lost, each with its meaning."""

_MOVED = {
    "sklearn.externals.joblib": "joblib",
    "sklearn.externals.six": "six",
}

# Modules that scikit-learn 0.22 made private: of most, the name got an underscore.
_MADE_PRIVATE = {
    "cluster": "affinity_propagation_ bicluster birch dbscan_ hierarchical:agglomerative "
    "k_means_:kmeans mean_shift_ optics_ spectral",
    "covariance": "elliptic_envelope empirical_covariance_ graph_lasso_ robust_covariance "
    "shrunk_covariance_",
    "cross_decomposition": "pls_",
    "datasets": "base california_housing covtype kddcup99 lfw olivetti_faces openml rcv1 "
    "samples_generator species_distributions svmlight_format twenty_newsgroups:twenty_newsgroups",
    "decomposition": "base dict_learning factor_analysis fastica_ incremental_pca kernel_pca nmf "
    "online_lda:lda pca sparse_pca truncated_svd",
    "ensemble": "bagging base forest gradient_boosting:gb iforest voting weight_boosting",
    "feature_extraction": "dict_vectorizer hashing stop_words",
    "feature_selection": "base from_model mutual_info_ rfe univariate_selection "
    "variance_threshold",
    "gaussian_process": "gpc gpr",
    "linear_model": "base bayes coordinate_descent huber least_angle logistic omp "
    "passive_aggressive perceptron ransac ridge sag stochastic_gradient theil_sen",
    "manifold": "isomap locally_linear mds spectral_embedding_ t_sne",
    "metrics": "classification ranking regression scorer",
    "metrics.cluster": "bicluster supervised unsupervised",
    "mixture": "base bayesian_mixture gaussian_mixture",
    "neighbors": "base classification graph kde lof nca nearest_centroid regression unsupervised",
    "neural_network": "multilayer_perceptron rbm",
    "preprocessing": "data label",
    "semi_supervised": "label_propagation",
    "svm": "base bounds classes",
    "tree": "export tree:classes",
    "utils": "mocking testing",
}


def moved_module(name: str) -> str | None:
    """Return today's name of a module that is known under another one, or None."""
    if name in _MOVED:
        return _MOVED[name]
    package, _, last = name.rpartition(".")
    if not package.startswith("sklearn."):
        return None
    for entry in _MADE_PRIVATE.get(package.removeprefix("sklearn."), "").split():
        old, _, new = entry.partition(":")
        if old == last:
            return f"{package}._{new or old.rstrip('_')}"
    return None


def meaning(module: str, name: str) -> str | None:
    """Return what a name that a module lost means, or None if it is not supplied."""
    return NAMES.get(module, {}).get(name) or moved_module(f"{module}.{name}")

"""The failures of libraries as they are installed, recognised by their last line."""

import pytest

from hyperlocal._legacy.recognize import cure

FAILURES = {
    "import numpy; numpy.float": "numpy.float",
    "import numpy; numpy.float_": "numpy.float_",
    "import numpy; numpy.product": "numpy.product",
    "from numpy import float_": "numpy.float_",
    "from collections import Mapping": "collections.Mapping",
    "import collections; collections.Mapping": "collections.Mapping",
    "import time; time.clock()": "time.clock",
    "from sklearn.externals import joblib": "sklearn.externals.joblib",
    "import sklearn.externals.six": "sklearn.externals.six",
    "import sklearn.ensemble.forest": "sklearn.ensemble.forest",
    "from sklearn.metrics import plot_roc_curve": "sklearn.metrics.plot_roc_curve",
    "from sklearn.preprocessing import OneHotEncoder; OneHotEncoder(sparse=False)": (
        "OneHotEncoder(sparse=...)"
    ),
    "from sklearn.metrics import mean_squared_error as e; e([1], [1], squared=False)": (
        "mean_squared_error(squared=...)"
    ),
    "from sklearn.ensemble import RandomForestClassifier as F; "
    "F(max_features='auto').fit([[1], [2]], [0, 1])": (
        "RandomForestClassifier(max_features='auto')"
    ),
    "from sklearn.linear_model import Ridge; Ridge(normalize=True)": (
        "normalize=False or normalize='deprecated' of Ridge"
    ),
    "import pandas; pandas.DataFrame().append({}, ignore_index=True)": "DataFrame.append",
    "import pandas; pandas.DataFrame({'a': [1]}).drop('a', 1)": (
        "the axis of DataFrame.drop by position"
    ),
    "import io, pandas; pandas.read_csv(io.StringIO('a'), error_bad_lines=False)": (
        "read_csv(error_bad_lines=...)"
    ),
    "import pandas; pandas.DataFrame().to_csv(line_terminator='x')": (
        "DataFrame.to_csv(line_terminator=...)"
    ),
}


def last_line(failure):
    lines = failure.split("Traceback (most recent call last):")[-1].splitlines()[1:]
    return next(line for line in lines if line and not line[0].isspace())


def test_what_is_supplied_is_recognised(python):
    text = f"""
import traceback
for line in {list(FAILURES)!r}:
    try:
        exec(line)
    except Exception:
        print("ENTRY", traceback.format_exc())
    else:
        print("ENTRY nothing failed")
"""
    entries = zip(FAILURES, python(text, legacy=False).split("ENTRY ")[1:], strict=True)

    # Older libraries still have some of it.
    failures = {line: entry for line, entry in entries if "nothing failed" not in entry}

    assert len(failures) >= 6
    assert {line: cure(last_line(failure)) for line, failure in failures.items()} == {
        line: FAILURES[line] for line in failures
    }


@pytest.mark.parametrize(
    "line",
    [
        "",
        "AttributeError: module 'numpy' has no attribute 'flot'",
        "ModuleNotFoundError: No module named 'xgboost'",
        "AttributeError: 'Model' object has no attribute 'append'",
        "TypeError: train() got an unexpected keyword argument 'epochs'",
        "ImportError: cannot import name 'load_boston' from 'sklearn.datasets'",
        "sklearn.utils._param_validation.InvalidParameterError: The 'C' parameter of "
        "LogisticRegression must be a float in the range (0.0, inf]. Got 'auto' instead.",
    ],
)
def test_other_failures_are_not(line):
    assert cure(line) is None

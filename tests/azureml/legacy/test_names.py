"""What is gone means again what it meant; what is there stays what it is."""

import json

import pandas as pd
import pytest

from hyperlocal._legacy.names import NAMES, moved_module
from tests.azureml.legacy.conftest import needs_today

LIBRARIES = ["base64", "collections", "inspect", "numpy", "pandas", "time", "sklearn.metrics"]
LOOK = """
import importlib, json
module = importlib.import_module({library!r})
found = {{name: str(vars(module).get(name, "gone")).split(" at 0x")[0] for name in {names!r}}}
print(json.dumps(found))
"""


def names_in(python, library, **how):
    return json.loads(python(LOOK.format(library=library, names=sorted(NAMES[library])), **how))


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_name_is_there_and_none_is_replaced(python, library):
    before, after = (names_in(python, library, legacy=legacy) for legacy in (False, True))

    assert [name for name in NAMES[library] if after[name] == "gone"] == []
    kept = {name: text for name, text in before.items() if text != "gone"}
    assert kept == {name: after[name] for name in kept}


@needs_today
def test_scipys_names_are_numpys(python):
    text = "import numpy, scipy\nfrom scipy import interp\n"
    text += "print(interp is numpy.interp, scipy.pi, scipy.sqrt(-4))"

    assert python(text) == "True 3.141592653589793 2j"


def test_numpys_names_are_pythons_own_types(python):
    text = """
import numpy as np
print(np.float is float, np.int is int, np.object is object, np.str is str)
print(np.float_ is np.float64, np.Inf == float("inf"), np.NINF, str(np.NZERO), np.NaN != np.NaN)
print(np.in1d([[1, 2], [3, 4]], [2, 3]).tolist(), np.in1d([1], [1], invert=True).tolist())
print(np.asfarray([1, 2], dtype=int).dtype, np.msort([[3, 1], [1, 2]]).tolist())
print(np.asscalar(np.array([7])), np.alen(3), np.alen([1, 2]), np.product([2, 3]), np.math.pi > 3)
"""
    assert python(text).split("\n") == [
        "True True True True",
        "True True -inf -0.0 True",
        "[False, True, True, False] [False]",
        "float64 [[1, 1], [3, 2]]",
        "7 1 2 6 True",
    ]


def test_names_can_be_imported_from_numpy(python):
    assert python("from numpy import float, float_; print(float, float_.__name__)") == (
        "<class 'float'> float64"
    )


def test_pythons_own_modules(python):
    text = """
import base64, collections, inspect, time
from collections import Mapping
print(issubclass(dict, Mapping), collections.Iterable.__module__)
print(inspect.getargspec(lambda a, b=1, *c, **d: 0), time.clock() > 0)
print(base64.encodestring(b"x"))
def only_by_name(*, a): pass
try:
    inspect.getargspec(only_by_name)
except ValueError as error:
    print("refused")
"""
    assert python(text).split("\n") == [
        "True collections.abc",
        "ArgSpec(args=['a', 'b'], varargs='c', keywords='d', defaults=(1,)) True",
        "b'eA==\\n'",
        "refused",
    ]


def test_moved_modules_are_the_same_objects_under_both_names(python):
    text = """
import joblib, joblib.parallel
import sklearn.externals.joblib.parallel
from sklearn.externals import joblib as old
print(old is joblib, old.__spec__.name, sklearn.externals.joblib.parallel is joblib.parallel)
from sklearn.ensemble.forest import RandomForestClassifier as Old
from sklearn.ensemble import RandomForestClassifier as New
print(Old is New)
from sklearn.datasets.samples_generator import make_blobs
import sklearn.linear_model.logistic as logistic
print(logistic.__name__)
"""
    assert python(text).split("\n") == [
        "True joblib True",
        "True",
        "sklearn.linear_model._logistic",
    ]


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("sklearn.cluster.k_means_", "sklearn.cluster._kmeans"),
        ("sklearn.tree.tree", "sklearn.tree._classes"),
        ("sklearn.metrics.scorer", "sklearn.metrics._scorer"),
        ("sklearn.metrics", None),
        ("sklearn.cross_validation", None),
        ("joblib", None),
    ],
)
def test_where_a_module_is_today(old, today):
    assert moved_module(old) == today


@needs_today
def test_what_changed_its_meaning_stays_gone(python):
    lines = [
        "from sklearn.preprocessing import Imputer",
        "from sklearn.cross_validation import KFold",
        "import numpy; numpy.find_common_type",
        "import pandas; pandas.DataFrame().ix",
    ]
    text = f"""
for line in {lines!r}:
    try:
        exec(line)
    except (ImportError, AttributeError):
        print(line)
"""
    assert python(text).split("\n") == lines


def test_pandas_appends_rows_as_it_did(python, tmp_path):
    text = """
import pandas as pd
frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
print(frame.append({"a": 3, "b": "z"}, ignore_index=True).to_json())
print(frame.append(pd.Series({"a": 3, "b": "z"}, name="third")).to_json())
print(frame.append(frame).to_json(orient="split"))
print(frame.append([{"a": 3, "c": 1}], ignore_index=True).to_json())
print(pd.Series([1]).append([pd.Series([2])], ignore_index=True).to_json())
print(frame.drop("a", 1).columns.tolist(), [name for name, _ in frame.iteritems()])
for wrong in ({"a": 1}, pd.Series({"a": 1})):
    try:
        frame.append(wrong)
    except TypeError as error:
        print("refused")
"""
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert python(text).split("\n") == [
        '{"a":{"0":1,"1":2,"2":3},"b":{"0":"x","1":"y","2":"z"}}',
        '{"a":{"0":1,"1":2,"third":3},"b":{"0":"x","1":"y","third":"z"}}',
        pd.concat([frame, frame]).to_json(orient="split"),
        '{"a":{"0":1,"1":2,"2":3},"b":{"0":"x","1":"y","2":null},"c":{"0":null,"1":null,"2":1.0}}',
        '{"0":1,"1":2}',
        "['b'] ['a', 'b']",
        "refused",
        "refused",
    ]


def test_pandas_reads_and_writes_as_it_did(python):
    text = """
import io, pandas as pd
bad = "a,b\\n1,2\\n1,2,3\\n4,5\\n"
print(len(pd.read_csv(io.StringIO(bad), error_bad_lines=False, warn_bad_lines=False)))
print(type(pd.read_csv(io.StringIO("a\\n1\\n2\\n"), squeeze=True)).__name__)
print(repr(pd.DataFrame({"a": [1]}).to_csv(index=False, line_terminator=";")))
"""
    assert python(text).split("\n") == ["2", "Series", "'a;1;'"]


def test_columns_of_texts_are_objects_as_before_pandas_3(python):
    text = """
import pandas as pd
frame = pd.DataFrame({"job": ["a", "b"], "age": [1, 2]})
print(list(frame.loc[:, frame.dtypes == object].columns), frame.job.dtype == "O")
"""
    assert python(text) == "['job'] True"


def test_this_process_is_untouched():
    import collections

    assert not hasattr(collections, "Mapping")

"""Names and arguments that the installed libraries do not have any more."""

import json

import pytest

from hyperlocal.check import check
from tests.azureml.legacy.conftest import needs_today

OLD, GONE = "old name", "gone"


@needs_today
@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("import numpy as np\nx = np.float(1)", "numpy.float"),
        ("import numpy\nx = numpy.zeros(3, dtype=numpy.float_)", "numpy.float_"),
        ("import os\nfrom numpy import product", "numpy.product"),
        ("import os\nfrom sklearn.externals import joblib", "sklearn.externals.joblib"),
        ("import os\nimport sklearn.ensemble.forest", "sklearn.ensemble.forest"),
        ("import os\nfrom sklearn.ensemble.forest import A", "sklearn.ensemble.forest"),
        ("import os\nfrom scipy import interp", "scipy.interp"),
        ("import collections\ncollections.Mapping", "collections.Mapping"),
        ("import time\ntime.clock()", "time.clock"),
        (
            "from sklearn.preprocessing import OneHotEncoder\nOneHotEncoder(sparse=False)",
            "OneHotEncoder(sparse=...)",
        ),
        (
            "from sklearn.ensemble import RandomForestClassifier as F\nF(max_features='auto')",
            "RandomForestClassifier(max_features=...)",
        ),
        (
            "import sklearn.metrics as m\nm.mean_squared_error(a, b, squared=False)",
            "mean_squared_error(squared=...)",
        ),
        (
            "import pandas as pd\npd.read_csv('x', error_bad_lines=False)",
            "read_csv(error_bad_lines=...)",
        ),
        ("import pandas as pd\npd.read_csv('x').append(y)", "DataFrame.append"),
        (
            "import pandas as pd, numpy as np; d = pd.DataFrame(np.ones(3)).dropna()\n"
            "for a, b in d.iteritems(): pass",
            "DataFrame.iteritems",
        ),
        (
            "from azureml.core import Dataset\n"
            "d = Dataset.Tabular.from_delimited_files('x').to_pandas_dataframe().append(y)",
            "DataFrame.append",
        ),
        (
            "from sklearn.feature_extraction.text import TfidfVectorizer as V; v = V()\n"
            "v.get_feature_names()",
            "TfidfVectorizer.get_feature_names",
        ),
        (
            "import pandas as pd; d = pd.read_csv('x')\nd.to_csv('y', line_terminator='')",
            "to_csv(line_terminator=...)",
        ),
        (
            "import pandas as pd; d = pd.read_csv('x'); d.drop('a', axis=1)\nd.drop('a', 1)",
            "drop(labels, axis)",
        ),
    ],
)
def test_what_is_supplied_is_told_with_the_switch(report, text, subject):
    (finding,) = report(text).findings

    assert (finding.place.line, finding.kind.value, finding.subject) == (2, OLD, subject)
    assert finding.command == "hyperlocal run --legacy"
    assert finding.is_obstacle


@needs_today
@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("import numpy as np\nnp.find_common_type", "numpy.find_common_type"),
        ("import os\nfrom sklearn.datasets import load_boston", "sklearn.datasets.load_boston"),
        ("import os\nfrom sklearn.preprocessing import Imputer", "sklearn.preprocessing.Imputer"),
        ("import os\nimport sklearn.cross_validation", "sklearn.cross_validation"),
        (
            "from sklearn.model_selection import GridSearchCV\nGridSearchCV(a, {}, iid=True)",
            "GridSearchCV(iid=...)",
        ),
    ],
)
def test_what_is_gone_for_good_is_told(told, text, subject):
    assert told(text) == [(2, GONE, subject)]


@needs_today
def test_what_a_library_says_at_length_why_it_is_gone_is_told_as_the_rest(told):
    text = "import os\nfrom sklearn.datasets import load_boston\nload_boston(return_X_y=True)"

    assert told(text) == [(2, GONE, "sklearn.datasets.load_boston")]


def test_what_is_there_is_not_told(told):
    text = """
import numpy as np, collections, time, sklearn.svm, scipy.stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import mean_squared_error
np.float64(1); np.random.seed(1); np.linalg.norm([1]); np.random.RandomState(0).rand(3).mean()
collections.OrderedDict(); time.time(); scipy.stats.norm.cdf(1)
RandomForestClassifier(max_features="sqrt", **{}).fit([[1]], [1]).feature_importances_
sklearn.svm.SVC(kernel="linear", C=1.0)
mean_squared_error([1], [1], sample_weight=[1])
"""
    assert told(text) == []


def test_with_the_setting_they_are_no_obstacle(report, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_LEGACY", "1")

    found = report("import collections\ncollections.Mapping")

    assert found.is_fine
    assert len(found.findings) == 1


def test_a_driver_has_to_be_changed(report, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_LEGACY", "1")

    (finding,) = report(
        "import collections\nfrom azureml.core import Experiment\n"
        "collections.Mapping\nExperiment(None, 'a').submit(None)"
    ).findings

    assert finding.is_obstacle
    assert finding.command == ""
    assert finding.text.endswith("--legacy supplies it to trials, and this is a driver")


def test_a_notebook_that_submits_nothing_is_run_with_the_switch(project):
    cells = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
        for text in ("from azureml.core import Run", "import collections\ncollections.Mapping")
    ]
    path = project / "lab.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))

    (report,) = check([str(path)], str(project))

    (finding,) = report.findings
    assert finding.command == "hyperlocal run --legacy"


@needs_today
@pytest.mark.parametrize(
    "text",
    [
        "import pandas as pd\nd = pd.read_csv('x')\nd = list(d)\nd.append(1)",
        "import pandas as pd\nd = pd.read_csv('x')\nd.price.append(1)\nd.columns.append",
        "import pandas as pd\ndef f(d):\n    d.append(1)\nd = pd.DataFrame()",
        "from sklearn.svm import SVC\nSVC().fit(a, b).classes_",
        "import pandas as pd\npd.DataFrame().plot(kind='bar', figsize=(1, 2))",
    ],
)
def test_members_of_what_is_not_known_are_not_told(told, text):
    assert told(text) == []

"""Parameters of old scikit-learn: said anew they give the very same model."""

import pytest

from hyperlocal._legacy.parameters import Drop, Rename, Value, said_today
from tests.azureml.legacy.conftest import needs_today

DATA = """
import numpy as np, sklearn
from sklearn.base import clone
generator = np.random.RandomState(0)
X = generator.rand(60, 4)
y = (X[:, 0] + 0.2 * generator.rand(60) > 0.6).astype(int)
"""


PAIRS = {
    "RandomForestClassifier(5, max_features='auto', random_state=0)": (
        "RandomForestClassifier(5, max_features='sqrt', random_state=0)"
    ),
    "RandomForestRegressor(5, max_features='auto', criterion='mse', random_state=0)": (
        "RandomForestRegressor(5, max_features=1.0, random_state=0)"
    ),
    "GradientBoostingClassifier(n_estimators=5, loss='deviance', presort='auto')": (
        "GradientBoostingClassifier(n_estimators=5, loss='log_loss')"
    ),
    "LogisticRegression(penalty='none', multi_class='auto')": "LogisticRegression(C=np.inf)",
    "SGDClassifier(loss='log', random_state=0)": "SGDClassifier(loss='log_loss', random_state=0)",
    "Ridge(normalize=False)": "Ridge()",
    "DecisionTreeRegressor(max_features='auto', criterion='mae', random_state=0)": (
        "DecisionTreeRegressor(criterion='absolute_error', random_state=0)"
    ),
}


def test_the_same_models(python):
    text = f"""{DATA}
from sklearn.ensemble import *
from sklearn.linear_model import *
from sklearn.tree import *
for pair in {list(PAIRS.items())!r}:
    models = [eval(text) for text in pair]
    copies = [clone(model) for model in models]
    answers = [model.fit(X, y).predict(X) for model in (*models, *copies)]
    print(all(np.array_equal(answers[0], answer) for answer in answers), pair[0])
"""
    assert python(text).split("\n") == [f"True {old}" for old in PAIRS]


@needs_today
def test_other_classes_and_functions(python):
    text = f"""{DATA}
from sklearn.preprocessing import OneHotEncoder
from sklearn.metrics import mean_squared_error as mse
from sklearn.model_selection import GridSearchCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
print(type(OneHotEncoder(sparse=False).fit_transform([[1], [2]])).__name__)
print(mse([0, 0], [3, 3], squared=False), mse([0], [3], squared=True))
grid = GridSearchCV(RandomForestClassifier(2), {{"max_features": ["auto"]}}, cv=2, iid=False)
print(grid.fit(X, y).best_estimator_.max_features)
print(TfidfVectorizer().fit(["bb aa"]).get_feature_names())
print(OneHotEncoder().get_params()["sparse_output"], "sparse" in OneHotEncoder().get_params())
"""
    assert python(text).split("\n") == ["ndarray", "3.0 9.0", "sqrt", "['aa', 'bb']", "True False"]


def test_a_value_that_changed_the_result_is_refused(python):
    text = "from sklearn.model_selection import GridSearchCV; GridSearchCV(None, {}, iid=True)"

    assert "unexpected keyword argument 'iid'" in python(text)


RULES = (
    Rename("sparse", "sparse_output", (1, 4)),
    Value("max_features", {"auto": "sqrt"}, (1, 3)),
    Drop("iid", (0, 24), (False, "deprecated")),
)


def test_only_what_is_gone_is_said_anew():
    given = {"sparse": True, "max_features": "auto", "iid": False}

    assert said_today(RULES, given, {"sparse", "iid"}, (1, 2)) == given
    assert said_today(RULES, given, {"sparse_output"}, (1, 3)) == {
        "sparse_output": True,
        "max_features": "sqrt",
    }
    assert given == {"sparse": True, "max_features": "auto", "iid": False}


@pytest.mark.parametrize(
    "given", [{"sparse": 1, "sparse_output": 2}, {"max_features": 3}, {"iid": True}, {}]
)
def test_anything_else_is_left_alone(given):
    assert said_today(RULES, given, {"sparse_output"}, (1, 9)) == given

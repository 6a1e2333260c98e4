"""What is imported before a script runs, read from its source."""

import pytest

from hyperlocal.engine.warm.plan import read_plan


@pytest.fixture
def plan(tmp_path):
    """Reads the plan of a script, given its text and those of its modules."""

    def read(text, files=None, **modules):
        (tmp_path / "train.py").write_text(text)
        for name, source in {**modules, **(files or {})}.items():
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
        return read_plan(str(tmp_path / "train.py"), [str(tmp_path)])

    return read


def names(plan):
    return [name for name, _ in plan.imports]


def test_imports_are_planned_in_their_order(plan):
    found = plan("import os, numpy as np\nfrom sklearn import svm, tree\nimport a.b.c\n")

    assert found.imports == [
        ("os", []),
        ("numpy", []),
        ("sklearn", ["svm", "tree"]),
        ("a.b.c", []),
    ]
    assert found.stop is None


def test_imports_in_blocks_at_the_top_level_are_planned(plan):
    found = plan(
        "try:\n    import one\nexcept ImportError:\n    import fallback\nelse:\n    import two\n"
        "if True:\n    import three\nelse:\n    import four\n"
        "with open(__file__):\n    import five\n"
        "if __name__ == '__main__':\n    import six\n"
    )

    assert names(found) == ["one", "two", "three", "four", "five", "six"]


def test_imports_that_do_not_run_at_the_top_level_are_not_planned(plan):
    found = plan(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import one\n"
        "def train():\n    import two\n"
        "class Model:\n    def fit(self):\n        import three\n"
    )

    assert names(found) == ["typing"]


def test_own_modules_are_followed_and_not_planned(plan):
    found = plan(
        "import helpers\nfrom package import model\nimport package.deep.er\n",
        helpers="import one\nif __name__ == '__main__':\n    import never\n",
        files={
            "package/__init__": "import two\nfrom . import data\nfrom .data import load\n",
            "package/data": "import three\n",
            "package/model": "from .deep.er import x\nimport five\n",
            "package/deep/__init__": "",
            "package/deep/er": "from ...package import data\nfrom ..data import x\nimport four\n",
        },
    )

    assert names(found) == ["one", "two", "three", "four", "five"]
    assert found.own >= {"helpers", "package", "train"}


def test_own_modules_that_import_each_other_are_read_once(plan):
    found = plan("import a", a="import b\nimport one", b="import a\nimport two")

    assert names(found) == ["two", "one"]


def test_an_own_module_hides_an_installed_one(plan):
    found = plan("import json\nimport numpy", json="import one")

    assert names(found) == ["one", "numpy"]
    assert "json" in found.own


@pytest.mark.parametrize(
    "statement",
    [
        "os.environ['A'] = '1'",
        "os.environ.setdefault('A', '1')",
        "os.environ |= {'A': '1'}",
        "del os.environ['A']",
        "environ['A'] = '1'",
        "os.putenv('A', '1')",
        "sys.path.insert(0, 'x')",
        "sys.path = ['x'] + sys.path",
        "sys.path[0] = 'x'",
        "sys.modules['a'] = sys.modules['b']",
        "sys.meta_path.append(finder)",
        "os.chdir('x')",
        "load_dotenv()",
        "warnings.simplefilter('error')",
        "warnings.filterwarnings(action)",
        "if sys.platform.startswith('linux'): os.environ['A'] = '1'",
        "x = [os.environ.pop(name) for name in 'ab']",
        "class Settings:\n    os.environ['A'] = '1'",
        "def set_up():\n    os.environ['A'] = '1'\nset_up()",
    ],
)
def test_what_may_change_imports_ends_the_plan(plan, statement):
    found = plan(f"import os\n{statement}\nimport numpy")

    assert names(found) == ["os"]
    assert found.stop == f"line {statement.count(chr(10)) + 2} of train.py"


@pytest.mark.parametrize(
    "statement",
    [
        "home = os.environ['HOME']",
        "home = os.environ.get('HOME', '')",
        "sys.path.append('lib')",
        "def later():\n    os.environ['A'] = '1'",
        "later = lambda: os.putenv('A', '1')",
        "matplotlib.use('Agg')",
        "settings['A'] = '1'",
        "np.random.seed(1)",
    ],
)
def test_what_changes_no_import_does_not_end_the_plan(plan, statement):
    found = plan(f"import os\n{statement}\nimport numpy")

    assert (names(found), found.stop) == (["os", "numpy"], None)


def test_a_change_after_all_imports_does_not_matter(plan):
    assert plan("import os, numpy\nos.environ['A'] = '1'\n").stop is None


def test_a_change_in_an_own_module_ends_the_plan(plan):
    found = plan("import one\nimport setup\nimport two", setup="import os\nos.putenv('A', '1')")

    assert names(found) == ["one", "os"]
    assert found.stop == "line 2 of setup.py"


def test_filters_that_ignore_warnings_are_noted(plan):
    early = "import warnings\nwarnings.filterwarnings('ignore')\nimport numpy"
    late = "import warnings, numpy\nwarnings.filterwarnings('ignore')"

    assert plan(early).has_early_filters
    assert not plan(late).has_early_filters


def test_a_source_that_is_not_python_is_refused(plan):
    with pytest.raises(SyntaxError):
        plan("print 'hello'")
    with pytest.raises(SyntaxError):
        plan("import one", one="print 'hello'")

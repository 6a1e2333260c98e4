"""What a script imports, read and never run."""

import ast
import subprocess
import sys

import pytest

from hyperlocal.services.environments.imports import imports_of, needed_by
from hyperlocal.services.environments.packages import distribution_of, missing, pip_line


def modules(text):
    return [found.module for found in imports_of(ast.parse(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import numpy as np, torch.nn", ["numpy", "torch.nn"]),
        ("from sklearn.svm import SVC", ["sklearn.svm"]),
        ("def main():\n    import lightgbm", ["lightgbm"]),
        ("if __name__ == '__main__':\n    import lightgbm", ["lightgbm"]),
        ("try:\n    import cupy\nexcept ImportError:\n    import numpy", []),
        ("try:\n    import cupy\nexcept (ValueError, ModuleNotFoundError):\n    pass", []),
        ("try:\n    import cupy\nexcept:\n    cupy = None", []),
        ("try:\n    import cupy\nexcept ValueError:\n    import numpy", ["cupy", "numpy"]),
        ("try:\n    import cupy\nexcept ImportError:\n    pass\nelse:\n    import a", ["a"]),
        ("if TYPE_CHECKING:\n    import pandas\nelse:\n    import b", ["b"]),
        ("import_module('secret')", []),
    ],
)
def test_imports(text, found):
    assert modules(text) == found


@pytest.fixture
def source(tmp_path):
    def write(**files):
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return str(tmp_path)

    return write


def test_modules_beside_the_script_are_followed(source):
    root = source(
        train="import helper\nfrom package.models import tree\nimport numpy, os, azureml.core",
        helper="import yaml",
        package__models__tree="from .. import base\nimport torch",
        package__base="import cv2",
        unused="import never",
    )

    assert needed_by(f"{root}/train.py", root) == {
        "numpy": "train.py",
        "yaml": "helper.py",
        "torch": "package/models/tree.py",
        "cv2": "package/base.py",
    }


def test_a_script_in_a_folder_finds_modules_beside_it_and_at_the_root(source):
    root = source(src__train="import near, far", src__near="import a1", far="import b1")

    assert set(needed_by(f"{root}/src/train.py", root)) == {"a1", "b1"}


def test_modules_that_lie_elsewhere_in_the_source_are_its_own(source):
    root = source(train="import sys\nsys.path.append('lib')\nimport tools", lib__tools="import a1")

    assert needed_by(f"{root}/train.py", root) == {}


def test_folders_of_folders_are_its_own_too(source):
    root = source(train="from steps.prepare.tables import x", code__steps__prepare__tables="")

    assert needed_by(f"{root}/train.py", root) == {}


def test_a_folder_of_a_librarys_name_is_its_own_only_with_what_is_imported_from_it(source):
    root = source(
        train="import a1\nfrom b1 import tree\nfrom c1.parts import x\nfrom d1 import y",
        lib__a1__train="",
        lib__b1__tree="",
        lib__c1__parts="",
        lib__d1__train="",
    )

    assert needed_by(f"{root}/train.py", root) == {"a1": "train.py", "d1": "train.py"}


def test_what_cannot_be_read_needs_nothing(source):
    root = source(train="import broken, a1", broken="print 'Python 2'")

    assert needed_by(f"{root}/train.py", root) == {"a1": "train.py"}
    assert needed_by(f"{root}/none.py", root) == {}


def test_names_that_pip_knows():
    assert distribution_of("sklearn") == "scikit-learn"
    assert distribution_of("pytorch_lightning") == "pytorch-lightning"
    assert distribution_of("_pytest") == "pytest"
    assert pip_line(["cv2", "PIL", "yaml", "xgboost"]) == (
        "pip install opencv-python pillow PyYAML xgboost"
    )
    assert pip_line(["distutils"]) == "pip install setuptools"


def test_a_package_that_its_distribution_has_left_out_is_asked_of_one_that_has_it():
    assert pip_line(["pkg_resources", "yaml"]) == "pip install 'setuptools<82' PyYAML"


def test_names_that_several_distributions_share(source):
    root = source(
        train="from azure.storage.blob import x\nfrom azure.common.credentials import y\n"
        "import google.protobuf.message, azure.identity\n"
        "from azure.mgmt import compute\nfrom azure.storage.models import z\n"
        "from azure.storage import BlobService"
    )

    needed = list(needed_by(f"{root}/train.py", root))

    assert pip_line(needed) == (
        "pip install azure-storage-blob azure-common protobuf azure-identity azure-mgmt-compute "
        "azure-storage"
    )
    assert missing(["azure.nowhere", "nowhere.a", "os.path"], sys.executable) == [
        "azure.nowhere",
        "nowhere.a",
    ]


def test_another_interpreter_is_asked(tmp_path):
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    interpreter = str(place / "bin" / "python")

    assert missing(["numpy", "json", "a.b"], interpreter) == ["numpy", "a.b"]
    assert missing(["numpy"], "/bin/false") == []


def test_what_is_missing_here(tmp_path, monkeypatch):
    (tmp_path / "beside_the_driver.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert missing(["numpy", "nowhere", "hyperlocal"], sys.executable) == ["nowhere"]
    assert missing(["beside_the_driver"], sys.executable) == ["beside_the_driver"]

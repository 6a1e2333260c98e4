"""What is not emulated: imported without a word, loud when it is used."""

import importlib
import inspect
import json
import pkgutil
import runpy
from abc import ABC
from pathlib import Path
from typing import Optional

import pytest

import hyperlocal.azureml
from hyperlocal.azureml import core
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.errors import NotEmulatedError

ROOT = Path(__file__).resolve().parents[3]
API = ROOT / "tests" / "parity" / "data" / "api.json"
NAMES = [
    (module, name) for module, entries in json.loads(API.read_text()).items() for name in entries
]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_every_public_name_of_the_sdk_can_be_imported(module, name):
    assert getattr(importlib.import_module(f"hyperlocal.{module}"), name) is not None


@pytest.mark.parametrize(
    "module",
    [
        "pipeline.core",
        "pipeline.steps",
        "pipeline.core.graph",
        "train.automl",
        "train.dnn",
        "train.estimator",
        "train.sklearn",
        "core.webservice",
        "core.model",
        "core.dataset",
        "data.dataset_factory",
        "data.azure_storage_datastore",
        "opendatasets",
        "interpret",
        "tensorboard",
        "contrib.automl.dnn.vision",
        "automl.core",
        "explain.model",
        "mlflow",
        "datadrift",
        "fsspec",
        "dataprep",
    ],
)
def test_modules_that_are_not_emulated_can_be_imported(module):
    assert importlib.import_module(f"hyperlocal.azureml.{module}") is not None


@pytest.mark.parametrize(
    "use",
    [
        lambda: placeholder("pipeline.steps", "DatabricksStep")(name="train"),
        lambda: placeholder("core", "Model").deploy,
        lambda: placeholder("core", "Dataset").Tabular.from_sql_query("select 1"),
        lambda: placeholder("train.automl", "AutoMLConfig")(task="regression"),
        lambda: placeholder("core.compute_target", "prepare_compute_target")(1, 2, 3),
        lambda: placeholder("opendatasets", "MNIST").get_tabular_dataset(),
        lambda: placeholder("mlflow", "set_workspace")(None),
    ],
)
def test_using_them_is_loud(use):
    with pytest.raises(NotEmulatedError, match=r"azureml\..* is not emulated"):
        use()


def placeholder(module, name):
    return getattr(importlib.import_module(f"hyperlocal.azureml.{module}"), name)


def test_a_placeholder_serves_in_type_hints_and_tests_and_as_a_base():
    step = placeholder("pipeline.steps", "DatabricksStep")

    class Mine(step):
        def run(self, other: step | None = None) -> Optional[step]:  # noqa: UP045
            return other

    assert not isinstance(object(), step)
    assert issubclass(Mine, step)
    with pytest.raises(NotEmulatedError, match=r"DatabricksStep"):
        Mine()


def test_it_can_be_mixed_with_an_abstract_class():
    class Mine(placeholder("pipeline.steps", "DatabricksStep"), ABC):
        pass

    with pytest.raises(NotEmulatedError):
        Mine()


def test_its_exceptions_can_be_caught():
    error = placeholder(
        "pipeline.core._restclients.aeva.models.error_response", "ErrorResponseException"
    )

    with pytest.raises(error):
        raise error("no")


def test_it_is_the_same_object_wherever_it_is_imported_from():
    assert core.Dataset is placeholder("core.dataset", "Dataset")
    assert core.Model is placeholder("core.model", "Model")
    assert placeholder("core.model", "Environment") is core.Environment


@pytest.mark.parametrize(
    "statement",
    [
        "import hyperlocal.azureml.cor",
        "import hyperlocal.azureml.core.workspaces",
        "import hyperlocal.azureml.train.hyperdriv",
        "from hyperlocal.azureml.core import Workspac",
        "from hyperlocal.azureml.pipeline.core import Pipelin",
        "from hyperlocal.azureml.core.runconfig import Nothing",
    ],
)
def test_names_that_the_sdk_does_not_have_stay_missing(statement):
    with pytest.raises(ImportError):
        exec(statement)


def test_a_class_that_has_moved_since_is_found_at_its_old_place():
    widgets = importlib.import_module("hyperlocal.azureml.widgets")

    assert placeholder("train.widgets", "RunDetails") is widgets.RunDetails


def test_star_imports_bring_the_known_names():
    names = {}

    exec("from hyperlocal.azureml.train.estimator import *", names)
    exec("from hyperlocal.azureml.core import *", names)

    assert names["Estimator"].__name__ == "Estimator"
    assert names["Experiment"] is core.Experiment
    assert set(core.__all__) <= set(names)


class Workspace(Emulated):
    """Stands for the SDK's class of this name."""

    @property
    def name(self):
        return self._not_set

    __module__ = "hyperlocal.azureml.core.workspace"


def test_members_that_only_the_sdk_has_are_loud():
    with pytest.raises(NotEmulatedError, match=r"azureml\.core\.workspace\.Workspace\.datasets"):
        _ = Workspace().datasets
    with pytest.raises(NotEmulatedError, match=r"get_default_keyvault"):
        _ = Workspace.get_default_keyvault


def test_members_that_nobody_has_are_missing_as_usual():
    assert not hasattr(Workspace(), "nonsense")
    assert not hasattr(Workspace, "nonsense")
    assert not hasattr(Workspace(), "_repr_html_")


def test_a_property_that_fails_inside_is_not_called_not_emulated():
    with pytest.raises(AttributeError, match="'name'"):
        _ = Workspace().name


def test_our_modules_have_only_names_that_the_sdk_has_too():
    """`__all__` promises nothing that a script could not import in the cloud."""
    recorded = json.loads(API.read_text())
    # The last was in old versions of the SDK's azureml.train.estimator.
    constants = {"VERSION", "__version__", "Experiment"}
    for info in pkgutil.walk_packages(hyperlocal.azureml.__path__, "hyperlocal.azureml."):
        sdk_name = info.name.removeprefix("hyperlocal.")
        if sdk_name not in recorded or "._" in sdk_name:
            continue
        public = set(getattr(importlib.import_module(info.name), "__all__", []))
        classes = {n for n in public if inspect.isclass(placeholder(sdk_name[8:], n))}
        extra = {n for n in classes if not n.endswith(("Exception", "Error"))}

        assert extra - constants <= set(recorded[sdk_name]), sdk_name


def test_the_recorded_names_are_those_of_the_api():
    tool = runpy.run_path(str(ROOT / "docs" / "tools" / "make_surface.py"))
    surface = ROOT / "hyperlocal" / "azureml" / "_surface.json"

    assert surface.read_text() == tool["surface_text"](json.loads(API.read_text()))

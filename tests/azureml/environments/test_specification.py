"""What environments ask for, in pip's words, and how this Python differs."""

import platform

import numpy
import pytest

from hyperlocal.azureml.core import Environment
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.services.environments.differences import differences
from hyperlocal.services.environments.specification import Specification, specification_of

HERE = ".".join(platform.python_version_tuple()[:2])


def asked_by(conda_packages=(), pip_packages=(), python_version="3.10.18"):
    environment = Environment("mine")
    environment.python.conda_dependencies = CondaDependencies.create(
        conda_packages=list(conda_packages),
        pip_packages=list(pip_packages),
        python_version=python_version,
    )
    return specification_of(environment)


def test_a_new_environment_asks_for_nothing():
    assert specification_of(Environment("mine")) is None
    assert specification_of(None) is None
    assert asked_by(pip_packages=["azureml-defaults", "azureml-sdk[notebooks]"]) is None


def test_one_that_manages_itself_asks_for_nothing():
    environment = Environment("mine")
    environment.python.user_managed_dependencies = True
    environment.python.conda_dependencies.add_pip_package("nowhere")

    assert specification_of(environment) is None


@pytest.mark.parametrize(
    ("conda", "pip"),
    [
        ("numpy", "numpy"),
        ("numpy=1.18", "numpy==1.18.*"),
        ("numpy=1.18.*", "numpy==1.18.*"),
        ("numpy==1.18.5", "numpy==1.18.5"),
        ("numpy>=1.18, <2", "numpy>=1.18,<2"),
        ("numpy 1.18.5", "numpy==1.18.5.*"),
        ("numpy=1.18.5=py36_0", "numpy==1.18.5.*"),
        ("conda-forge::py-xgboost=1", "xgboost==1.*"),
        ("pytorch::pytorch", "torch"),
    ],
)
def test_conda_packages_by_pips_names(conda, pip):
    assert asked_by([conda]).requirements == (pip,)


def test_what_pip_does_not_have_is_left_out():
    asked = asked_by(["numpy", "cudatoolkit=10.1", "pip=20", "libgcc", "graphviz"], ["six"])

    assert asked.requirements == ("numpy", "six")
    assert asked.not_for_pip == ("cudatoolkit", "libgcc", "graphviz")
    assert asked.options == ()  # those of the SDK itself are not the user's


def test_a_version_of_python_counts_if_somebody_named_it():
    assert asked_by(pip_packages=["six"]).python is None
    assert asked_by(pip_packages=["six"], python_version="3.6").python == "3.6"


def spec(*requirements, python=None):
    return Specification("mine", python, requirements, (), ())


def test_no_difference_is_not_told():
    same = f"numpy=={numpy.__version__}"

    assert differences(spec("numpy", same, "numpy>=1.0", python=f"{HERE}.1")) is None
    assert differences(spec("argparse", "configparser==5.0")) is None  # Python's own
    assert differences(spec("nowhere; python_version < '3'", "./local", "git+https://x")) is None


def test_differences_in_one_sentence():
    told = differences(spec("nowhere==1", "numpy<1.0", "a-riddle $$", python="2.7"))

    assert told.startswith("The environment 'mine' asks for what this Python, ")
    assert (
        f"missing: nowhere==1; other version: numpy<1.0 (here {numpy.__version__}); "
        f"Python 2.7 (here {platform.python_version()})."
    ) in told
    assert "\n" not in told


def test_many_differences_are_told_in_short():
    told = differences(spec(*(f"nowhere{number}" for number in range(30))))

    assert "nowhere11 and 18 more" in told

"""Packages that a project imports and that are not installed."""

import sys

import pytest

from hyperlocal.check import check

PACKAGE = "package"


def test_missing_packages_with_pips_name(report):
    found = report("import os\nimport nowhere_1.a\nfrom skopt import x\n").findings

    assert [(f.place.line, f.kind.value, f.subject) for f in found] == [
        (2, PACKAGE, "nowhere_1"),
        (3, PACKAGE, "skopt"),
    ]
    assert [f.command for f in found] == [
        "",
        "pip install scikit-optimize",
    ]
    assert found[0].text.endswith("it is not known which package on PyPI it is of")


def test_the_projects_own_modules_are_not_missing(reports):
    found = reports(driver="import train, azureml.core, hyperlocal", train="import driver")

    assert all(report.is_fine for report in found.values())


def test_a_folder_that_bears_a_librarys_name_is_not_that_library(project, reports):
    folder = project / "nowhere"
    folder.mkdir()
    (folder / "train.py").write_text("import nowhere")

    assert [f.subject for f in reports()["train.py"].findings] == ["nowhere"]


def test_nor_is_it_from_elsewhere_in_the_project(project, reports):
    folder = project / "nowhere"
    folder.mkdir()
    (folder / "train.py").write_text("")

    found = reports(driver="from nowhere import Model", other="from nowhere import train")

    assert [f.subject for f in found["driver.py"].findings] == ["nowhere"]
    assert found["other.py"].is_fine


def test_a_package_of_the_project_is_its_own_wherever_it_is(project, reports):
    folder = project / "src" / "mine"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "base.py").write_text("import mine")

    assert all(r.is_fine for r in reports(train="from mine import base").values())


def test_folders_that_hold_only_folders_of_modules_are_the_projects_own(project, reports):
    for step in ("prepare", "train"):
        folder = project / "steps" / step
        folder.mkdir(parents=True)
        (folder / f"{step}_step.py").write_text("")

    assert reports(driver="from steps.prepare.prepare_step import x")["driver.py"].is_fine


def test_a_package_in_a_folder_of_its_own_name_is_found_from_beside_it(project, reports):
    package, tests = project / "mylib" / "mylib", project / "mylib" / "tests"
    for folder in (package, tests):
        folder.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (tests / "try_it.py").write_text("import mylib")

    assert reports()["try_it.py"].is_fine


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "requirements.txt",
            "-r base.txt\nNowhere.One[extra]>=1.0 ; python_version > '3'\n",
        ),
        ("requirements-dev.txt", "nowhere_one\n"),
        ("environment.yml", "---\nname: x\ndependencies:\n  - pip:\n    - nowhere-one==1.0\n"),
        ("conda_env.yaml", "\ufeffdependencies: [python=3.8, conda-forge::nowhere_one=2]\n"),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['nowhere-one>1'])\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    nowhere-one\n"),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["nowhere-one>=1", "b"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nnowhere-one = "^1"\n'),
    ],
)
def test_what_the_project_itself_asks_for_is_known(project, report, name, text):
    (project / name).write_text(text)

    (finding,) = report("import nowhere_one\n").findings

    assert finding.command == "pip install nowhere-one"


@pytest.mark.parametrize(
    ("asked", "advised"),
    [
        ("opencv-python-headless==4.5", "opencv-python-headless"),
        ("OpenCV_contrib.python", "opencv-contrib-python"),
        ("opencv-python", "opencv-python"),
        ("numpy", "opencv-python"),
    ],
)
def test_of_several_that_bring_a_package_the_one_that_is_asked_for_is_advised(
    project, report, asked, advised
):
    (project / "requirements.txt").write_text(f"{asked}\n")

    (finding,) = report("import cv2\n").findings

    assert finding.command == f"pip install {advised}"


def test_the_projects_own_package_is_never_advised(project):
    (project / "requirements.txt").write_text("src\n")
    (project / "src").mkdir()
    (project / "src" / "data.py").write_text("")
    folder = project / "notebooks"
    folder.mkdir()
    script = folder / "explore.py"
    script.write_text("import os\nfrom src.data import x\n")

    (report,) = check([str(script)], str(folder))

    (finding,) = report.findings
    assert (finding.kind.value, finding.command) == ("own package", "")
    assert finding.text == "src is this project's own (src), and not on the path here"


def test_a_package_that_the_project_makes_is_installed_from_it(project):
    folder = project / "notebooks"
    folder.mkdir()
    (project / "setup.py").write_text("from setuptools import setup\nsetup(name='my-models')\n")
    (folder / "a.py").write_text("import my_models\n")

    (report,) = check([str(folder / "a.py")], str(folder))

    assert [f.command for f in report.findings] == ["pip install -e ."]


def test_what_load_ext_names_is_imported(project, notebook):
    path = notebook("x = 1", "%load_ext nowhere_2\nimport os\n%load_ext autoreload")

    (report,) = check([path], str(project))

    assert [(str(f.place), f.subject) for f in report.findings] == [("cell 2 line 1", "nowhere_2")]


@pytest.mark.parametrize("module", ["azureml.tensorboard", "azureml.contrib.tensorboard.export"])
def test_what_starts_tensorboard_needs_it(report, monkeypatch, module):
    text = f"import {module}\n"
    monkeypatch.setattr(sys, "path", [])

    (finding,) = report(text).findings

    assert finding.command == "pip install tensorboard"

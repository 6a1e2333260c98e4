"""Packages that a project imports and that are not installed."""

PACKAGE = "package"


def test_missing_packages_with_pips_name(report):
    found = report("import os\nimport nowhere_1.a\nfrom skopt import x\n").findings

    assert [(f.place.line, f.kind.value, f.subject) for f in found] == [
        (2, PACKAGE, "nowhere_1"),
        (3, PACKAGE, "skopt"),
    ]
    assert [f.command for f in found] == [
        "pip install nowhere-1",
        "pip install scikit-optimize",
    ]


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

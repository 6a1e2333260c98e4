"""How far a driver gets whose sweep works and that fails later."""

import pytest

from hyperlocal.check import check

SUBMIT = "from azureml.core import Experiment, Workspace\nws = Workspace.from_config()\n"
SUBMIT += "run = Experiment(ws, 'a').submit(config)"
DEPLOY = (
    "from azureml.core.webservice import AciWebservice\nx = AciWebservice.deploy_configuration()"
)


@pytest.fixture
def reach(project, notebook):
    def of(*cells):
        (report,) = check([notebook(*cells)], str(project))
        return report.reach

    return of


def test_a_notebook_that_deploys_in_its_last_cell(reach):
    assert reach(SUBMIT, "run.wait_for_completion()", DEPLOY) == (
        "works up to cell 2; cell 3 deploys a web service, which is not emulated"
    )


def test_what_else_stops_it_is_told_in_its_words(reach):
    assert reach(SUBMIT, "x = 1", "import os\nimport nowhere_1") == (
        "works up to cell 2; cell 3: nowhere_1 is not installed, and it is not known which "
        "package on PyPI it is of"
    )


@pytest.mark.parametrize(
    "cells", [(DEPLOY, SUBMIT), (DEPLOY,), (SUBMIT,), ("import nowhere_1", SUBMIT, DEPLOY)]
)
def test_nothing_is_told_of_one_that_is_stopped_before_or_never(reach, cells):
    assert reach(*cells) == ""


def test_functions_run_where_they_are_called(report):
    indented = DEPLOY.replace("\n", "\n    ")
    text = f"def deploy():\n    {indented}\n\ndef main():\n    deploy()\n\n{SUBMIT}\nmain()\n"

    assert report(text).reach == (
        "works up to line 10; line 11 deploys a web service, which is not emulated"
    )


@pytest.mark.parametrize("between", ["\n    ", " "])
def test_a_function_that_submits_has_not_done_so_before_it_is_called(report, between):
    text = (
        "from azureml.core import Experiment, Workspace\n"
        f"def go():{between}return Experiment(Workspace.from_config(), 'a').submit(config)\n"
        "import nowhere_1\n"
    )

    (before,) = report(f"{text}go()\n").findings
    assert before.purpose == ""
    assert report(f"{text}go()\n").reach == report(text).reach == ""


def test_nor_is_one_whose_function_deploys_before(report):
    indented = DEPLOY.replace("\n", "\n    ")

    assert report(f"def deploy():\n    {indented}\n\ndeploy()\n{SUBMIT}\n").reach == ""


def test_packages_that_are_needed_only_afterwards_come_apart(project, notebook):
    (project / "requirements.txt").write_text("nowhere_1\nnowhere_2\n")
    path = notebook("import os\nimport nowhere_1", SUBMIT, "import nowhere_2")

    (report,) = check([path], str(project))

    assert [(f.subject, f.purpose) for f in report.findings] == [
        ("nowhere_1", ""),
        ("nowhere_2", "what comes after the sweep"),
    ]

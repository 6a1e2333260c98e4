"""Files of a project, and what is told about them."""

import json

import pytest

from hyperlocal.check import check


@pytest.fixture
def project(tmp_path, home, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def reports(project):
    """Write files and check them all."""

    def of(**files):
        for name, text in files.items():
            (project / f"{name}.py").write_text(text)
        names = sorted(str(path) for path in project.rglob("*.py"))
        return {report.name.rpartition("/")[2]: report for report in check(names, str(project))}

    return of


@pytest.fixture
def report(reports):
    """Check one script's text."""
    return lambda text: reports(script=text)["script.py"]


@pytest.fixture
def told(report):
    """Return what is told about one script's text: line, kind and subject."""

    def of(text):
        return [
            (finding.place.line, finding.kind.value, finding.subject)
            for finding in report(text).findings
        ]

    return of


@pytest.fixture
def notebook(project):
    """Write a notebook with these code cells; return its path."""

    def write(*cells, name="demo.ipynb"):
        body = [{"cell_type": "markdown", "source": ["# Title"]}]
        body += [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
        path = project / name
        path.write_text(json.dumps({"cells": body, "nbformat": 4, "nbformat_minor": 2}))
        return str(path)

    return write

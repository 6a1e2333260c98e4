"""What the pages for contributors say of the code, where it can be looked up.

What a room must not import is checked by import-linter.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "hyperlocal"
FACE = PACKAGE / "azureml"
# Modules of the domain whose values stand for settings of the SDK.
SETTINGS = ("distribution", "policy", "space", "shapes", "parameters")


def id_of(path):
    return path.relative_to(PACKAGE).as_posix()


def imported_by(path):
    """The modules that a file imports, at its top or within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_only_the_translation_makes_values_of_ours_from_settings_of_the_sdk():
    settings = {f"hyperlocal.domain.{name}" for name in SETTINGS}

    speakers = {
        id_of(path) for path in sorted(FACE.rglob("*.py")) if settings & set(imported_by(path))
    }

    assert speakers != set()
    assert [name for name in speakers if not name.startswith("azureml/_translate/")] == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "engine").rglob("*.py")), ids=id_of)
def test_the_engine_has_no_word_of_azure(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"azure|hyperdrive|\baml\b|mlflow", text, re.IGNORECASE) == []


def test_the_engine_judges_by_the_seam_that_the_page_names():
    page = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    seam = re.search(r"engine → termination \| `(\w+)\(", page)[1]

    callers = [
        path
        for path in (PACKAGE / "engine").rglob("*.py")
        if f"hyperlocal.termination.{seam}" in imported_by(path)
    ]

    assert callers != []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_files_of_the_package_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    rooms = "|".join(path.name for path in PACKAGE.iterdir() if path.is_dir())

    named = set(re.findall(rf"`(?:hyperlocal/)?((?:{rooms})/[\w/]+(?:\.py|/))`", text))

    assert [name for name in sorted(named) if not (PACKAGE / name).exists()] == []

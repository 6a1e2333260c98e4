"""What is public is documented."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "hyperlocal"
SOURCES = sorted(PACKAGE.rglob("*.py"))


def name_of(path):
    return (
        path.relative_to(ROOT)
        .with_suffix("")
        .as_posix()
        .replace("/", ".")
        .removesuffix(".__init__")
    )


def public_names(tree):
    """The names in a module's `__all__`, in its order; None if it has none."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return ast.literal_eval(node.value) if isinstance(node.value, ast.List) else None
    return None


def test_the_reference_has_what_hyperlocal_offers():
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")

    hyperlocal = importlib.import_module("hyperlocal")

    assert [name for name in hyperlocal.__all__ if f"hyperlocal.{name}" not in reference] == []


def test_errors_are_public_and_in_the_reference():
    errors = importlib.import_module("hyperlocal.errors")
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")

    defined = [name for name, thing in vars(errors).items() if isinstance(thing, type)]

    assert sorted(errors.__all__) == sorted(defined)
    assert [
        n for n in defined if f"autoexception:: hyperlocal.errors.{n}\n" not in reference
    ] == []


def test_every_error_is_raised_somewhere():
    errors = importlib.import_module("hyperlocal.errors")
    made = {
        getattr(node.func, "attr", getattr(node.func, "id", None))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    leaves = [name for name in errors.__all__ if not getattr(errors, name).__subclasses__()]

    assert [name for name in leaves if name not in made] == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_public_names_have_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = public_names(tree)

    assert ast.get_docstring(tree), "a module says what it is about"
    if "azureml" in path.parts:
        return  # the face's names are the SDK's, and Azure's documentation has them
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and node.name in (names or ())
        and not ast.get_docstring(node)
    ]
    assert bare == []


def test_settings_are_documented():
    used = set()
    for path in SOURCES:
        used |= set(re.findall(r"\"(HYPERLOCAL_[A-Z_]+)\"", path.read_text(encoding="utf-8")))
    doors = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    # Set by us, not by users.
    settings = used - {
        *("HYPERLOCAL_RUN_ID", "HYPERLOCAL_LIFE", "HYPERLOCAL_KEEPER", "HYPERLOCAL_PERMITS"),
        "HYPERLOCAL_COMMAND",
    }

    assert settings >= {"HYPERLOCAL_HOME", "HYPERLOCAL_SLOTS", "HYPERLOCAL_SEED"}
    assert [name for name in sorted(settings) if f"`{name}`" not in doors] == []
    assert "(docs/doors.md#settings)" in readme


def test_one_helper_says_what_modules_of_the_face_lack():
    """A `__getattr__` that does no more than that is not written out."""
    face = PACKAGE / "azureml"
    bare = [
        path.relative_to(face).as_posix()
        for path in sorted(face.rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__" and len(node.body) == 1
    ]

    assert bare == []

"""No files import each other in a circle, at module level, in functions or for types."""

import ast
from pathlib import Path

import pytest

import hyperlocal
from hyperlocal.azureml import _classes
from hyperlocal.services.runs import kinds

_ROOT = Path(hyperlocal.__file__).parent
_TABLE = "hyperlocal.azureml._classes"
_KINDS = {"COMPUTE": _classes.COMPUTE, "DATASETS": _classes.DATASETS, "RUNS": _classes.RUNS}

# Imports for types that go upwards: what methods of the SDK return, as their callers, and
# `hyperlocal check`, read it.
_RETURNED = {
    ("hyperlocal.azureml.core._run_base", "hyperlocal.azureml.core.experiment"): (
        "Run.experiment returns an Experiment, whose runs are Runs."
    ),
    ("hyperlocal.azureml.core._run_children", "hyperlocal.azureml.core.run"): (
        "Run.get_children returns Runs, and is a part of Run."
    ),
    ("hyperlocal.azureml.pipeline.core.run", "hyperlocal.azureml.train.hyperdrive.run"): (
        "PipelineRun.get_steps returns HyperDriveRuns, whose configuration can be of a pipeline."
    ),
}


def modules_below(folder, package):
    """Return the file of each module of a package, by the module's name."""
    files = {}
    for file in folder.rglob("*.py"):
        parts = [package, *file.relative_to(folder).with_suffix("").parts]
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return files


def trees_of(files):
    return {name: ast.parse(file.read_bytes()) for name, file in files.items()}


def imports_of(tree, known):
    """Yield the modules that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "Imports name whole paths."
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in known:
                    yield inner
                elif node.module in known:
                    yield node.module


def graph_of(trees):
    return {name: {*imports_of(tree, trees)} - {name} for name, tree in trees.items()}


def reached_from(graph, start):
    """Return all that is imported by what a module imports, and so on."""
    reached, waiting = set(), [start]
    while waiting:
        for name in graph[waiting.pop()] - reached:
            reached.add(name)
            waiting.append(name)
    return reached


def circles_in(graph):
    """Return the largest sets of modules of which each reaches each."""
    reached = {name: reached_from(graph, name) for name in graph}
    members = [name for name in graph if name in reached[name]]
    return {
        frozenset(other for other in reached[name] if name in reached[other]) for name in members
    }


@pytest.fixture(scope="module")
def trees():
    return trees_of(modules_below(_ROOT, "hyperlocal"))


@pytest.fixture(scope="module")
def whole_graph(trees):
    return graph_of(trees)


@pytest.fixture(scope="module")
def graph(whole_graph):
    """Return who imports whom, without the few imports that are excused."""
    return {
        name: {other for other in imported if (name, other) not in _RETURNED}
        for name, imported in whole_graph.items()
    }


def test_files_import_each_other_in_no_circles(graph):
    told = [", ".join(sorted(circle)) for circle in circles_in(graph)]
    assert not told, "\n".join(["These import each other:", *told])


def only_for_types(tree, module):
    """Tell whether all that imports a module stands below `if TYPE_CHECKING`."""
    for_types = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    ]
    inner = {id(each) for node in for_types for each in ast.walk(node)}
    imports = [n for n in ast.walk(tree) if getattr(n, "module", "") == module]
    return bool(imports) and all(id(each) in inner for each in imports)


@pytest.mark.parametrize(("user", "module"), _RETURNED)
def test_what_is_returned_is_imported_for_types_alone_and_would_make_a_circle(
    trees, graph, user, module
):
    assert only_for_types(trees[user], module)
    assert user in reached_from(graph, module)


@pytest.mark.parametrize(
    "line",
    [
        "import package.b",
        "from package import b",
        "from package.b import thing",
        "def late():\n    from package.b import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.b import thing",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(tmp_path, line):
    (tmp_path / "__init__.py").touch()
    (tmp_path / "a.py").write_text(line)
    (tmp_path / "b.py").write_text("from package.c import thing")
    (tmp_path / "c.py").write_text("def late():\n    import package.a")
    (tmp_path / "d.py").write_text("import package.a")
    circles = circles_in(graph_of(trees_of(modules_below(tmp_path, "package"))))
    assert circles == {frozenset({"package.a", "package.b", "package.c"})}


def test_each_class_of_the_table_is_where_it_says():
    for name, (module, reason) in _classes.CLASSES.items():
        found = _classes.class_named(name)
        assert isinstance(found, type)
        assert (found.__module__, found.__qualname__) == (f"hyperlocal.azureml.{module}", name)
        assert reason.endswith(".")


def test_each_kind_has_a_class_of_the_table():
    for table in _KINDS.values():
        assert set(table.values()) <= _classes.CLASSES.keys()


def test_runs_are_recorded_by_the_kinds_of_the_table():
    assert _classes.RUNS.keys() == {kinds.HYPERDRIVE, kinds.PIPELINE, kinds.SCRIPT, kinds.STEP}


def test_compute_targets_are_recorded_by_the_kinds_of_the_table():
    for kind, name in _classes.COMPUTE.items():
        assert _classes.class_named(name)._compute_type == kind


def asked_for(tree):
    """Return the classes that a module asks the table for."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "class_named":
            names |= {each.value for each in node.args if isinstance(each, ast.Constant)}
        elif isinstance(node, ast.Name) and node.id in _KINDS:
            names |= set(_KINDS[node.id].values())
    return names & _classes.CLASSES.keys()


def test_nobody_asks_the_table_for_what_can_be_imported(trees, graph):
    users = {name for name in graph if _TABLE in graph[name]}
    asked = [(user, name) for user in sorted(users) for name in asked_for(trees[user])]
    assert {name for _, name in asked} == _classes.CLASSES.keys(), "Some are asked for by nobody."
    for user, name in asked:
        module = f"hyperlocal.azureml.{_classes.CLASSES[name][0]}"
        assert user in reached_from(graph, module), (
            f"{user} can import {name} itself: {module} imports nothing that imports {user}."
        )

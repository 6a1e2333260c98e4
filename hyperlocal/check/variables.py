"""Variables: which environment variables a script reads that the cloud would not give it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

__all__ = ["read_variables", "texts_in"]

# The cloud, the shell, Python and the libraries set these.
_GIVEN = re.compile(
    r"^(AZUREML?_.*|AZ_BATCH.*|AML_.*|HYPERLOCAL_.*|PYTHON.*|CUDA_.*|NVIDIA_.*|NCCL_.*|OMP_.*|OMPI_.*"
    r"|MKL_.*|OPENBLAS_.*|TF_.*|MLFLOW_.*|CONDA_.*|LC_.*|PATH|HOME|USER|LOGNAME|LANG|SHELL|PWD|TERM"
    r"|TMPDIR|TEMP|TMP|HOSTNAME|RANK|LOCAL_RANK|WORLD_SIZE|LOCAL_WORLD_SIZE|MASTER_ADDR|MASTER_PORT"
    r"|NODE_RANK|LD_LIBRARY_PATH|OS|COMPUTERNAME)$",
    re.I,
)


def read_variables(tree: ast.AST) -> Iterator[tuple[str, int, bool]]:
    """Yield the variables that a file reads: name, line, and whether it fails without it."""
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers]
    guarded = {n for node in tries for b in node.body for n in ast.walk(b)}
    written = set(_written(tree))
    for node in ast.walk(tree):
        name = _read_by(node)
        if name and name not in written and not _GIVEN.match(name):
            yield name, getattr(node, "lineno", 1), _is_needed(node) and node not in guarded


def _read_by(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return _text(node.slice) if _is_environ(node.value) else ""
    if isinstance(node, ast.Call) and node.args:
        function = node.func
        is_get = isinstance(function, ast.Attribute) and (
            (function.attr == "get" and _is_environ(function.value)) or function.attr == "getenv"
        )
        is_bare = isinstance(function, ast.Name) and function.id == "getenv"
        return _text(node.args[0]) if is_get or is_bare else ""
    return ""


def _is_needed(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript)


def _written(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            is_set = not isinstance(node.ctx, ast.Load) and _is_environ(node.value)
            yield _text(node.slice) if is_set else ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            is_set = node.func.attr == "setdefault" and _is_environ(node.func.value)
            yield _text(node.args[0]) if is_set else ""


def _is_environ(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "environ"


def _text(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else ""  # type: ignore[attr-defined]


def texts_in(tree: ast.AST) -> Iterator[str]:
    """Yield every text that stands in a file, and the names of keyword arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg

"""Definitions: what the files of installed libraries define, read and never imported.

Importing scikit-learn or pandas takes seconds; finding a name in their files takes milliseconds.
Where a file makes its names in ways that reading does not follow, nothing is known: None.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder

__all__ = ["Definition", "definition", "has_module", "has_name", "member", "mro"]

_BLOCK = re.compile(
    r"^(?:async[ ]+)?(?P<kind>class|def)[ ]+(?P<name>\w+)[^\n]*\n(?:(?:[ \t#)\]][^\n]*)?\n)*", re.M
)
_MEMBER = re.compile(
    r"^(?P<indent>[ \t]+)(?:async[ ]+)?(?:def[ ]+(?P<def>\w+)|(?P<set>\w+)\s*[:=])", re.M
)
_HEAD = re.compile(r"^class\s+\w+\s*(?:\((?P<bases>[^)]*)\))?\s*:", re.S)
_MOST_STEPS = 12  # of imports and bases that are followed


@dataclass(frozen=True)
class Definition:
    """A class or function, or something else that a module defines.

    Attributes:
        module: The full name of the module.
        name: Its name there.
        kind: `class`, `def`, `module` or `value`.
        text: The code of a class or function.
    """

    module: str
    name: str
    kind: str
    text: str = ""


class _Module:
    """What one module's file binds."""

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self.is_package = os.path.basename(path).startswith("__init__.")
        self.folder = os.path.dirname(path) if self.is_package else ""
        with open(path, encoding="utf-8", errors="replace") as file:
            self.text = file.read()
        self.blocks = {m["name"]: m for m in _BLOCK.finditer(self.text)}
        self.imports: dict[str, tuple[str, str]] = {}
        self.stars: list[str] = []
        self.values: set[str] = set()
        self.is_open = False  # whether there may be names that are not found
        # Without the bodies, which are most of it.
        for node in ast.parse(_BLOCK.sub(_hollow, self.text)).body:
            self._take(node)
        if "__getattr__" in self.blocks:
            self._take_lazy(self.blocks["__getattr__"][0])

    def _take(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                self.imports[name] = (alias.name if alias.asname else name, "")
        elif isinstance(node, ast.ImportFrom):
            self._take_from(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._take_values(node)
        elif isinstance(node, ast.Expr):
            self.is_open |= "globals()" in ast.unparse(node)
        else:
            self.is_open |= isinstance(node, (ast.For, ast.While)) and "globals()" in ast.unparse(
                node
            )
            self.values |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef)}
            for child in ast.walk(node):
                if isinstance(child, (ast.Import, ast.ImportFrom, ast.Assign)):
                    self._take(child)

    def _take_from(self, node: ast.ImportFrom) -> None:
        base = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        base = base[: len(base) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                self.imports[alias.asname or alias.name] = (module, alias.name)

    def _take_values(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        self.values |= names
        if "__all__" in names and node.value is not None:
            self.values |= {
                n.value
                for n in ast.walk(node.value)
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }

    def _take_lazy(self, text: str) -> None:
        """Take the names that `__getattr__` gives: those compared with, unless it only raises."""
        try:
            tree = ast.parse(text)
        except SyntaxError:
            self.is_open = True
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and not any(isinstance(n, ast.Raise) for n in node.body):
                self.values |= {
                    n.value
                    for n in ast.walk(node.test)
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }


def _hollow(match: re.Match[str]) -> str:
    return f"def {match['name']}(): 0\n"  # of which a decorator may stand above


@functools.cache
def _module(name: str) -> _Module | None:
    """Return a module whose file can be read, None if there is none or it is no Python."""
    path = _path_of(name)
    if not path.endswith((".py", ".pyi")):
        return None
    try:
        return _Module(name, path)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


@functools.cache
def _path_of(name: str) -> str:
    """Return the file of a module: its stub if it has one; empty if there is no such module."""
    above, _, last = name.rpartition(".")
    if not above:
        spec = PathFinder.find_spec(name, [f for f in sys.path if f])
        origin = spec.origin if spec is not None else None
        return _with_stub(origin) if origin else ""
    package = _path_of(above)
    if not os.path.basename(package).startswith("__init__."):
        return ""
    folder = os.path.dirname(package)
    for path in (os.path.join(folder, last, "__init__.py"), os.path.join(folder, f"{last}.py")):
        if os.path.isfile(path):
            return _with_stub(path)
    if os.path.isfile(os.path.join(folder, f"{last}.pyi")):
        return os.path.join(folder, f"{last}.pyi")
    compiled = (n for n in os.listdir(folder) if n.startswith(f"{last}.") and n.endswith(_BINARY))
    found = next(compiled, "")
    return os.path.join(folder, found) if found else ""


_BINARY = (".so", ".pyd")


def _with_stub(path: str) -> str:
    return f"{path}i" if os.path.isfile(f"{path}i") else path


def has_module(name: str) -> bool:
    """Tell whether there is a module of this full name."""
    return bool(_path_of(name))


def has_name(module: str, name: str) -> bool | None:
    """Tell whether a module has a name or a submodule; None if that cannot be told."""
    if has_module(f"{module}.{name}"):
        return True
    found = _module(module)
    if found is None:
        return None
    if name in found.blocks or name in found.imports or name in found.values:
        return True
    answers = [has_name(star, name) for star in found.stars if star != module]
    if True in answers:
        return True
    return None if found.is_open or None in answers or name.startswith("__") else False


def definition(name: str, steps: int = 0) -> Definition | None:
    """Return what a full name means, following imports; None if that is not known."""
    above, _, last = name.rpartition(".")
    if not above:
        return Definition(name, name, "module") if has_module(name) else None
    module = _module(above)
    if module is None or steps > _MOST_STEPS:
        return None
    if last in module.blocks:
        return Definition(above, last, module.blocks[last]["kind"], module.blocks[last][0])
    if last in module.imports:
        origin, imported = module.imports[last]
        full = f"{origin}.{imported}" if imported else origin
        found = None if full == name else definition(full, steps + 1)
        return found or Definition(origin, imported or origin, "value")
    for star in module.stars:
        found = definition(f"{star}.{last}", steps + 1)
        if found is not None:
            return found
    if last in module.values:
        return Definition(above, last, "value")
    return Definition(name, last, "module") if has_module(name) else None


def mro(cls: Definition, steps: int = 0) -> Iterator[Definition | None]:
    """Yield a class and its bases, in the order of reading; None for one that is not found."""
    yield cls
    head = _HEAD.match(cls.text)
    bases = head["bases"] if head is not None and head["bases"] else ""
    for base in (part.strip() for part in re.sub(r"\[[^\]]*\]", "", bases).split(",")):
        if not base or "=" in base or base in ("object", "ABC", "Generic", "Protocol"):
            continue
        found = _base_called(cls.module, base) if steps < _MOST_STEPS else None
        if found is None or found.kind != "class":
            yield None
        else:
            yield from mro(found, steps + 1)


def _base_called(module: str, base: str) -> Definition | None:
    first, _, rest = base.partition(".")
    found = definition(f"{module}.{first}")
    if rest and found is not None:
        return definition(f"{found.module}.{rest}") if found.kind == "module" else None
    return found


@functools.cache
def member(cls: Definition, name: str) -> Definition | bool | None:
    """Return the method of a class or its bases; True for another member, False for none.

    None if that cannot be told.
    """
    is_known = True
    for base in mro(cls):
        if base is None:
            is_known = False
            continue
        found = _own_member(base, name)
        if found is not None:
            return found
    return False if is_known else None


def _own_member(cls: Definition, name: str) -> Definition | bool | None:
    found: Definition | bool | None = None
    indent = ""
    for match in _MEMBER.finditer(cls.text):
        indent = indent or match["indent"]
        if match["indent"] != indent or name not in (match["def"], match["set"]):
            continue
        if match["set"]:
            found = found or True
            continue
        found = Definition(cls.module, f"{cls.name}.{name}", "def", _block_at(cls.text, match))
    return found  # of several, which only annotate, the last


def _block_at(text: str, match: re.Match[str]) -> str:
    """Return the code of a method, without its indent."""
    indent = match["indent"]
    lines = text[match.start() :].splitlines()
    taken = [lines[0]]
    for line in lines[1:]:
        if line.strip() and not line.startswith((f"{indent} ", f"{indent})", f"{indent}\t")):
            break
        taken.append(line)
    return "\n".join(line[len(indent) :] for line in taken)

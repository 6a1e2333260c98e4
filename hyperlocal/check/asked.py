"""Asked: the packages that the files beside a project ask for, and those that it is itself.

`environment.yml`, `requirements.txt`, `setup.py` and the like are read for names alone, whatever
else stands in them; none of them is run.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator

__all__ = ["Asked"]

_FILES = re.compile(
    r"^(.*requirements.*\.(txt|in)|.*(env|environment|conda|dependencies)[\w.-]*\.ya?ml"
    r"|setup\.(py|cfg)|pyproject\.toml|Pipfile)$",
    re.I,
)
_SETUP = ("pyproject.toml", "setup.cfg", "setup.py")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_ITEM = re.compile(r"^\s*(?:-\s+)?['\"]?(?:[\w./-]+::)?(?P<name>[A-Za-z0-9][\w.-]*)")
_TABLE = re.compile(r"^\s*['\"]?(?P<name>[A-Za-z0-9][\w.-]*)['\"]?\s*=")
_OWN_NAME = re.compile(r"^\s*name\s*=\s*['\"]?(?P<name>[A-Za-z0-9][\w.-]*)", re.M)
_MOST_BYTES = 1 << 20
_MOST_ABOVE = 2  # how far above the project its own folders and files may be


class Asked:
    """What the files beside a project ask for.

    Attributes:
        names: The distributions, in pip's canonical spelling.

    Args:
        root: The project's folder.
        files: Its files, beside which such files may be too.
    """

    def __init__(self, root: str, files: Iterable[str]) -> None:
        top = os.path.abspath(root)
        self._above = list(_with_those_above(top))
        folders = dict.fromkeys(
            [*self._above, *(os.path.dirname(os.path.abspath(file)) for file in files)]
        )
        self._own: dict[str, str] = {}
        self.names: set[str] = set()
        for path in (path for folder in folders for path in _files_in(folder)):
            self._read(path)

    def _read(self, path: str) -> None:
        try:
            with open(path, "rb") as file:
                text = file.read(_MOST_BYTES).decode("utf-8", "replace").lstrip("\ufeff")
        except OSError:
            return
        self.names |= {_canonical(name) for name in _names_in(path, text)}
        own = _OWN_NAME.search(text.replace(", name", "\nname").replace("(name", "\nname"))
        if os.path.basename(path) in _SETUP and own is not None:
            self._own[_canonical(own["name"])] = os.path.dirname(path)

    def own_place(self, package: str) -> str:
        """Return where the project's own package is that is not on the path; empty if it has none.

        It is a folder or module above, or what a `setup.py` makes a package of.
        """
        for folder in self._above:
            for name in (package, f"{package}.py", os.path.join("src", package)):
                if os.path.exists(os.path.join(folder, name)):
                    return os.path.join(folder, name)
        return self._own.get(_canonical(package), "")

    def setup_for(self, place: str) -> str:
        """Return the folder above a place whose `setup.py` or the like installs it, or empty."""
        while place and len(place) > 1 and place != os.path.dirname(place):
            if any(os.path.isfile(os.path.join(place, name)) for name in _SETUP):
                return place
            if place in self._above[-1:]:
                break
            place = os.path.dirname(place)
        return ""


def _with_those_above(top: str) -> Iterator[str]:
    """Yield a folder, and those above it as far as something says that they are of the project."""
    above = [top]
    for _ in range(_MOST_ABOVE):
        if os.path.exists(os.path.join(above[-1], ".git")):
            break
        above.append(os.path.dirname(above[-1]))
    while len(above) > 1 and not _is_of_a_project(above[-1]):
        above.pop()
    yield from above


def _is_of_a_project(folder: str) -> bool:
    is_home = folder in (os.path.expanduser("~"), os.path.dirname(folder))
    has_mark = os.path.exists(os.path.join(folder, ".git")) or any(_files_in(folder))
    return has_mark and not is_home


def _files_in(folder: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    paths = (os.path.join(folder, name) for name in names if _FILES.match(name))
    yield from (path for path in paths if os.path.isfile(path))


def _names_in(path: str, text: str) -> Iterator[str]:
    name = os.path.basename(path).lower()
    if name == "setup.py":
        yield from _names_in_setup(text)
    elif name in ("pyproject.toml", "setup.cfg", "pipfile"):
        for line in text.splitlines():
            table = _TABLE.match(line)
            yield table["name"] if table is not None else ""
            for quoted in re.findall(r"['\"]([^'\"]+)['\"]", line):
                yield from _first_name(quoted)
            yield from _first_name(line)
    else:
        for line in text.replace("[", "\n").replace(",", "\n").splitlines():
            item = _ITEM.match(line)
            yield item["name"] if item is not None else ""


def _names_in_setup(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _first_name(node.value)


def _first_name(text: str) -> Iterator[str]:
    match = _NAME.match(text.strip())
    if match is not None:
        yield match[0]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

"""Reports: everything that is told about files, from reading them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from hyperlocal._legacy import is_wanted
from hyperlocal.azureml._check import sources
from hyperlocal.azureml._check.clusters import (
    ANY,
    Clusters,
    ClusterUse,
    cluster_use,
    guarded_lines,
    takes_from_list,
)
from hyperlocal.azureml._check.data import DataUse, Shelf, data_use
from hyperlocal.azureml._check.findings import Finding, Kind, Place, Report
from hyperlocal.azureml._check.old import old_call, old_name
from hyperlocal.azureml._check.reader import read_uses
from hyperlocal.azureml._check.values import Many, Text, Value
from hyperlocal.azureml._environments.imports import imports_of, is_foreign, own_modules
from hyperlocal.azureml._environments.packages import missing, pip_line
from hyperlocal.history.home import HOME_NAME

__all__ = ["check", "files_in"]

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", HOME_NAME})
_DRIVER, _TRAINING, _NOTEBOOK = "driver", "training script", "notebook"
_SCRIPT, _MODULE = "script", "module"


def files_in(folder: str) -> Iterator[str]:
    """Yield the scripts and notebooks in a folder, sorted, without those of environments."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED
            and not name.startswith(".")
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        )
        yield from (os.path.join(here, n) for n in sorted(names) if n.endswith((".py", ".ipynb")))


def check(paths: Iterable[str], root: str) -> list[Report]:
    """Read files and return what is to be known about each, none of them run.

    Args:
        paths: Scripts and notebooks.
        root: The folder whose modules are the project's own.
    """
    shelf, clusters, own = Shelf(), Clusters(), own_modules(root)
    read: list[sources.Source] = []
    reports: list[Report] = []
    for path in paths:
        try:
            read += sources.read(path)
        except (OSError, ValueError) as error:
            finding = Finding(Kind.NOT_PYTHON_3, Place(0, 1), path, f"it cannot be read: {error}")
            reports.append(Report(path, _SCRIPT, findings=[finding]))
    for source in read:
        own.setdefault(Path(_file_name(source)).stem, set()).add(source.name)
    listeners = [_File(source) for source in read]
    for listener in listeners:
        read_uses(listener.source.tree, listener)
        shelf.registered |= {use.registers for _, use in listener.data}
        clusters.made |= {use.makes for _, use in listener.clusters if use.makes}
    reports += [listener.report(shelf, clusters, own) for listener in listeners]
    return reports


def _file_name(source: sources.Source) -> str:
    return source.name.rpartition(": ")[2].partition(" (cell")[0]


class _File:
    """What is heard about one file, in the order of its lines."""

    def __init__(self, source: sources.Source) -> None:
        self.source = source
        self.data: list[tuple[Place, DataUse]] = []
        self.clusters: list[tuple[Place, ClusterUse]] = []
        self._guarded = guarded_lines(source.tree)
        self._works: set[str] = set()
        self._findings: list[Finding] = []

    # What the reader tells

    def works(self, name: str) -> None:
        self._works.add(name)

    def refused(self, name: str, line: int) -> None:
        text = f"{name} is not emulated"
        self._findings.append(Finding(Kind.NOT_EMULATED, self.source.place(line), name, text))

    def unknown(self, name: str, line: int) -> None:
        kind, text = Kind.UNKNOWN, f"{name} is imported, but the SDK does not have it"
        if "._" in name:
            kind, text = Kind.NOT_EMULATED, f"{name} is private to the SDK, and not emulated"
        self._findings.append(Finding(kind, self.source.place(line), name, text))

    def named(self, name: str, line: int) -> None:
        finding = old_name(name, self.source.place(line))
        if finding is not None:
            self._findings.append(finding)

    def called(
        self, function: Value, arguments: list[Value], named: dict[str, Value], line: int
    ) -> None:
        place = self.source.place(line)
        self._findings += old_call(function, len(arguments), named, place)
        self.data.append((place, data_use(function, arguments, named)))
        use = cluster_use(function, arguments, named)
        if use.makes or line not in self._guarded:
            self.clusters.append((place, use))

    def looked_up(self, mapping: Many, key: Value, line: int) -> None:
        if mapping.origin == "Workspace.datasets" and isinstance(key, Text):
            self.data.append((self.source.place(line), DataUse(name=key.text)))
        if takes_from_list(mapping) and line not in self._guarded:
            self.clusters.append((self.source.place(line), ClusterUse(needs=ANY)))

    # What is made of it

    def report(self, shelf: Shelf, clusters: Clusters, own: Mapping[str, set[str]]) -> Report:
        report = Report(self.source.name, self._role(), sorted(self._works))
        report.add(self._unreadable())
        report.add(self._for_its_role(finding, report.role) for finding in self._findings)
        report.add(self._missing_data(shelf))
        missing = (clusters.missing(use.needs, place) for place, use in self.clusters)
        report.add(finding for finding in missing if finding is not None)
        report.add(self._missing_packages(own))
        return report

    def _role(self) -> str:
        if any(name.endswith((".submit", ".submit_child")) for name in self._works):
            return _DRIVER
        if "Run.get_context" in self._works:
            return _TRAINING
        if self.source.is_notebook:
            return _NOTEBOOK
        return _SCRIPT if "__main__" in self.source.text else _MODULE

    def _unreadable(self) -> Iterator[Finding]:
        for place, reason, is_python_2 in self.source.problems:
            text = "it is Python 2" if is_python_2 else f"this Python cannot read it: {reason}"
            advice = "2to3 -w FILE" if is_python_2 else ""
            yield Finding(Kind.NOT_PYTHON_3, place, str(place), text, advice)

    def _for_its_role(self, finding: Finding, role: str) -> Finding:
        if finding.kind is not Kind.OLD_NAME:
            return finding
        if role == _DRIVER:
            text = f"{finding.text}; --legacy supplies it to trials, and this is a {role}"
            return Finding(finding.kind, finding.place, finding.subject, text)
        if is_wanted(os.environ):
            return Finding(
                finding.kind, finding.place, finding.subject, finding.text, is_obstacle=False
            )
        return finding

    def _missing_data(self, shelf: Shelf) -> Iterator[Finding]:
        for place, use in self.data:
            found = [shelf.missing_url(url, place) for url in use.urls]
            found += [shelf.unmapped_url(url, place) for url in use.opened]
            found.append(shelf.missing_name(use.name, place))
            yield from (finding for finding in found if finding is not None)

    def _missing_packages(self, own: Mapping[str, set[str]]) -> Iterator[Finding]:
        lines: dict[str, int] = {}
        above = _plain_folders_above(self.source.name)
        beside = {name: places - above for name, places in own.items()}
        for found in imports_of(self.source.tree):
            if is_foreign(found, beside):
                lines.setdefault(found.package, found.line)
        for package in missing(lines, sys.executable):
            text = f"{package} is not installed"
            yield Finding(
                Kind.PACKAGE, self.source.place(lines[package]), package, text, pip_line([package])
            )


def _plain_folders_above(name: str) -> frozenset[str]:
    """Return the folders that a file lies in and that are no packages.

    A project about a library is often in a folder of that library's name.
    """
    above = Path(os.path.abspath(name.partition(": ")[0])).parents
    return frozenset(str(f) for f in above if not (f / "__init__.py").exists())

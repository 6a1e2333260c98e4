"""Reports: everything that is told about files, from reading them."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from hyperlocal._legacy import is_wanted
from hyperlocal.check import sources
from hyperlocal.check.asked import Asked
from hyperlocal.check.candidates import Candidates
from hyperlocal.check.clusters import (
    ANY,
    Clusters,
    ClusterUse,
    cluster_use,
    guarded_lines,
    takes_from_list,
)
from hyperlocal.check.copies import copies_in
from hyperlocal.check.course import Course
from hyperlocal.check.data import DataUse, Shelf, data_use
from hyperlocal.check.findings import Finding, Kind, Place, Report
from hyperlocal.check.heard import Heard
from hyperlocal.check.old import old_call, old_name
from hyperlocal.check.packages import SCORER, missing_package
from hyperlocal.check.project import Project
from hyperlocal.check.reader import read_uses
from hyperlocal.check.values import Many, Text, Value
from hyperlocal.history.home import HOME_NAME
from hyperlocal.services.environments.imports import (
    Import,
    imports_of,
    is_foreign,
    own_modules,
)
from hyperlocal.services.environments.packages import missing

__all__ = ["check", "files_in"]

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", HOME_NAME})
_DRIVER, _TRAINING, _NOTEBOOK = "driver", "training script", "notebook"
_SCRIPT, _MODULE = "script", "module"
_OF_TENSORBOARD = re.compile(r"azureml\.(contrib\.)?tensorboard\b")  # which starts the package
_OF_IPYTHON = frozenset({"autoreload", "storemagic"})


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


def check(
    paths: Iterable[str],
    root: str,
    *,
    is_legacy: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Report]:
    """Read files and return what is to be known about each, none of them run.

    Args:
        paths: Scripts and notebooks.
        root: The folder whose modules are the project's own.
        is_legacy: Whether old names are supplied, as `HYPERLOCAL_LEGACY` says too.
        progress: Is told of each file before it is read.
    """
    project = _Reading(root, is_legacy=is_legacy or is_wanted(os.environ), progress=progress)
    project.read(paths)
    while scripts := project.together.unread_scripts():
        project.read(scripts)
    return project.reports()


class _Reading:
    """The files of a project, read one after the other."""

    def __init__(self, root: str, *, is_legacy: bool, progress: Callable[[str], None]) -> None:
        self.together = Project(root)
        self._is_legacy, self._progress = is_legacy, progress
        self._root = root
        self._shelf, self._clusters, self._own = Shelf(), Clusters(), own_modules(root)
        self._files: list[_File] = []
        self._unread: list[Report] = []

    def read(self, paths: Iterable[str]) -> None:
        """Read files, and what cells of theirs write."""
        read: list[sources.Source] = []
        for path in paths:
            self._progress(path)
            try:
                read += sources.read(path)
            except (OSError, ValueError) as error:
                text = f"it cannot be read: {error}"
                finding = Finding(Kind.NOT_PYTHON_3, Place(0, 1), path, text)
                self._unread.append(Report(path, _SCRIPT, findings=[finding]))
        for source in read:
            self._own.setdefault(Path(_file_name(source)).stem, set()).add(source.name)
        copies = copies_in(read)
        for number, source in enumerate(read):
            if number in copies:
                self.together.add_copy(source.file, copies[number])
            else:
                self._progress(source.name)
                self._hear(_File(source, is_legacy=self._is_legacy))

    def _hear(self, listener: _File) -> None:
        listener.read()
        self._shelf.registered |= {use.registers for _, use in listener.data}
        self._clusters.made |= {use.makes for _, use in listener.clusters if use.makes}
        self._files.append(listener)
        self.together.add(listener)

    def reports(self) -> list[Report]:
        """Return what is to be known about each file."""
        asked = Asked(self._root, [f.source.file for f in self._files])
        read = [path for f in self._files for _, use in f.heard.paths for path in use.paths]
        candidates = Candidates(self._root, read)
        made = {f.source.name: self._report(f, asked, candidates) for f in self._files}
        for file in self._files:
            report = made[file.source.name]
            report.add(self.together.of_scripts(file, made))
            Course(file.source, file.heard.submits).judge(report)
        return [*self._unread, *made.values()]

    def _report(self, file: _File, asked: Asked, candidates: Candidates) -> Report:
        is_run = self.together.is_run(file)
        report = file.report(self._shelf, self._clusters, is_run=is_run)
        report.add(file.missing_packages(self._own, asked, report.role))
        report.add(file.heard.findings)
        report.add(self.together.missing_files(file))
        report.findings = [
            replace(f, command=candidates.fill_in(f.command, f.subject)) for f in report.findings
        ]
        is_certain = is_run or report.role == _TRAINING
        report.add(self.together.of_training(file, is_certain=is_certain))
        return report


def _file_name(source: sources.Source) -> str:
    return source.name.rpartition(": ")[2].partition(" (cell")[0]


class _File:
    """What is heard about one file, in the order of its lines."""

    def __init__(self, source: sources.Source, *, is_legacy: bool) -> None:
        self.source = source
        self._is_legacy = is_legacy
        self.data: list[tuple[Place, DataUse]] = []
        self.clusters: list[tuple[Place, ClusterUse]] = []
        self._guarded = guarded_lines(source.tree)
        self.heard = Heard(source)
        self._works: set[str] = set()
        self._findings: list[Finding] = []

    @property
    def names_used(self) -> frozenset[str]:
        return frozenset(self._works)

    def read(self) -> None:
        try:
            read_uses(self.source.tree, self)
        except RecursionError:
            self._too_deep()

    def _too_deep(self) -> None:
        text = "some of it is nested so deeply that it was not followed"
        place = self.source.place(1)
        self._findings.append(
            Finding(Kind.NOT_FOLLOWED, place, "nesting", text, is_obstacle=False)
        )

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
        self.heard.called(function, arguments, named, line)
        self._findings += old_call(function, len(arguments), named, place)
        self.data.append((place, data_use(function, arguments, named)))
        use = cluster_use(function, arguments, named)
        if use.makes or line not in self._guarded:
            self.clusters.append((place, use))

    def rejected(self, reason: str, line: int) -> None:
        self.heard.rejected(reason, line)

    def configured(self, thing: Any, line: int) -> None:
        self.heard.configured(thing, line)

    def looked_up(self, mapping: Many, key: Value, line: int) -> None:
        if mapping.origin == "Workspace.datasets" and isinstance(key, Text):
            self.data.append((self.source.place(line), DataUse(name=key.text)))
        if takes_from_list(mapping) and line not in self._guarded:
            self.clusters.append((self.source.place(line), ClusterUse(needs=ANY)))

    # What is made of it

    def report(self, shelf: Shelf, clusters: Clusters, *, is_run: bool) -> Report:
        role = _TRAINING if is_run else self._role()
        report = Report(self.source.name, role, sorted(self._works))
        report.add(self._unreadable())
        report.add(self._for_its_role(finding, report.role) for finding in self._findings)
        report.add(self._missing_data(shelf))
        missing = (clusters.missing(use.needs, place) for place, use in self.clusters)
        report.add(finding for finding in missing if finding is not None)
        return report

    def _role(self) -> str:
        if any(name.endswith((".submit", ".submit_child")) for name in self._works):
            return _DRIVER
        if "Run.get_context" in self._works:
            return _TRAINING
        if self.source.is_notebook:
            return _NOTEBOOK
        functions = {n.name for n in self.source.tree.body if isinstance(n, ast.FunctionDef)}
        if {"init", "run"} <= functions:
            return SCORER
        return _SCRIPT if "__main__" in self.source.text else _MODULE

    def _unreadable(self) -> Iterator[Finding]:
        for place, reason, is_python_2 in self.source.problems:
            text = "it is Python 2" if is_python_2 else f"this Python cannot read it: {reason}"
            is_file = self.source.name == self.source.file and not self.source.is_notebook
            advice = f"2to3 -w {quote(self.source.file)}" if is_python_2 and is_file else ""
            yield Finding(Kind.NOT_PYTHON_3, place, str(place), text, advice)

    def _for_its_role(self, finding: Finding, role: str) -> Finding:
        if finding.kind is not Kind.OLD_NAME:
            return finding
        if role == _DRIVER:
            text = f"{finding.text}; --legacy supplies it to trials, and this is a {role}"
            return Finding(finding.kind, finding.place, finding.subject, text)
        if self._is_legacy:
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

    def missing_packages(
        self, own: Mapping[str, set[str]], asked: Asked, role: str
    ) -> Iterator[Finding]:
        lines: dict[str, int] = {}
        above = _plain_folders_above(self.source.name)
        beside = {name: places - above for name, places in own.items()}
        for name, line in self.source.extensions:
            found = Import(name, (), 0, line)
            if name not in _OF_IPYTHON and is_foreign(found, beside):
                lines.setdefault(found.package, line)
        for found in self._imports():
            if _OF_TENSORBOARD.match(found.module):
                lines.setdefault("tensorboard", found.line)
            elif is_foreign(found, beside):
                lines.setdefault(found.package, found.line)
        for package in missing(lines, sys.executable):
            yield missing_package(package, self.source.place(lines[package]), asked, role)

    def _imports(self) -> list[Import]:
        try:
            return [*imports_of(self.source.tree)]
        except RecursionError:
            return []  # the reader did not follow it either, and says so


def _plain_folders_above(name: str) -> frozenset[str]:
    """Return the folders that a file lies in and that are no packages.

    A project about a library is often in a folder of that library's name.
    """
    above = Path(os.path.abspath(name.partition(": ")[0])).parents
    return frozenset(str(f) for f in above if not os.path.exists(f / "__init__.py"))

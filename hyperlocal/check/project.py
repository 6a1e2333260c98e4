"""The project: what is told of a file by what the others are, and by the files around it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

from hyperlocal.check.findings import Finding, Kind, Place, Report
from hyperlocal.check.heard import Heard
from hyperlocal.check.paths import Made
from hyperlocal.check.scripts import ScriptUse
from hyperlocal.check.services import is_logging_to_run
from hyperlocal.check.sources import Source
from hyperlocal.check.variables import read_variables, texts_in
from hyperlocal.services.environments.imports import imports_of

__all__ = ["Project", "ReadFile", "is_strict"]


class ReadFile(Protocol):
    """One file of the project that has been read."""

    source: Source
    heard: Heard

    @property
    def names_used(self) -> frozenset[str]:
        """The names of the SDK that it uses and that work."""


def is_strict() -> bool:
    """Tell whether what the cloud would refuse is refused here too."""
    return os.environ.get("HYPERLOCAL_STRICT", "") not in ("", "0")


class Project:
    """The files that are checked, together.

    Args:
        root: The folder whose modules are the project's own.
    """

    def __init__(self, root: str) -> None:
        self._root = os.path.abspath(root)
        self._files: list[ReadFile] = []
        self._made = Made()
        self._copies: dict[str, str] = {}

    def add(self, file: ReadFile) -> None:
        """Add a file that has been read."""
        self._files.append(file)
        self._made.add(file.heard.made)

    def add_copy(self, file: str, original: Source) -> None:
        """Add a file that another stands for."""
        self._copies[os.path.realpath(file)] = original.name

    # Which scripts are run

    def unread_scripts(self) -> list[str]:
        """Return the scripts that drivers run, that are there and have not been read."""
        found: dict[str, str] = {}
        for file in self._files:
            for _, use in file.heard.scripts:
                path = self._existing(file, use)
                is_read = self._written(file, use) or self._read_from(path)
                if path and not is_read and os.path.realpath(path) not in self._copies:
                    found.setdefault(os.path.realpath(path), _short(path))
        return list(found.values())

    def _bases(self, file: ReadFile) -> list[str]:
        """Return where a file may run: a notebook runs where it is."""
        beside = os.path.dirname(os.path.abspath(file.source.file))
        return [beside] if file.source.is_notebook else list(dict.fromkeys([os.getcwd(), beside]))

    def _existing(self, file: ReadFile, use: ScriptUse) -> str:
        paths = (use.path_from(base) for base in self._bases(file)) if use.script else ()
        return next((path for path in paths if path and os.path.isfile(path)), "")

    def _written(self, file: ReadFile, use: ScriptUse) -> ReadFile | None:
        """Return the script that a cell of the notebook writes and the driver runs."""
        name = os.path.basename(use.script)
        same = (f for f in self._files if f.source.file == file.source.file and f is not file)
        return next(
            (f for f in same if f"/{name} (cell" in f.source.name.replace(": ", "/")), None
        )

    def _read_from(self, path: str) -> ReadFile | None:
        """Return the file that was read from a path, or that stands for it."""
        real = os.path.realpath(path or os.devnull)
        for file in self._files:
            source = file.source
            is_it = source.name == source.file and os.path.realpath(source.file) == real
            if is_it or self._copies.get(real) == source.name:
                return file
        return None

    def _run_by(self, file: ReadFile) -> Iterator[tuple[Place, ReadFile]]:
        """Yield the scripts that a file runs."""
        for place, use in file.heard.scripts:
            written = self._written(file, use) if use.script else None
            ran = written or self._read_from(self._existing(file, use))
            if ran is not None and ran is not file:
                yield place, ran

    def is_run(self, file: ReadFile) -> bool:
        """Tell whether some driver runs a file."""
        return any(ran is file for other in self._files for _, ran in self._run_by(other))

    def of_scripts(self, file: ReadFile, reports: dict[str, Report]) -> Iterator[Finding]:
        """Yield what the scripts have that a file runs."""
        for place, ran in self._run_by(file):
            report = reports[ran.source.name]
            number = sum(finding.is_obstacle for finding in report.findings)
            if number:
                things = f"{number} thing{'s' if number > 1 else ''}"
                text = f"{report.name}, which it runs, has {things} to see to"
                yield Finding(Kind.SCRIPT, place, report.name, text)

    # Files that are not there

    def missing_files(self, file: ReadFile) -> Iterator[Finding]:
        """Yield what a file reads or runs and that is not there, nor made by the project."""
        if "chdir" in file.source.text:
            return
        for place, use in file.heard.scripts:
            text = self._wrong_with(file, use)
            if text:
                yield Finding(Kind.MISSING, place, text, text)
        for place, reads in file.heard.paths:
            for path in reads.paths:
                if not self._is_there(file, path) and not self._made.may_have(path):
                    text = f"the {reads.what} {path!r} is read, and there is none"
                    yield Finding(Kind.MISSING, place, path, text)

    def _wrong_with(self, file: ReadFile, use: ScriptUse) -> str:
        if use.folder is None:
            return ""
        folders = [os.path.join(base, use.folder) for base in self._bases(file)]
        there = [folder for folder in folders if os.path.isdir(folder)]
        if not there:
            is_made = self._made.may_have(use.folder)
            return "" if is_made else f"there is no source folder {use.folder!r}"
        if not use.script or any(os.path.isfile(os.path.join(f, use.script)) for f in there):
            return ""
        if self._made.may_have(os.path.basename(use.script)):
            return ""
        return f"the training script {use.script!r} is not in the source folder {use.folder!r}"

    def _is_there(self, file: ReadFile, path: str) -> bool:
        bases = self._bases(file)
        beside = os.path.dirname(os.path.abspath(file.source.file))
        if not file.heard.scripts:  # it may run in a copy of any folder above
            while len(beside) > len(self._root):
                beside = os.path.dirname(beside)
                bases.append(beside)
        return any(os.path.exists(os.path.join(base, path)) for base in bases)

    # What a script is given and gives

    def of_training(self, file: ReadFile, *, is_certain: bool) -> Iterator[Finding]:
        """Yield what a training script reads or logs that is not as in the cloud.

        Args:
            file: The script.
            is_certain: Whether it is run as one.
        """
        if file.heard.mlflow and not self._logs_to_run(file):
            text = (
                "its metrics go to MLflow only: a sweep sees those that "
                "Run.get_context().log(name, value) logs. Log the primary metric there as well"
            )
            first, *more = file.heard.mlflow
            yield Finding(
                Kind.METRICS, first, "MLflow", text, is_obstacle=is_certain, also_at=tuple(more)
            )
        if is_certain:
            yield from self._unset_variables(file)

    def _logs_to_run(self, file: ReadFile) -> bool:
        imported = set(_imported_by(file.source))
        stems = {f: os.path.splitext(os.path.basename(f.source.file))[0] for f in self._files}
        files = [file, *(f for f in self._files if stems[f] in imported)]
        return any(is_logging_to_run(name) for f in files for name in f.names_used)

    def _unset_variables(self, file: ReadFile) -> Iterator[Finding]:
        others = (f for f in self._files if f is not file)
        set_somewhere = {text for f in others for text in texts_in(f.source.tree)}
        for name, line, is_needed in read_variables(file.source.tree):
            if name in set_somewhere:
                continue
            is_here = name in os.environ and not is_strict()
            text = (
                f"the environment variable {name} is read, and no run configuration of this "
                "project sets it: the cloud does not pass on those of your shell"
            )
            yield Finding(
                Kind.VARIABLE,
                file.source.place(line),
                name,
                text,
                is_obstacle=is_needed and not is_here,
            )


def _imported_by(source: Source) -> Iterator[str]:
    """Yield the last names of what a file imports."""
    try:
        for found in [*imports_of(source.tree)]:
            yield from (found.module.rpartition(".")[2], *found.names)
    except RecursionError:
        return  # it is nested too deeply, which is told


def _short(path: str) -> str:
    relative = os.path.relpath(path)
    return os.path.normpath(path) if relative.startswith(os.pardir) else relative

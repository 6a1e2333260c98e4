"""Heard: what a file's calls tell that is judged only when the whole project has been read."""

from __future__ import annotations

from typing import Any

from hyperlocal.check.build import refusal_of_sweep, target_of, what_target_means
from hyperlocal.check.clusters import guarded_lines
from hyperlocal.check.findings import Finding, Kind, Place
from hyperlocal.check.paths import PathUse, constants_in, is_maker, path_use
from hyperlocal.check.scripts import ScriptUse, script_use
from hyperlocal.check.services import called_endpoint, is_logging_to_mlflow
from hyperlocal.check.sources import Source
from hyperlocal.check.values import Member, Value, texts_of

__all__ = ["Heard"]


class Heard:
    """What one file's calls tell.

    Attributes:
        findings: What is wrong whatever else the project has.
        scripts: The scripts that it runs.
        paths: The files and folders that it reads.
        made: The names by which it may make some.
        mlflow: Where it logs metrics to MLflow.
        submits: The lines in which it submits something.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._guarded = guarded_lines(source.tree)
        self.findings: list[Finding] = []
        self.scripts: list[tuple[Place, ScriptUse]] = []
        self.paths: list[tuple[Place, PathUse]] = []
        self.made: list[str] = [*source.made, *constants_in(source.tree)]
        self.mlflow: list[Place] = []
        self.submits: list[int] = []

    def rejected(self, reason: str, line: int) -> None:
        """Something of the SDK does not take the values that stand there."""
        self._add(Kind.REFUSED, reason, line)

    def _add(self, kind: Kind, text: str, line: int, *, is_obstacle: bool = True) -> None:
        if line not in self._guarded:
            place = self._source.place(line)
            self.findings.append(Finding(kind, place, text, text, is_obstacle=is_obstacle))

    def configured(self, thing: Any, line: int) -> None:
        """A configuration has been made: see whether its submission would be refused."""
        if type(thing).__name__ != "HyperDriveConfig":
            return
        reason = refusal_of_sweep(thing)
        if reason:
            self._add(Kind.REFUSED, reason, line)
        if target_of(thing).lower() == "local":
            said, is_refused = what_target_means("local")
            if said:
                self._add(Kind.COMPUTE, said, line, is_obstacle=is_refused)

    def called(
        self, function: Value, arguments: list[Value], named: dict[str, Value], line: int
    ) -> None:
        """Something is called."""
        place = self._source.place(line)
        reads = path_use(function, arguments, named)
        script = script_use(function, arguments, named)
        if script is not None:
            self.scripts.append((place, script))
        if reads is not None and line not in self._guarded:
            self.paths.append((place, reads))
        if reads is None and is_maker(function):
            values = (*arguments, *named.values())
            self.made += (text for value in values for text in texts_of(value))
        if isinstance(function, Member) and function.name in ("submit", "submit_child"):
            self.submits.append(line)
        if is_logging_to_mlflow(function):
            self.mlflow.append(place)
        service = called_endpoint(function, arguments, named, place)
        if service is not None and line not in self._guarded:
            self.findings.append(service)

"""Findings: what reading a file told, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

__all__ = ["Finding", "Kind", "Place", "Report"]


class Kind(str, Enum):
    """What a finding is about."""

    NOT_EMULATED = "not emulated"
    UNKNOWN = "unknown to the SDK"
    DATA = "data"
    CLUSTER = "cluster"
    REFUSED = "refused"
    MISSING = "missing file"
    SCRIPT = "script that is run"
    SERVICE = "service in the cloud"
    METRICS = "metrics"
    VARIABLE = "environment variable"
    COMPUTE = "compute target"
    PACKAGE = "package"
    OWN_PACKAGE = "own package"
    OLD_NAME = "old name"
    GONE = "gone"
    NOT_PYTHON_3 = "not Python 3"
    NETWORK = "network"
    NOT_FOLLOWED = "not followed"


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: in a notebook, line `line` of its code cell `cell`, from 1."""

    cell: int
    line: int

    def __str__(self) -> str:
        return f"cell {self.cell} line {self.line}" if self.cell else f"line {self.line}"


@dataclass(frozen=True)
class Finding:
    """One thing that a user should know before running a file.

    Attributes:
        kind: What it is about.
        place: Where it was found first.
        subject: The name, URL or package.
        text: A sentence.
        command: What to type, if that is all there is to do; else empty.
        is_obstacle: Whether the file will not work as it is.
        also_at: Where it was found again.
        purpose: What a package is for, if a sweep does without it; else empty.
    """

    kind: Kind
    place: Place
    subject: str
    text: str
    command: str = ""
    is_obstacle: bool = True
    also_at: tuple[Place, ...] = ()
    purpose: str = ""


@dataclass
class Report:
    """Everything about one file.

    Attributes:
        name: Its path, as it was found; of a file that a notebook writes, both names.
        role: What it is: a driver, a training script, or something else.
        works: The names of the SDK that it uses and that are emulated, sorted.
        findings: By place, each subject once.
        reach: Of a driver whose sweep works and that fails later: how far it gets; else empty.
    """

    name: str
    role: str
    works: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    reach: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether all of it will work."""
        return not any(finding.is_obstacle for finding in self.findings)

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings; what was found before is told with all its places."""
        known = {(finding.kind, finding.subject): finding for finding in self.findings}
        for finding in findings:
            key = (finding.kind, finding.subject)
            before = known.get(key)
            if before is not None and finding.place not in (before.place, *before.also_at):
                known[key] = replace(before, also_at=(*before.also_at, finding.place))
            known.setdefault(key, finding)
        self.findings = sorted(known.values(), key=lambda finding: finding.place)

"""Course: in which order a file's lines run, and how far it gets before something stops it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace

from hyperlocal.check.findings import Finding, Kind, Place, Report
from hyperlocal.check.sources import Source

__all__ = ["Course"]

_NEVER = 1 << 60
_DEPLOYS = re.compile(r"webservice|deploy|InferenceConfig|[Ee]ndpoint|Image\b")
AFTER = "what comes after the sweep"


class Course:
    """When each line of a file runs first: functions run where they are called.

    Args:
        source: The file.
        submits: The lines in which it submits something.
    """

    def __init__(self, source: Source, submits: Iterable[int]) -> None:
        self._source = source
        self._definitions = [
            node
            for node in source.tree.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ]
        self._uses: dict[str, list[int]] = {node.name: [] for node in self._definitions}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name) and node.id in self._uses:
                self._uses[node.id].append(node.lineno)
        self._submits = [self._first_run(line, frozenset()) for line in submits]

    def _first_run(self, line: int, within: frozenset[str]) -> int:
        """Return the line of the module in whose course a line runs first."""
        for node in self._definitions:
            if _body_of(node) <= line <= (node.end_lineno or 0):
                if node.name in within:
                    return _NEVER
                uses = self._uses[node.name]
                runs = [self._first_run(use, within | {node.name}) for use in uses]
                return min(runs, default=_NEVER)
        return line

    def judge(self, report: Report) -> None:
        """Say in a report how far the file gets, and which packages it needs only afterwards."""
        submits = [line for line in self._submits if line != _NEVER]
        if not submits:
            return
        report.findings = [self._with_purpose(f, max(submits)) for f in report.findings]
        stops = [(self._when(finding.place), finding) for finding in report.findings]
        stops = [(line, finding) for line, finding in stops if finding.is_obstacle]
        first, finding = min(stops, key=lambda stop: stop[0], default=(_NEVER, None))
        if finding is not None and min(submits) < first < _NEVER:
            report.reach = self._reach(first, finding)

    def _when(self, place: Place) -> int:
        return self._first_run(self._source.line(place), frozenset())

    def _with_purpose(self, finding: Finding, last_submit: int) -> Finding:
        is_later = min(map(self._when, (finding.place, *finding.also_at))) > last_submit
        if finding.kind is Kind.PACKAGE and is_later and not finding.purpose:
            return replace(finding, purpose=AFTER)
        return finding

    def _reach(self, line: int, finding: Finding) -> str:
        place = self._source.place(line)
        until = f"cell {place.cell - 1}" if place.cell > 1 else f"line {place.line - 1}"
        where = f"cell {place.cell}" if place.cell > 1 else str(place)
        if finding.kind is Kind.NOT_EMULATED and _DEPLOYS.search(finding.subject):
            return f"works up to {until}; {where} deploys a web service, which is not emulated"
        return f"works up to {until}; {where}: {finding.text}"


def _body_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Return the line in which a body begins: that of the `def`, where both stand in one."""
    return node.body[0].lineno

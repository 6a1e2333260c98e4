"""`hyperlocal check`: what will work of a project, without running it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from hyperlocal.cli.output import add_json, print_json

if TYPE_CHECKING:
    from hyperlocal.check import Finding, Report

__all__ = ["main"]

_ABOUT = """Read scripts and notebooks that were written for Azure ML, and say what will work
here. Nothing is run.

Of each file: what it uses of the SDK that is not emulated (a mere import is no
use), which data have to be mapped, which packages are not installed, which names
its libraries do not have any more, with lines; in a notebook with code cells,
counted from 1, and the scripts that its cells write.

The exit code is 0 if all will work, 1 if something will not."""

_EXAMPLES = """examples:
  hyperlocal check .                  # everything in a folder
  hyperlocal check driver.py train.py
  hyperlocal check --legacy .         # with what hyperlocal run --legacy supplies
  hyperlocal check notebook.ipynb --json | jq '.[].findings'"""

_MOST_NAMED = 8


def main(arguments: Sequence[str]) -> int:
    """Check files; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="hyperlocal check",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a script, notebook or folder")
    add_json(parser, "a list with each file")
    parser.add_argument(
        "--legacy",
        action="store_true",
        help="old names of libraries are supplied, as with hyperlocal run --legacy",
    )
    options = parser.parse_args(arguments)

    from hyperlocal.check import check

    files = _files(options.paths, parser)
    with _Progress() as progress:
        reports = check(
            files, _root(options.paths), is_legacy=options.legacy, progress=progress.tell
        )
    if options.json:
        print_json([_document(report) for report in reports])
    else:
        _print(reports)
    return 0 if all(report.is_fine for report in reports) else 1


class _Progress:
    """What is being read, in one line of a terminal that is taken away at the end."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def tell(self, path: str) -> None:
        """Say which file is being read."""
        if self._is_shown:
            sys.stderr.write(f"\r\x1b[Kreading {path[-60:]}")
            sys.stderr.flush()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _files(paths: list[str], parser: argparse.ArgumentParser) -> list[str]:
    from hyperlocal.check import files_in

    files: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            files += (os.path.normpath(found) for found in files_in(path))
        elif not os.path.exists(path):
            parser.error(f"there is no {path!r} in {os.getcwd()}")
        elif path.endswith((".py", ".ipynb")):
            files.append(path)
        else:
            parser.error(f"{path!r} is neither a Python script (.py) nor a notebook (.ipynb)")
    if not files:
        parser.error(f"there is no script and no notebook in {', '.join(paths)}")
    return list(dict.fromkeys(files))


def _root(paths: list[str]) -> str:
    """Return the folder that holds all that is checked: its modules are the project's own."""
    folders = [p if os.path.isdir(p) else os.path.dirname(os.path.abspath(p)) for p in paths]
    return os.path.commonpath([os.path.abspath(folder) for folder in folders])


def _print(reports: list[Report]) -> None:
    from hyperlocal.views.page import Page

    page = Page(sys.stdout)
    for report in reports:
        style = "green" if report.is_fine else "yellow" if report.reach else "red"
        page.line(f"{report.name}: {report.role}, {_verdict(report)}", style=style)
        if report.works:
            more = len(report.works) - _MOST_NAMED
            rest = f" and {more} more" if more > 0 else ""
            page.line(f"  works: {', '.join(report.works[:_MOST_NAMED])}{rest}")
        for finding in report.findings:
            page.line(f"  {_places(finding)}: {finding.text}")
    page.line()
    for line in _summary(reports):
        page.line(line)


def _verdict(report: Report) -> str:
    number = sum(finding.is_obstacle for finding in report.findings)
    if not number:
        return "will work"
    if report.reach:
        return report.reach
    return f"{number} thing{'s' if number > 1 else ''} to see to"


def _places(finding: Finding) -> str:
    """Return where something was found: `line 3`, `line 3 and 2 more`."""
    more = len(finding.also_at)
    return f"{finding.place} and {more} more" if more else str(finding.place)


def _summary(reports: list[Report]) -> list[str]:
    """Return how many will work, and what is to be typed, each command once."""
    from hyperlocal.check import Kind

    fine = sum(report.is_fine for report in reports)
    lines = [f"{fine} of {len(reports)} files will work as they are{_partly(reports)}."]
    findings = [f for report in reports for f in report.findings if f.is_obstacle]
    commands = _pip_lines(findings)
    there = (Kind.DATA, Kind.CLUSTER, Kind.OWN_PACKAGE)
    commands += dict.fromkeys(f.command for f in findings if f.kind in there and f.command)
    if any(f.kind is Kind.OLD_NAME and f.command for f in findings):
        commands += _legacy_lines(reports)
    old = dict.fromkeys(f.command for f in findings if f.kind is Kind.NOT_PYTHON_3 and f.command)
    commands += (f"{command}  # translates Python 2" for command in old)
    if commands:
        lines.append("What helps:")
    return lines + [f"  {command}" for command in commands]


def _legacy_lines(reports: list[Report]) -> list[str]:
    """Return how to run with old names: the drivers of the scripts that use them."""
    from hyperlocal.check import Kind

    old = {
        report.name
        for report in reports
        if any(f.kind is Kind.OLD_NAME and f.command and f.is_obstacle for f in report.findings)
    }
    runs = {
        report.name: {f.subject for f in report.findings if f.kind is Kind.SCRIPT}
        for report in reports
        if report.role == "driver"
    }
    # What no driver is seen to run, such as a module, any of them may come to.
    is_known = old <= {script for scripts in runs.values() for script in scripts}
    drivers = [name for name, scripts in runs.items() if not is_known or scripts & old]
    return [f"hyperlocal run --legacy {quote(name)}" for name in drivers or ["DRIVER"]]


def _partly(reports: list[Report]) -> str:
    """Return how many work in part: what they submit works, and something later does not."""
    number = sum(bool(report.reach) for report in reports)
    if not number:
        return ""
    told = "works but for what comes after its sweep"
    if number > 1:
        told = "work but for what comes after their sweeps"
    return f", and {number} more {told}"


def _pip_lines(findings: list[Finding]) -> list[str]:
    """Return how to install what is missing: first what sweeps need, then what else does."""
    from hyperlocal.check import Kind

    lines: dict[str, dict[str, None]] = {}
    wanted = [f for f in findings if f.kind is Kind.PACKAGE and f.command]
    needed = {f.subject for f in wanted if not f.purpose}
    for finding in sorted(wanted, key=lambda finding: finding.purpose):
        purpose = "" if finding.subject in needed else finding.purpose
        names = lines.setdefault(purpose, {})
        names[finding.command.removeprefix("pip install ")] = None
    return [
        f"pip install {' '.join(names)}" + (f"  # for {purpose} only" if purpose else "")
        for purpose, names in lines.items()
    ]


def _document(report: Report) -> dict[str, Any]:
    return {
        "file": report.name,
        "role": report.role,
        "will_work": report.is_fine,
        "works": report.works,
        **({"reach": report.reach} if report.reach else {}),
        "findings": [
            {
                "kind": finding.kind.value,
                "cell": finding.place.cell or None,
                "line": finding.place.line,
                "also_at": [{"cell": p.cell or None, "line": p.line} for p in finding.also_at],
                "subject": finding.subject,
                "text": finding.text,
                "command": finding.command or None,
                "is_obstacle": finding.is_obstacle,
            }
            for finding in report.findings
        ],
    }

"""The pytest plugin: the fixture `hyperdrive`, and its runs in the report of a test that fails.

pytest loads this file wherever hyperlocal is installed, so nothing but the fixture's name is here:
the rest is imported when a test uses it. `-p no:hyperlocal` leaves it out altogether.
"""

from __future__ import annotations

import sys

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from typing import Any

    from hyperlocal.testing import Sandbox

__all__ = [
    "hyperdrive",
    "pytest_addoption",
    "pytest_configure",
    "pytest_load_initial_conftests",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]

_HOW_TO_ACTIVATE = """\
azureml is hyperlocal's while a test runs that uses the fixture `hyperdrive`. For it to be so from
collection on, write into pytest.ini, or to [tool.pytest.ini_options]: hyperlocal_activate = true\
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that routes `azureml` to hyperlocal before tests are collected."""
    parser.addini(
        "hyperlocal_activate",
        "Whether `import azureml` leads to hyperlocal in all tests, from collection on.",
        type="bool",
        default=False,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Open the door if the project's settings say so, also for its conftest.py."""
    pytest_configure(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Open it if this plugin was loaded later, by `pytest_plugins` or `-p`."""
    if config.getini("hyperlocal_activate"):
        from hyperlocal import activate

        activate()


@pytest.fixture
def hyperdrive(tmp_path: Path) -> Iterator[Sandbox]:
    """An empty home and workspace for this test, in which sweeps run inline.

    `hyperdrive.answer(train)` lets a function stand for the training script.
    """
    from hyperlocal.testing import sandbox

    with sandbox(folder=tmp_path) as made:
        yield made


@pytest.hookimpl(hookwrapper=True)  # which also pytest 7 knows
def pytest_make_collect_report() -> Generator[None, Any, None]:
    """Say what to do where test files import code that imports `azureml`, which is not there."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and "No module named 'azureml" in str(report.longrepr):
        report.sections.append(("hyperlocal", _HOW_TO_ACTIVATE))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Show what became of the runs of a test that fails, unless its error shows it."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        told = report.longreprtext
        tables = [
            table
            for made in _sandboxes_of(item)
            for table in made.tables()
            if table.partition("\n")[0] not in told
        ]
        if tables:
            report.sections.append(("runs of this test", "\n\n".join(tables)))


def _sandboxes_of(item: pytest.Item) -> list[Sandbox]:
    """Return those that a test has among its fixtures, by whatever name."""
    if "hyperlocal.testing.isolation" not in sys.modules:
        return []
    from hyperlocal.testing import Sandbox

    values = getattr(item, "funcargs", {}).values()
    return [value for value in values if isinstance(value, Sandbox)]

"""The pytest plugin: the fixture `hyperdrive`.

pytest loads this file wherever hyperlocal is installed, so nothing but the fixture's name is here:
the rest is imported when a test uses it. `-p no:hyperlocal` leaves it out altogether.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hyperlocal.testing import Sandbox

__all__ = ["hyperdrive", "pytest_addoption", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that routes `azureml` to hyperlocal before tests are collected."""
    parser.addini(
        "hyperlocal_activate",
        "Whether `import azureml` leads to hyperlocal in all tests, from collection on.",
        type="bool",
        default=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Open the door if the project's settings say so."""
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

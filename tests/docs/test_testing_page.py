"""Each recipe of docs/testing.md and of the pages below it is run.

Its files are written down, then its commands are run. A section's code blocks begin with the name
of their file. Files of the first section are in every project. Without a command, `pytest` runs
what the section has; a block of text after the commands is part of what they say, and then they
fail.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "testing.md", *sorted((DOCS / "testing").glob("*.md"))]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def sections():
    found = {}
    for page in PAGES:
        parts = re.split(r"^## (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found.update(zip(parts[1::2], parts[2::2], strict=True))
    return found


def blocks(section, *languages):
    pattern = rf"^```(?:{'|'.join(languages)})\n(.*?)^```$"
    return re.findall(pattern, section, flags=re.DOTALL | re.MULTILINE)


def files(section):
    """Name to content; the first line of a file is a comment with its name."""
    return {text.partition("\n")[0][2:]: text for text in blocks(section, "python", "ini")}


SHARED = files(sections()["The code under test"])
RECIPES = {title: section for title, section in sections().items() if blocks(section, "python")}
del RECIPES["The code under test"]


def test_all_recipes_are_found():
    assert sorted(SHARED) == ["train.py", "tuning.py"]
    assert len(RECIPES) >= 13
    for section in RECIPES.values():
        assert all(re.fullmatch(r"\w+\.(py|ini)", name) for name in files(section))


@pytest.mark.parametrize("title", RECIPES)
def test_recipe(title, tmp_path, monkeypatch):
    for name in ("HYPERLOCAL_HOME", "PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        monkeypatch.delenv(name, raising=False)
    # Of its own: sessions that share one remove each other's old folders, and warn of it at times.
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", str(tmp_path / "temporary"))
    section = RECIPES[title]
    for name, text in {"pytest.ini": "[pytest]\n", **SHARED, **files(section)}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = [line[2:] for block in blocks(section, "console") for line in block.splitlines()]
    said = [line for block in blocks(section, "text") for line in block.splitlines()]

    for command in commands or ["pytest"]:
        program, *words = shlex.split(command)
        launch = ["-m", "pytest", "-W", "error"] if program == "pytest" else ["-W", "error"]
        done = subprocess.run(
            [sys.executable, *launch, *words],
            cwd=tmp_path,
            # Dash's plugin for pytest warns as it is loaded.
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p no:dash"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=150,
            check=False,
        )

        assert done.returncode == (1 if said else 0), done.stdout
        assert [line for line in said if line not in done.stdout] == []

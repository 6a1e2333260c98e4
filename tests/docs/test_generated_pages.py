"""Pages that are generated are current."""

import importlib.util
import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def tool(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_coverage_is_current():
    generator = tool("make_coverage")

    stale = [
        page
        for page, text in generator.pages().items()
        if page.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "Run: python docs/tools/make_coverage.py"


def test_coverage_names_every_public_symbol():
    generator = tool("make_coverage")
    text = "\n".join((DOCS / page).read_text(encoding="utf-8") for page in generator.PAGES)
    api = json.loads(generator.API.read_text(encoding="utf-8"))

    for module, names in api.items():
        section = text.partition(f"\n## {module}\n")[2].partition("\n## ")[0]
        assert [name for name in names if f"\n- `{name}`: " not in section] == []


@pytest.mark.slow
def test_help_texts_are_current():
    generator = tool("make_commands")

    texts = {page: page.read_text(encoding="utf-8") for page in generator.PAGES}
    stale = [
        page
        for page, text in texts.items()
        if generator.comparable(generator.filled(text)) != generator.comparable(text)
    ]

    assert stale == [], "Run: python docs/tools/make_commands.py"


@pytest.mark.slow
def test_every_command_has_its_help_on_the_page():
    generator = tool("make_commands")
    text = "\n".join(page.read_text(encoding="utf-8") for page in generator.PAGES)

    listed = generator.help_text("").partition("commands:\n")[2].partition("\n\n")[0]
    commands = [line.split()[0] for line in listed.splitlines()]

    assert len(commands) >= 5
    assert [c for c in commands if f"<!-- help: hyperlocal {c} -->" not in text] == []

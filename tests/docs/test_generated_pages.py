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


@pytest.mark.parametrize("name", ["make_coverage", "make_commands"])
def test_a_generated_page_is_current(name):
    generator = tool(name)

    on_disk = generator.PAGE.read_text(encoding="utf-8")

    assert generator.page() == on_disk, f"Run: python docs/tools/{name}.py"


def test_coverage_names_every_public_symbol():
    generator = tool("make_coverage")
    text = generator.PAGE.read_text(encoding="utf-8")
    api = json.loads(generator.API.read_text(encoding="utf-8"))

    for module, names in api.items():
        section = text.partition(f"\n## {module}\n")[2].partition("\n## ")[0]
        assert [name for name in names if f"\n- `{name}`: " not in section] == []


def test_every_command_has_its_help_on_the_page():
    generator = tool("make_commands")
    text = generator.PAGE.read_text(encoding="utf-8")

    for command in commands_of(generator.help_text("")):
        assert f"<!-- help: hyperlocal {command} -->" in text


def commands_of(help_text):
    listed = help_text.partition("{")[2].partition("}")[0]
    assert listed
    return listed.split(",")

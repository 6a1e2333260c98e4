"""Write which public names of the real SDK are emulated, and which are loud.

The figures are in docs/coverage.md, the names on the pages below docs/coverage/. It compares
`tests/parity/data/api.json`, read from the installed SDK, with what importing the same names from
`hyperlocal.azureml` gives. With `--check` it writes nothing and fails if a page is stale.
"""

import importlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from hyperlocal.azureml import _placeholders

ROOT = Path(__file__).parents[2]
API = ROOT / "tests" / "parity" / "data" / "api.json"
DOCS = ROOT / "docs"
# The pages, and the packages whose modules each of them has; the last one has all others.
PAGES = {
    "coverage/core.md": ("azureml.core", ("azureml.core",)),
    "coverage/data.md": (
        "azureml.data and azureml.pipeline",
        ("azureml.data", "azureml.pipeline"),
    ),
    "coverage/train.md": ("azureml.train and other modules", ("azureml",)),
}

MARK = "<!-- Written by docs/tools/make_coverage.py. Do not edit. -->"
HEAD = f"""# What is emulated

{MARK}

Every public name of the real SDK's modules for HyperDrive, compared with hyperlocal.
*Emulated* means that it works here. *Loud* means that it can be imported, so that a script does
not die in its import block, and raises `NotEmulatedError` when it is used. Exceptions that
nothing raises here can still be caught.

`azureml.widgets` is emulated, and so is `azureml.tensorboard`, with the TensorBoard of this
machine. Other modules of the SDK that are not on this page (`azureml.train.automl`,
`azureml.core.webservice`, ...) are loud as a whole; the steps of `azureml.pipeline.steps` are in
[pipelines](pipelines.md). How the emulated parts differ from the cloud is in
[differences from Azure](differences.md).
"""


@dataclass
class Entry:
    """One public name of a module, and which of its members work."""

    name: str
    is_emulated: bool
    members: list[str] = field(default_factory=list)
    loud_members: list[str] = field(default_factory=list)

    def line(self) -> str:
        if not self.is_emulated:
            return f"- `{self.name}`: loud"
        if not self.loud_members:
            return f"- `{self.name}`: **emulated**"
        loud = ", ".join(f"`{member}`" for member in self.loud_members)
        working = len(self.members) - len(self.loud_members)
        members = f"{working} of {len(self.members)} members"
        return f"- `{self.name}`: **emulated**, {members}; loud: {loud}"


def is_placeholder(thing: object) -> bool:
    """Tell whether our `thing` only stands for something that is not emulated."""
    if isinstance(thing, _placeholders._PlaceholderType):
        return True
    code = getattr(thing, "__code__", None)
    if code is not None:
        return code.co_filename == _placeholders.__file__
    return False


def look_up(module: ModuleType, name: str) -> object | None:
    try:
        return getattr(module, name)
    except AttributeError:
        return None


def has_member(cls: type, name: str) -> bool:
    return any(name in vars(base) for base in cls.__mro__)


def compare(module: ModuleType, name: str, described: dict) -> Entry:
    """Return how our `name` compares with the SDK's, as api.json describes it."""
    ours = look_up(module, name)
    if ours is None or is_placeholder(ours):
        return Entry(name, is_emulated=False)
    kinds = described.get("members", {})
    members = sorted(member for member in kinds if not member.startswith("_"))
    if not isinstance(ours, type) or described.get("kind") != "class":
        return Entry(name, is_emulated=True)
    if issubclass(ours, (tuple, dict)) or "enum" in described:
        return Entry(name, is_emulated=True)
    loud = [member for member in members if not has_member(ours, member)]
    return Entry(name, True, members, loud)


def compare_all() -> dict[str, list[Entry]]:
    """Return every module's entries, as api.json lists them."""
    api = json.loads(API.read_text(encoding="utf-8"))
    entries = {}
    for module_name, names in api.items():
        module = importlib.import_module(f"hyperlocal.{module_name}")
        entries[module_name] = [compare(module, name, names[name]) for name in sorted(names)]
    return entries


def page_of(module_name: str) -> str:
    """Return the page that has a module's names."""
    return next(
        page
        for page, (_, packages) in PAGES.items()
        if any(f"{module_name}.".startswith(f"{package}.") for package in packages)
    )


def figures(entries: dict[str, list[Entry]]) -> str:
    """Return the page that has the number of names of each module."""
    lines = [
        HEAD,
        "## In numbers",
        "",
        "| module | names | emulated | loud |",
        "| --- | --- | --- | --- |",
    ]
    for module_name, of_module in entries.items():
        emulated = sum(entry.is_emulated for entry in of_module)
        link = f"[`{module_name}`]({page_of(module_name)}#{module_name.replace('.', '')})"
        lines.append(f"| {link} | {len(of_module)} | {emulated} | {len(of_module) - emulated} |")
    listed = [page.removesuffix(".md") for page in PAGES]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *listed, "```"]) + "\n"


def names(page: str, entries: dict[str, list[Entry]]) -> str:
    """Return a page that has the names of some modules."""
    lines = [f"# What is emulated: {PAGES[page][0]}", "", MARK]
    for module_name, of_module in entries.items():
        if page_of(module_name) == page:
            lines += ["", f"## {module_name}", "", *(entry.line() for entry in of_module)]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Return what each generated page must hold."""
    entries = compare_all()
    texts = {DOCS / "coverage.md": figures(entries)}
    return texts | {DOCS / page: names(page, entries) for page in PAGES}


def main() -> None:
    for page, text in pages().items():
        if "--check" not in sys.argv[1:]:
            page.write_text(text, encoding="utf-8")
        elif page.read_text(encoding="utf-8") != text:
            sys.exit(f"{page} is stale. Run: python docs/tools/make_coverage.py")


if __name__ == "__main__":
    main()

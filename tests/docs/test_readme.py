"""README tells the truth: its commands are those that CI runs, its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "samples" / "README.md", *(ROOT / "docs").rglob("*.md")],
)
PAGES = [page for page in PAGES if "_build" not in page.parts]


def the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```bash\n(.*?)\n```", readme, re.DOTALL)
    return blocks[:2]


def anchors_of(page):
    """The anchors of a page's headings, as GitHub and MyST make them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_readme_starts_with_two_commands_of_one_line_each():
    sweep, tests = the_two_commands()

    assert "hyperlocal run samples/" in sweep
    assert "pytest" in tests
    assert "\n" not in sweep + tests


def test_ci_runs_the_same_two_commands():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    for command in the_two_commands():
        assert f"({command})" in ci


def test_readmes_first_command_names_a_sample():
    driver = re.search(r"hyperlocal run (\S+)", the_two_commands()[0])[1]

    assert (ROOT / driver).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        if not other.exists() or (anchor and anchor not in anchors_of(other)):
            dead.append(target)

    assert dead == []

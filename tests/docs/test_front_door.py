"""What contributors meet first: one command for each purpose, and services that run the same."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import hyperlocal

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10; coverage brings it
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENTS = PROJECT["tool"]["tox"]["env"]
CONTRIBUTING = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
PAGES = [
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "commands").glob("*.md")),
    *sorted((ROOT / "docs" / "coverage").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
    *sorted((ROOT / "docs" / "testing").glob("*.md")),
]
MOST_LINES = 300


def read_yaml(name):
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


def referred_to(part):
    """What `{ replace = "ref", of = [...] }` stands for."""
    return [tuple(item["of"]) for item in part if isinstance(item, dict)]


def commands_of(job):
    return [step["run"] for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("environment", sorted(ENVIRONMENTS))
def test_each_command_is_explained_to_contributors(environment):
    assert re.search(rf"`tox run -e {environment}[` ]", CONTRIBUTING)


def test_check_is_all_checks_but_the_tests():
    checks = {env[3] for env in referred_to(ENVIRONMENTS["check"]["commands"])}

    assert checks == set(PROJECT["tool"]["tox"]["env_list"]) - {"test", "oldest", "parity"}


def test_each_commit_is_formatted_by_the_version_that_checks_it():
    hooks = read_yaml(".pre-commit-config.yaml")["repos"][0]["hooks"]
    versions = {
        needed
        for hook in hooks
        for needed in hook["additional_dependencies"]
        if needed.startswith("ruff")
    }

    assert versions == set(ENVIRONMENTS["lint"]["deps"])


def test_github_runs_everything_on_linux_and_the_quick_tests_elsewhere():
    jobs = read_yaml(".github/workflows/ci.yml")["jobs"]

    assert jobs["everything"]["runs-on"].startswith("ubuntu-")
    assert "bash .ci/run" in commands_of(jobs["everything"])
    systems = jobs["quick"]["strategy"]["matrix"]["os"]
    assert {system.partition("-")[0] for system in systems} == {"macos", "windows"}
    assert "python -m tox run -e quick" in commands_of(jobs["quick"])


def test_read_the_docs_builds_these_pages():
    settings = read_yaml(".readthedocs.yaml")

    (install,) = settings["python"]["install"]
    assert (ROOT / settings["sphinx"]["configuration"]).is_file()
    assert settings["sphinx"]["fail_on_warning"]
    assert set(install["extra_requirements"]) <= set(PROJECT["project"]["optional-dependencies"])


def test_the_package_leads_to_its_source_issues_and_changes():
    assert PROJECT["project"]["urls"].keys() >= {"Documentation", "Source", "Issues", "Changelog"}


def test_the_version_is_the_newest_of_the_changelog():
    changelog = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")

    versions = re.findall(r"^## (\d+\.\d+\.\d+) \(", changelog, re.MULTILINE)

    assert versions[0] == hyperlocal.__version__


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_can_be_read_in_one_go(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_readme_is_read_in_two_minutes():
    prose = re.sub(r"```.*?```", "", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)

    assert len(re.findall(r"\w[\w'-]*", prose)) <= 600

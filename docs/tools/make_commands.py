"""Write the help texts in docs/commands.md and below docs/commands/, as `--help` prints them.

A page names the commands whose help it has. With `--check` nothing is written, and it fails if a
page is stale.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1]
PAGES = [DOCS / "commands.md", *sorted((DOCS / "commands").glob("*.md"))]
BLOCK = re.compile(r"<!-- help: (?P<command>.*?) -->\n```text\n.*?```\n", re.DOTALL)
# Python 3.13 writes the metavariable of `-n N, --lines N` once.
REPEATED_METAVARIABLE = re.compile(r"(-\w) ([A-Z]+), (--[\w-]+ \2)")


def help_text(command: str) -> str:
    """Return the help of `hyperlocal <command>`."""
    environment = {**os.environ, "COLUMNS": "88", "NO_COLOR": "1", "TERM": "dumb"}
    environment.pop("FORCE_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", "hyperlocal", *command.split(), "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip() + "\n"


def comparable(text: str) -> str:
    """Return a page's text so that pages made under different Pythons are equal."""
    return " ".join(REPEATED_METAVARIABLE.sub(r"\1, \3", text).split())


def filled(text: str) -> str:
    """Return a page's text with the help of each command that it names."""

    def fill(match: re.Match[str]) -> str:
        command = match["command"].removeprefix("hyperlocal").strip()
        return f"<!-- help: {match['command']} -->\n```text\n{help_text(command)}```\n"

    return BLOCK.sub(fill, text)


def main() -> None:
    for page in PAGES:
        on_disk = page.read_text(encoding="utf-8")
        text = filled(on_disk)
        if "--check" not in sys.argv[1:]:
            page.write_text(text, encoding="utf-8")
        elif comparable(on_disk) != comparable(text):
            sys.exit(f"{page} is stale. Run: python docs/tools/make_commands.py")


if __name__ == "__main__":
    main()

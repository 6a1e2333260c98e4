"""Output: what commands that look have in common: JSON for programs, and how many digits."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from hyperlocal.views.documents import finite
from hyperlocal.views.page import Page, is_terminal

__all__ = ["add_all_digits", "add_json", "print_json", "print_json_line", "say"]


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    """Add `--json` to a command.

    Args:
        parser: The command's.
        what: What it prints then: an object, a list of objects.
    """
    parser.add_argument("--json", action="store_true", help=f"print JSON, {what}")


def add_all_digits(parser: argparse.ArgumentParser) -> None:
    """Add `--all-digits` to a command that writes tables."""
    parser.add_argument(
        "--all-digits",
        action="store_true",
        help="show numbers whole, not only to the digits in which they differ",
    )


def print_json(document: Any) -> None:
    """Print a document as JSON that every parser reads: NaN and infinities are null."""
    print(json.dumps(finite(document), indent=1, default=str, allow_nan=False))


def print_json_line(document: Any) -> None:
    """Print a document as one line, at once: somebody may be reading along."""
    print(json.dumps(finite(document), default=str, allow_nan=False))
    if sys.stdout is not None:
        sys.stdout.flush()


def say(sentence: str) -> None:
    """Print a sentence, in a terminal wrapped between words."""
    if is_terminal(sys.stdout):
        Page(sys.stdout).line(sentence)
    else:
        print(sentence)  # whole, with every byte of a path that is in it

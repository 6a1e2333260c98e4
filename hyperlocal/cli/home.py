"""`hyperlocal home`: where runs are kept."""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, home_of

__all__ = ["main"]

_ABOUT = """Print the home: the folder that holds the history (history.db) and the files of
every run (runs/RUN/). It need not exist yet. To forget everything, delete it."""

_EXAMPLES = """  hyperlocal home
  du -sh "$(hyperlocal home)\""""


def main(arguments: Sequence[str]) -> int:
    """Print the home; return the exit code."""
    parser = command_parser("home", _ABOUT, _EXAMPLES)
    print(home_of(parser.parse_args(arguments)))
    return 0

"""What runs a notebook's cells for `hyperlocal run`: IPython, in a process of its own."""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["main"]

_WRONG_USE = 2


def main(path: str) -> int:
    """Run the code cells in order, up to the first that fails; return an exit code.

    As under Jupyter, the working directory is the notebook's folder, and modules beside it can be
    imported.
    """
    try:
        import nbformat
        from IPython.terminal.interactiveshell import TerminalInteractiveShell
        from traitlets.config import Config
    except ModuleNotFoundError as error:
        return _complain(
            f"a notebook needs {error.name}, which is not installed: "
            "pip install 'hyperlocal[notebook]'"
        )
    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception as error:  # nbformat has many, for many kinds of broken files
        return _complain(f"{path!r} cannot be read as a notebook: {error}")
    folder = os.path.dirname(os.path.abspath(path))
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv = [path]
    settings = Config({"HistoryManager": {"enabled": False}})
    shell: Any = TerminalInteractiveShell.instance(config=settings)
    if not sys.stdout.isatty():
        shell.run_line_magic("colors", "NoColor")
    for number, cell in enumerate((c for c in cells if c.cell_type == "code"), 1):
        if not shell.run_cell(cell.source, store_history=True).success:
            sys.stdout.flush()
            print(
                f"hyperlocal run: code cell {number} of {path} failed; those after it were not "
                "run.",
                file=sys.stderr,
            )
            return 1
    return 0


def _complain(sentence: str) -> int:
    print(f"hyperlocal run: {sentence}", file=sys.stderr)
    return _WRONG_USE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

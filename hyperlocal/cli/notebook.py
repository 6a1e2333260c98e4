"""What runs a notebook's cells for `hyperlocal run`: IPython, in a process of its own."""

from __future__ import annotations

import os
import sys
from typing import Any

from hyperlocal.azureml.widgets import run_details

__all__ = ["main"]

_WRONG_USE = 2
_ENDS = ("Completed", "Failed", "Canceled")


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
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat has many, for many kinds of broken files
        return _complain(f"{path!r} cannot be read as a notebook: {error}")
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language.lower() != "python":
        return _complain(f"{path!r} is a notebook of {language}, and only Python is run")
    folder = os.path.dirname(os.path.abspath(path))
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.argv = [path]
    settings = Config({"HistoryManager": {"enabled": False}})
    shell: Any = TerminalInteractiveShell.instance(config=settings)
    shell.enable_gui = lambda gui=None: None  # nobody looks at windows
    if not sys.stdout.isatty():
        shell.run_line_magic("colors", "NoColor")
        shell.display_pub.clear_output = lambda wait=False: None
    run_details.shown = []
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(cells, 1):
        shell.execution_count = number  # as `hyperlocal check` counts them
        has_succeeded = shell.run_cell(cell.source, store_history=True).success
        _wait_for_shown()
        if not has_succeeded and "raises-exception" not in cell.metadata.get("tags", ()):
            sys.stdout.flush()
            print(
                f"hyperlocal run: code cell {number} of {path} failed; those after it were not "
                "run.",
                file=sys.stderr,
            )
            return 1
    return 0


def _wait_for_shown() -> None:
    """Wait for the runs that a cell has shown, as who reads a notebook does before the next."""
    runs, run_details.shown = run_details.shown or [], []
    for run in runs:
        if run.get_status() not in _ENDS:
            print(f"Waiting for run {run.id}, which RunDetails shows.", flush=True)
            run.wait_for_completion(raise_on_error=False)


def _complain(sentence: str) -> int:
    print(f"hyperlocal run: {sentence}", file=sys.stderr)
    return _WRONG_USE

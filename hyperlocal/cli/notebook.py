"""What runs a notebook's cells for `hyperlocal run`: IPython, in a process of its own."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._run_waiting import needs_this_process, tell_that_it_goes_on
from hyperlocal.azureml.exceptions import ExperimentExecutionException
from hyperlocal.azureml.widgets import run_details

if TYPE_CHECKING:
    from hyperlocal.cli.notebook_recorder import Recorder

__all__ = ["main"]

_FAILED = 1
_WRONG_USE = 2
_INTERRUPTED = 130  # as shells tell a process that Ctrl-C ended


def main(path: str, output: str | None = None) -> int:
    """Run the code cells in order, up to the first that fails; return an exit code.

    Args:
        path: The notebook.
        output: Where the executed notebook is written; None for nowhere.

    As under Jupyter, the working directory is the notebook's folder, modules beside it can be
    imported, and a cell that shows a run does not wait for it. Runs that were shown and that no
    cell has waited for are waited for after the last cell, as whoever reads a notebook does.
    """
    try:
        import nbformat

        from hyperlocal.cli import notebook_shell  # noqa: F401  # here, where its lack is told
    except ModuleNotFoundError as error:
        return _complain(
            f"a notebook needs {error.name}, which is not installed: "
            "pip install 'hyperlocal[notebook]'"
        )
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat has many, for many kinds of broken files
        return _complain(f"{path!r} cannot be read as a notebook: {error}")
    wrong = _what_is_wrong(notebook)
    if wrong is not None:
        return _complain(f"{path!r} cannot be read as a notebook: {wrong}")
    language = str(_item(_item(notebook.get("metadata"), "kernelspec"), "language") or "python")
    if language.lower() != "python":
        return _complain(f"{path!r} is a notebook of {language}, and only Python is run")
    folder = os.path.dirname(os.path.abspath(path))
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.argv = [path]
    if output is None:
        return _run(notebook, path, None)
    return _run_recorded(notebook, path, output)


def _run_recorded(notebook: Any, path: str, output: str) -> int:
    """Run the cells and write the executed notebook; return an exit code."""
    from hyperlocal.cli.notebook_recorder import Recorder, obstacle_to_writing

    obstacle = obstacle_to_writing(output)
    if obstacle is not None:
        return _complain(obstacle)
    recorder, code = Recorder(notebook, output), _FAILED
    try:
        with recorder.recording():
            code = _run(notebook, path, recorder)
    except OSError as error:
        print(
            f"hyperlocal run: the executed notebook {output!r} cannot be written: "
            f"{error.strerror or error}",
            file=sys.stderr,
        )
        return code or _FAILED
    print(f"Executed notebook: {output}", flush=True)
    return code


def _run(notebook: Any, path: str, recorder: Recorder | None) -> int:
    """Run the cells, and wait for the runs that they have shown; return an exit code."""
    from hyperlocal.cli.notebook_shell import start_shell

    run_details.shown = []
    with start_shell(path, recorder) as shell:
        code = _run_cells(shell, notebook, path, recorder)
    shown = list({run.id: run for run in run_details.shown}.values())
    try:
        if code:
            _tell_that_they_go_on(shown)
            return code
        return _wait_for(shown)
    finally:
        for run in shown:
            run_details.refresh(run.id)


def _run_cells(shell: Any, notebook: Any, path: str, recorder: Recorder | None) -> int:
    """Run the cells up to the first that fails; return an exit code."""
    cells = [cell for cell in notebook.cells if cell.get("cell_type") == "code"]
    for number, cell in enumerate(cells, 1):
        shell.execution_count = shell.cell_number = number  # as `hyperlocal check` counts them
        if not cell.source.strip():
            continue
        print(f"--- code cell {number} of {len(cells)} ---", flush=True)
        with nullcontext() if recorder is None else recorder.cell(cell, number):
            result = shell.run_cell(cell.source, store_history=True)
            sys.stdout.flush()
        if result.success:
            continue
        is_interrupted = _is_ctrl_c(result.error_in_exec)
        if is_interrupted or not _may_fail(cell):
            ended = "was interrupted" if is_interrupted else "failed"
            print(
                f"hyperlocal run: code cell {number} of {path} {ended}; those after it were not "
                "run.",
                file=sys.stderr,
            )
            return _INTERRUPTED if is_interrupted else _FAILED
    return 0


def _what_is_wrong(notebook: Any) -> str | None:
    """Return what a notebook lacks that nbformat read all the same; it only warns of that."""
    if not isinstance(notebook.get("cells"), list):
        return "there are no cells in it"
    for number, cell in enumerate(notebook.cells, 1):
        if not isinstance(cell, dict):
            return f"its cell {number} is no object"
        if cell.get("cell_type") == "code" and not isinstance(cell.get("source"), str):
            return f"the source of its cell {number} is no text"
    return None


def _item(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _may_fail(cell: Any) -> bool:
    tags = _item(cell.get("metadata"), "tags")
    return isinstance(tags, list) and "raises-exception" in tags


def _wait_for(runs: list[Any]) -> int:
    """Wait for the runs that go on, and show what happens meanwhile; return an exit code."""
    for index, run in enumerate(runs):
        record = run._fetch()
        if record.status.is_terminal or needs_this_process(run._history, record):
            continue
        print(f"--- waiting for run {run.id}, which RunDetails shows ---", flush=True)
        try:
            run.wait_for_completion(show_output=True, raise_on_error=False)
        except KeyboardInterrupt:  # of a pipeline: it has been told
            _tell_that_they_go_on(runs[index + 1 :])
            return _INTERRUPTED
        except ExperimentExecutionException as error:
            print(f"\n{error.message}", file=sys.stderr, flush=True)
            _tell_that_they_go_on(runs[index + 1 :])
            return _INTERRUPTED
    return 0


def _tell_that_they_go_on(runs: list[Any]) -> None:
    for run in runs:
        tell_that_it_goes_on(run._history, run.id)


def _is_ctrl_c(error: BaseException | None) -> bool:
    # What waits and shows output turns it into an exception of the SDK's.
    return isinstance(error, KeyboardInterrupt) or isinstance(
        getattr(error, "__context__", None), KeyboardInterrupt
    )


def _complain(sentence: str) -> int:
    print(f"hyperlocal run: {sentence}", file=sys.stderr)
    return _WRONG_USE

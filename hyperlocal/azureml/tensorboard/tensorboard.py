"""A TensorBoard that shows what runs write below `logs/`, while they run and afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.run import Run
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.reading import shown
from hyperlocal.services.advice import warn_caller

if TYPE_CHECKING:
    from hyperlocal.engine.board import Board
    from hyperlocal.engine.log_copies import LogCopies

__all__ = ["Tensorboard"]


__getattr__ = _placeholders.lacking(__name__)


class Tensorboard(_placeholders.Emulated):
    """TensorBoard over the logs of runs.

    Args:
        runs: The runs, or one; those below them are not shown. With an empty list, what lies in
            `local_root` is shown.
        local_root: Where copies of their logs are kept; by default in a temporary folder, which
            `stop()` removes.
        port: Where it listens; 0 for any port that is free.
        use_display_name: Whether folders bear the names of runs, above their ids.

    Differs:
        It ends with the script at the latest. `start` again returns the address again.
    """

    def __init__(
        self, runs: Any, local_root: Any = None, port: Any = 6006, use_display_name: Any = False
    ) -> None:
        self._runs = list(runs) if isinstance(runs, (list, tuple)) else [runs]
        self._local_root: str | None = None if local_root is None else os.path.abspath(local_root)
        self._port = port
        self._use_display_name = use_display_name
        self._board: Board | None = None
        self._copies: LogCopies | None = None
        self._folder: str | None = None
        self._url = ""

    def start(self, start_browser: Any = False) -> str:
        """Start TensorBoard, and return its address, which is printed too.

        Args:
            start_browser: Whether to open it in the browser.

        Raises:
            UserErrorException: What was given is no run, or no port.
            ToolError: TensorBoard is not installed, or does not start.
        """
        if self._board is None:
            self._url = self._serve()
        print(self._url)
        if start_browser:
            import webbrowser

            webbrowser.open(self._url)
        return self._url

    def stop(self) -> None:
        """End TensorBoard; nothing happens if it does not run."""
        board, self._board = self._board, None
        if board is not None:
            board.stop()
        copies, self._copies = self._copies, None
        if copies is not None:
            copies.stop()
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _serve(self) -> str:
        import atexit

        from hyperlocal.engine.board import Board
        from hyperlocal.engine.log_copies import LogCopies

        runs = {self._name_of(run): run._history.folder(run.id) for run in self._runs}
        port = _port(self._port)
        folder = self._place()
        self._board, self._copies = Board(folder, port), LogCopies(folder, runs)
        atexit.register(self.stop)
        try:
            self._copies.start()
            return self._board.start()
        except BaseException:
            self.stop()
            raise

    def _name_of(self, run: Any) -> str:
        if not isinstance(run, Run):
            raise UserErrorException(
                f"Tensorboard was given {shown(run)}, but shows only runs of an experiment, in a "
                "list. With an empty list it shows what lies in local_root."
            )
        name = run.display_name if self._use_display_name else None
        return os.path.join(_as_folder(name), run.id) if name else run.id

    def _place(self) -> str:
        if self._local_root is None:
            self._folder = folder = tempfile.mkdtemp(prefix="tensorboard-")
            if not self._runs:
                warn_caller(
                    "Tensorboard was given neither runs nor local_root: there is nothing to show."
                )
            return folder
        os.makedirs(self._local_root, exist_ok=True)
        return self._local_root


def _as_folder(name: str) -> str:
    parts: list[str] = [part for part in name.split("/") if part not in ("", ".", "..")]
    return "_".join(parts) or "_"


def _port(port: Any) -> int:
    try:
        number = int(port)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number < 1 << 16:
        raise UserErrorException(
            f"Tensorboard cannot listen at port {shown(port)}: it is a number from 0 to 65535, "
            "0 for any that is free."
        )
    return number

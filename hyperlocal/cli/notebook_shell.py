"""The IPython in which `hyperlocal run` runs a notebook's cells.

What it has beyond IPython's own: shell commands of cells find the Python that runs the notebook,
and figures become files, since nobody looks at windows.
"""

from __future__ import annotations

import base64
import os
import re
import shlex
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.terminal.interactiveshell import TerminalInteractiveShell
from traitlets.config import Config

from hyperlocal.cli import notebook_pip
from hyperlocal.history.home import locate_home

if TYPE_CHECKING:
    from hyperlocal.cli.notebook_recorder import Recorder

__all__ = ["start_shell"]

_INLINE = "module://matplotlib_inline.backend_inline"
_IMAGES = {"image/png": ".png", "image/jpeg": ".jpg", "image/svg+xml": ".svg"}


@contextmanager
def start_shell(path: str, recorder: Recorder | None = None) -> Iterator[Any]:
    """Start the shell of this process, for the notebook at a path.

    Args:
        path: The notebook.
        recorder: Takes down what its cells put out.
    """
    settings = Config({"HistoryManager": {"enabled": False}})
    shell: Any = _Shell.instance(config=settings)
    shell.enable_gui = lambda gui=None: None  # nobody looks at windows
    is_terminal = sys.stdout.isatty() if recorder is None else recorder.streams.is_terminal
    if not is_terminal:
        shell.run_line_magic("colors", "NoColor")
        shell.display_pub.clear_output = lambda wait=False: None
    with tempfile.TemporaryDirectory(prefix="hyperlocal-") as commands:
        _write_commands(Path(commands))
        shell.own_commands = commands
        _let_scripts_find(shell)
        os.environ.setdefault("MPLBACKEND", _INLINE)  # as Jupyter's kernel does
        _Figures(shell, path).take_over()
        if recorder is not None:
            _record(shell, recorder)
        yield shell


class _Shell(TerminalInteractiveShell):  # type: ignore[misc]  # IPython is not typed here
    """A shell whose commands find `python` and `pip` of this very Python, wherever PATH leads."""

    cell_number = 0
    own_commands = ""
    recorder: Recorder | None = None
    _is_command = False

    def system(self, cmd: str) -> None:
        """Run a `!command`."""
        with self.finding_own_python(), warnings.catch_warnings():
            # IPython's warning that `!pip` may be another Python's.
            warnings.filterwarnings("ignore", "You executed the system command")
            self.system_raw(cmd)

    def getoutput(self, cmd: str, *args: Any, **options: Any) -> Any:
        """Run a `name = !command`."""
        with self.finding_own_python():
            return super().getoutput(cmd, *args, **options)

    def var_expand(self, cmd: str, depth: int = 0, *args: Any, **options: Any) -> Any:
        """Put values of the cell's variables into a command, and this pip in place of any."""
        # The frames of this method, and of the one above, stand between IPython and the cell.
        more = 2 if self._is_command else 1
        expanded = super().var_expand(cmd, depth + more, *args, **options)
        if not self._is_command:
            return expanded
        return _OWN_PIP.sub(
            lambda _: shlex.quote(os.path.join(self.own_commands, "pip")), expanded
        )

    @contextmanager
    def finding_own_python(self) -> Iterator[None]:
        """Have the commands of this Python found first; only now, since trials inherit PATH."""
        before = os.environ.get("PATH")
        os.environ["PATH"] = os.pathsep.join(filter(None, (self.own_commands, before)))
        self._is_command = True
        try:
            yield
        finally:
            self._is_command = False
            if before is None:
                del os.environ["PATH"]
            else:
                os.environ["PATH"] = before


# `%pip` and `!{sys.executable} -m pip` name the interpreter.
_OWN_PIP = re.compile(rf"""(['"]?){re.escape(sys.executable)}\1\s+-m\s+pip(?![\w.-])""")


def _write_commands(folder: Path) -> None:
    """Write `python` and `pip`, under the names that notebooks use."""
    pip = [sys.executable, "-I", os.path.abspath(notebook_pip.__file__), os.fspath(folder)]
    for name in ("python", "python3", "pip", "pip3"):
        is_pip = name.startswith("pip")
        if os.name == "nt":
            text = _batch(pip if is_pip else [sys.executable])
            (folder / f"{name}.cmd").write_text(text, encoding="utf-8")
            continue
        text = f'exec {shlex.join(pip)} "$@"\n'
        if not is_pip:
            text = (
                f'if [ "$1" = -m ] && [ "$2" = pip ]; then shift 2; {text.strip()}; fi\n'
                f'exec {shlex.quote(sys.executable)} "$@"\n'
            )
        (folder / name).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
        (folder / name).chmod(0o755)


def _batch(words: list[str]) -> str:
    import subprocess

    return f"@{subprocess.list2cmdline(words)} %*\n"


def _let_scripts_find(shell: Any) -> None:
    """Have cells of other languages, `%%bash` for instance, find the same commands."""
    scripts = shell.magics_manager.registry["ScriptMagics"]
    run_script: Callable[..., Any] = scripts.shebang

    @wraps(run_script)  # which also has the parser of its arguments
    def shebang(line: str, cell: str) -> Any:
        with shell.finding_own_python():
            return run_script(line, cell)

    scripts.shebang = shebang
    shell.register_magic_function(shebang, "cell", "script")


def _record(shell: Any, recorder: Recorder) -> None:
    """Have what cells show, return and fail with recorded; the terminal shows it as ever."""
    shell.recorder = recorder
    shell.display_formatter.active_types = shell.display_formatter.format_types
    hook, publisher = shell.displayhook, shell.display_pub
    publish, write_value, show_error = (
        publisher.publish,
        hook.write_format_data,
        shell._showtraceback,
    )

    def published(data: Mapping[str, Any], *args: Any, **options: Any) -> None:
        recorder.show(data, *args, **options)
        if not options.get("update"):
            with recorder.streams.only_shown():
                publish(data, *args, **options)

    def written(data: Mapping[str, Any], *args: Any, **options: Any) -> None:
        recorder.give(data, *args, **options)
        with recorder.streams.only_shown():
            write_value(data, *args, **options)

    def failed(error: Any, value: Any, lines: list[str]) -> None:
        recorder.fail(error, value, lines)
        with recorder.streams.only_shown():
            show_error(error, value, lines)

    publisher.publish, publisher.clear_output = published, recorder.clear
    hook.write_format_data, shell._showtraceback = written, failed
    for name in ("write_output_prompt", "finish_displayhook"):
        setattr(hook, name, _only_shown(getattr(hook, name), recorder))


def _only_shown(write: Callable[[], None], recorder: Recorder) -> Callable[[], None]:
    @wraps(write)
    def written() -> None:
        with recorder.streams.only_shown():
            write()

    return written


class _Figures:
    """Writes the pictures that cells show into files of the home, and names them."""

    def __init__(self, shell: Any, path: str) -> None:
        self._shell = shell
        started = time.strftime("%Y%m%d-%H%M%S")
        self._folder = Path(locate_home(), "figures", f"{Path(path).stem}-{started}")
        self._shown_last = (0, 0)

    def take_over(self) -> None:
        """Be given the pictures that cells show, and those that are their values."""
        shell = self._shell
        shell.display_formatter.active_types = ["text/plain", *_IMAGES]
        publish, write_value = shell.display_pub.publish, shell.displayhook.write_format_data

        def published(data: Mapping[str, Any], *args: Any, **options: Any) -> None:
            if not self._write(data):
                publish(data, *args, **options)

        def written(data: Mapping[str, Any], *args: Any, **options: Any) -> None:
            write_value(data, *args, **options)
            self._write(data)

        shell.display_pub.publish = published
        shell.displayhook.write_format_data = written

    def _write(self, data: Mapping[str, Any]) -> bool:
        """Write the picture in what is shown, if there is one; return whether there was."""
        kind = next((kind for kind in _IMAGES if data.get(kind)), None)
        if kind is None:
            return False
        cell, number = self._shell.cell_number, 1
        if self._shown_last[0] == cell:
            number += self._shown_last[1]
        self._shown_last = (cell, number)
        file = self._folder / f"cell-{cell}-{number}{_IMAGES[kind]}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_bytes_of(data[kind], is_text=kind == "image/svg+xml"))
        print(f"Figure: {file}", flush=True)
        return True


def _bytes_of(picture: str | bytes, *, is_text: bool) -> bytes:
    if isinstance(picture, bytes):
        return picture
    return picture.encode() if is_text else base64.b64decode(picture)

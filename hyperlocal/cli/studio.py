"""`hyperlocal studio`: the runs of this home in a browser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from urllib.parse import quote

from hyperlocal.cli.lookup import command_parser, find_run, home_of, open_history
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.store import History

__all__ = ["main"]

_NEEDED = ("dash", "dash_ag_grid", "waitress")
_MOST_PORT = 65535

_ABOUT = """Open the studio: web pages that show the runs of this home while they run and
ever after, with charts, tables, logs and files. It listens on this machine only,
and needs no network. Ctrl-C ends it, and no run.

If the studio of this home runs already, that one is opened."""

_EXAMPLES = """  hyperlocal studio
  hyperlocal studio HD_1a2b              # the page of a run
  hyperlocal studio --port 9000 --no-browser"""


def main(arguments: Sequence[str]) -> int:
    """Serve the studio until Ctrl-C; return the exit code."""
    parser = command_parser("studio", _ABOUT, _EXAMPLES)
    parser.add_argument("run", metavar="RUN", nargs="?", help="id of a run, or its beginning")
    parser.add_argument(
        "--port", type=int, help="where to listen (default: 8642, or the next free port)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args(arguments)
    if options.port is not None and not 0 <= options.port <= _MOST_PORT:
        parser.error(f"--port is {options.port}, but must be from 0 to {_MOST_PORT}")
    _need_parts()

    from hyperlocal.studio.server import entry_url, is_running, serving, work

    # There may be no runs yet: they appear as they start.
    history = _history(options)
    path = "/"
    if options.run is not None:
        path = f"/runs/{quote(find_run(history, options.run).run_id)}"
    running = is_running(history.home)
    if running is not None:
        print(f"The studio of {history.home} runs already: {entry_url(running, path)}")
        _show(entry_url(running, path), options.no_browser)
        return 0
    with serving(history, options.port) as (key, state):
        print(f"The studio of {history.home}: {entry_url(key, path)}\nCtrl-C ends it.", flush=True)
        _show(entry_url(key, path), options.no_browser)
        try:
            work(state)
        except KeyboardInterrupt:
            print("\nThe studio has ended; runs go on.")
    return 0


def _history(options: argparse.Namespace) -> History:
    history = History.open(home_of(options))
    if options.run is None:
        return history
    history.close()
    return open_history(options)  # which says that there are no runs


def _need_parts() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise HyperlocalError(
            f"The studio needs {', '.join(missing)}, which this Python ({sys.executable}) does "
            "not have. Install it with: pip install 'hyperlocal[studio]'"
        )


def _show(url: str, is_unwanted: bool) -> None:
    if is_unwanted:
        return
    import threading
    import webbrowser

    # A browser of the terminal would keep it until it is closed.
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

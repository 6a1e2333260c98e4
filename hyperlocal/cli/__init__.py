"""The command line: one file a command, imported only when it is called."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COMMANDS = {
    "run": "run a script that was written for Azure ML, here and unmodified",
    "check": "say what of a project will work, without running it",
    "list": "list the runs of this home, newest first",
    "show": "show one run: status, settings, trials, best, reasons",
    "watch": "watch a run until it ends",
    "logs": "print a run's log, or follow it",
    "cancel": "cancel a run",
    "resume": "let a sweep that was interrupted go on",
    "whatif": "replay a sweep under other policies, samplings and concurrency",
    "doctor": "look for what is wrong with runs, and say what to do",
    "data": "say which local files stand for URLs and datasets",
    "compute": "say which clusters there are",
    "home": "print where runs are kept",
}

_USAGE = "usage: hyperlocal [-h] [--version] COMMAND ..."
_INTERRUPTED = 130  # what shells report of a command that Ctrl-C ended
_BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv`, or the command line, names; return the exit code.

    0 is success, 1 an error that was told on standard error, 2 a wrong command line.
    """
    if argv is None:
        _leave_out_the_working_folder()
    arguments = [*(sys.argv[1:] if argv is None else argv)]  # `list` is a command of ours
    if not arguments or arguments[0] not in _COMMANDS:
        return _without_command(arguments)
    from importlib import import_module

    _accept_any_text()
    try:
        code: int = import_module(f"hyperlocal.cli.{arguments[0]}").main(arguments[1:])
        if sys.stdout is not None:  # it was closed by who started this
            sys.stdout.flush()  # here, where a reader who has gone is no surprise
        return code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes once more at its end, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:
        from hyperlocal.errors import HyperlocalError

        if not isinstance(error, (HyperlocalError, OSError)):
            raise
        print(f"hyperlocal {arguments[0]}: {error}", file=sys.stderr)
        return 1
    finally:
        lookup = sys.modules.get("hyperlocal.cli.lookup")
        if lookup is not None:
            lookup.tell_damage()


def _accept_any_text() -> None:
    """Let standard output take whatever a history or a path holds.

    Bytes of a path that are no text come out as they are, other halves of characters escaped.
    """
    import codecs

    def stand_in(error: UnicodeError) -> tuple[str | bytes, int]:
        try:
            return codecs.lookup_error("surrogateescape")(error)
        except UnicodeError:
            return codecs.backslashreplace_errors(error)

    codecs.register_error("hyperlocal", stand_in)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="hyperlocal")


def _leave_out_the_working_folder() -> None:
    """Find no modules in the folder that this command works on, which is a user's.

    `python -m` would find a project's own pandas.py before pandas. Scripts that are started from
    here have interpreters of their own, and find what they find without this command.
    """
    try:
        here = os.path.realpath(os.getcwd())
    except FileNotFoundError:  # it is gone, and so are its modules
        return
    sys.path[:] = [place for place in sys.path if place and os.path.realpath(place) != here]


def _without_command(arguments: list[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help", "help"):
        print(_help())
        return 0
    if first in ("-V", "--version"):
        from hyperlocal import __version__

        print(f"hyperlocal {__version__}")
        return 0
    kind = "option" if first.startswith("-") else "command"
    print(
        f"{_USAGE}\nhyperlocal: there is no {kind} {first!r}.{_guess(first)} "
        "`hyperlocal --help` shows what there is.",
        file=sys.stderr,
    )
    return 2


def _guess(word: str) -> str:
    if word.endswith(".py"):
        return f" Did you mean `hyperlocal run {word}`?"
    from difflib import get_close_matches

    close = get_close_matches(word, _COMMANDS, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _help() -> str:
    commands = "\n".join(f"  {name:<8}{meaning}" for name, meaning in _COMMANDS.items())
    return f"""{_USAGE}

Azure Machine Learning HyperDrive sweeps on this machine, offline and in parallel.

commands:
{commands}

options:
  -h, --help     show this help; `hyperlocal COMMAND --help` shows a command's
  -V, --version  show the version

examples:
  hyperlocal check .                # what of this project will work
  hyperlocal run driver.py          # a script that submits a sweep, as for the cloud
  hyperlocal list                   # what ran
  hyperlocal show HD_1a2b           # an id may be abbreviated
  hyperlocal show HD_1a2b_7         # its trial 7
  hyperlocal logs HD_1a2b_7 -f      # what trial 7 prints, while it runs

Runs are kept in $HYPERLOCAL_HOME, else in the nearest folder .hyperlocal from
here upwards, else in a new one here."""

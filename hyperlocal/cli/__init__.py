"""The command line: one file a command, imported only when it is called."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["main"]

_COMMANDS = {
    "run": "run a script that was written for Azure ML, here and unmodified",
    "check": "say what of a project will work, without running it",
    "list": "list the runs of this home, newest first",
    "show": "show one run: status, settings, trials, best, reasons",
    "watch": "watch a run until it ends",
    "studio": "open the runs of this home in a browser, live",
    "logs": "print a run's log, or follow it",
    "report": "write a run to one page to send to somebody, or its data to a file",
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
_ANY_TEXT = "hyperlocal.any_text"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv`, or the command line, names; return the exit code.

    0 is success, 1 an error that was told on standard error, 2 a wrong command line. It can be
    called again and again.
    """
    if argv is None:
        _leave_out_the_working_folder()
    # Not by `list(...)`: in here that is the command, once its module has been imported.
    arguments = [*(sys.argv[1:] if argv is None else argv)]
    with _any_text():
        if not arguments or arguments[0] not in _COMMANDS:
            return _without_command(arguments)
        try:
            return _call(arguments)
        except KeyboardInterrupt:
            return _INTERRUPTED
        except BrokenPipeError:
            # The interpreter flushes once more at its end, and would complain then.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _BROKEN_PIPE
        except Exception as error:
            if not _is_expected(error):
                raise
            print(f"hyperlocal {arguments[0]}: {_sentence(error)}", file=sys.stderr)
            return 1
        finally:
            lookup = sys.modules.get("hyperlocal.cli.lookup")
            if lookup is not None:
                lookup.tell_damage()


def _call(arguments: list[str]) -> int:
    from importlib import import_module

    for argument in arguments:
        if not _can_be_given(argument):
            print(
                f"hyperlocal {arguments[0]}: {argument!r} holds a NUL character or half of a "
                "surrogate pair, which no command can be given.",
                file=sys.stderr,
            )
            return 2
    try:
        code: int = import_module(f"hyperlocal.cli.{arguments[0]}").main(arguments[1:])
    except SystemExit as end:  # of the parser of arguments: help, or a wrong command line
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    if sys.stdout is not None:  # it was closed by who started this
        sys.stdout.flush()  # here, where a reader who has gone is no surprise
    return code


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


def _can_be_given(argument: str) -> bool:
    try:
        return b"\0" not in os.fsencode(argument)
    except UnicodeEncodeError:
        return False


def _is_expected(error: Exception) -> bool:
    """Tell whether an error is a sentence for the user: ours, the SDK's, or the system's."""
    from hyperlocal.errors import HyperlocalError

    if isinstance(error, (HyperlocalError, OSError)):
        return True
    # Of the face only if it was loaded: whoever raises its exceptions has them.
    face = sys.modules.get("hyperlocal.azureml.exceptions")
    return face is not None and isinstance(error, face.AzureMLException)


def _sentence(error: Exception) -> str:
    message = getattr(error, "message", None)
    return message if isinstance(message, str) else str(error)


@contextmanager
def _any_text() -> Iterator[None]:
    """Let standard output take whatever is printed: names of files can be any bytes.

    These go out as they are, and what else the output's encoding does not have as an escape.
    """
    stream = sys.stdout
    before = getattr(stream, "errors", None)
    if before is None or not hasattr(stream, "reconfigure"):
        yield
        return
    import codecs

    codecs.register_error(_ANY_TEXT, _bytes_or_escapes)
    stream.reconfigure(errors=_ANY_TEXT)
    try:
        yield
    finally:
        if not getattr(stream, "closed", False):
            stream.reconfigure(errors=before)


def _bytes_or_escapes(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return b"".join(
        bytes([ord(sign) - 0xDC00])
        if 0xDC80 <= ord(sign) <= 0xDCFF
        else sign.encode("ascii", "backslashreplace")
        for sign in signs
    ), error.end


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

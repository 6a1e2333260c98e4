"""Cases: one thing that somebody might do, tried under a deadline, and what came of it.

A case passes if what was done ended as it may: a command with a code of 0, 1 or 2 and a sentence
if that is not 0, a call of the SDK's face with a result or one of its exceptions. It fails over
any other exception, over a deadline, and over memory.
"""

import contextlib
import io
import os
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Case", "Failure", "Said", "command", "limit_memory", "tried"]

DEADLINE_S = 60.0  # of one that waits, on a machine with much else to do
_BUSY_S = 8.0  # of processor time, of one that does not
_MEMORY = 3 << 30
_CODES = (0, 1, 2)


@dataclass
class Case:
    """What is done, in words that say how to do it again, and the doing."""

    told: str
    act: Callable[[], object]
    allowed: tuple[type[BaseException], ...] = ()


@dataclass
class Failure:
    """What should not have come of a case."""

    surface: str
    number: int
    kind: str
    told: str
    trace: str

    def __str__(self):
        return f"{self.surface} {self.number}: {self.kind}\n{self.told}\n{self.trace}"


class Overran(BaseException):
    """The deadline has come."""


class NotSaid(AssertionError):
    """A command ended otherwise than commands do."""


def tried(case):
    """Do what a case says.

    Returns:
        "done", "refused", or the kind of what went wrong; and of that the traceback.
    """
    _set_alarms(DEADLINE_S, _BUSY_S)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = case.act()
    except case.allowed:
        return "refused", ""
    except BaseException as error:
        _set_alarms(0, 0)
        if isinstance(error, KeyboardInterrupt):
            raise
        return _kind(error), _trace(error)
    finally:
        _set_alarms(0, 0)
    return ("refused" if isinstance(said, Said) and said.code else "done"), ""


def _set_alarms(waiting_s, busy_s):
    for number, timer, seconds in (
        (signal.SIGALRM, signal.ITIMER_REAL, waiting_s),
        (signal.SIGPROF, signal.ITIMER_PROF, busy_s),
    ):
        signal.setitimer(timer, 0)
        signal.signal(number, _overrun)
        signal.setitimer(timer, seconds)


def _overrun(*_):
    raise Overran


def _kind(error):
    """Return what tells this kind of failure from others: the error, and where in our code."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f"{os.sep}hyperlocal{os.sep}" in f.filename]
    where = ours[-1] if ours else frames[-1]
    name = os.path.relpath(where.filename)
    if isinstance(error, NotSaid):
        return f"{type(error).__name__} {error}".splitlines()[0][:160]
    return f"{type(error).__name__} in {name}:{where.name}"


def _trace(error):
    try:
        lines = traceback.format_exception(type(error), error, error.__traceback__)
    except Exception:  # its text cannot be had
        lines = traceback.format_tb(error.__traceback__)
    text = "".join(lines)
    return text if len(text) < 6000 else f"{text[:1500]}\n...\n{text[-3000:]}"


def limit_memory():
    """Let this process have so much memory and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@dataclass
class Said:
    """How a command ended."""

    code: object
    out: str
    err: str
    words: list[str] = field(default_factory=list)


def command(words, folder, variables):
    """Run a command in this process, in a folder and with variables; check how it ended.

    Standard output is as strict as that of a process in a pipe.
    """
    from hyperlocal.cli import main

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    before, folder_before = dict(os.environ), os.getcwd()
    os.chdir(folder)
    os.environ.update(variables)
    changed = _ours()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
        if _ours() != changed:
            raise NotSaid("the command left changed variables behind")
    finally:
        os.environ.clear()
        os.environ.update(before)
        os.chdir(folder_before)
        _forget_connections()
    for stream in (out, err):
        stream.flush()
    said = Said(code, *(_text(stream) for stream in (out, err)), words)
    check_end(said)
    return said


def check_end(said):
    """Raise if a command ended otherwise than commands do."""
    if said.code not in _CODES:
        raise NotSaid(f"code {said.code!r}\n{said.err[-2000:]}")
    if said.code and not (said.out + said.err).strip():
        raise NotSaid(f"code {said.code!r} and not a word")
    if "Traceback (most recent" in said.err:
        raise NotSaid(f"a traceback:\n{said.err[-2000:]}")


def _text(stream):
    return stream.buffer.getvalue().decode("utf-8", "replace")


def _ours():
    """Return the variables that are ours; libraries that are imported have some of their own."""
    return {k: v for k, v in os.environ.items() if k.startswith(("HYPERLOCAL", "AZUREML"))}


def _forget_connections():
    from hyperlocal.services import connection

    while connection._open:
        connection._open.popitem()[1].close()


def in_words(value):
    """Return a value as it can be typed again, however strange, and not too long."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<no repr: {type(error).__name__}>"
    return text if len(text) < 1500 else f"{text[:1000]}... ({len(text)} characters)"


def complain(text):
    print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr, flush=True)

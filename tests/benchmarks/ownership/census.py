"""Census: which processes there are of a home, by what the system tells, and what each of them is.

Nothing is asked of the engine. What belongs to a home is told by a variable that everything
inherits; a controller by its command line; a fork of it by the place of its stack, which the
system chooses anew whenever a program is executed, and only then.
"""

import collections
import os
import re
from typing import NamedTuple

__all__ = ["MARKER", "Census", "Seen"]

MARKER = "HYPERLOCAL_STORM"
_RUN = b"HYPERLOCAL_RUN_ID="
_RUN_ID = re.compile("(HD_)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_YOUNG_S = 2.0
_TICKS = os.sysconf("SC_CLK_TCK")
_STATE, _PARENT, _SESSION, _STARTED, _STACK = 0, 1, 3, 19, 25


class Seen(NamedTuple):
    """A process of the home.

    Attributes:
        pid: Its number in the harness's namespace.
        role: controller, watchdog, host, trial or other.
        run_id: The run that it works for.
        state: As in `/proc`: R, S, D, T, ...
        identity: What no other process has, and what is the same in all namespaces.
    """

    pid: int
    role: str
    run_id: str
    state: str
    identity: str


class Census:
    """Counts the processes of a home, again and again."""

    def __init__(self, marker):
        self._wanted = f"{MARKER}={marker}".encode()
        self._strangers = set()  # which have been looked at when they were not young any more

    def take(self):
        """Return the living processes of the home; what the harness itself forked is not seen."""
        with open("/proc/uptime") as file:
            up = float(file.read().split()[0])
        found, engines, strangers = [], collections.defaultdict(dict), set()
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                stat = _stat(name)
                key = (name, stat[_STARTED])
                environ = None if key in self._strangers else self._environ(name, stat)
                if environ is None:
                    if up - int(stat[_STARTED]) / _TICKS > _YOUNG_S:
                        strangers.add(key)
                    continue
                words = _read(name, "cmdline").decode(errors="replace").split("\0")
            except (OSError, IndexError):  # it has gone
                continue
            if any("hyperlocal.engine" in word for word in words):
                engines[stat[_STACK]][int(name)] = stat, next(filter(_RUN_ID.fullmatch, words), "")
            else:
                found.append(_seen(name, stat, *_role(environ)))
        self._strangers = strangers
        for forks in engines.values():
            for pid, (stat, run_id) in forks.items():
                found.append(_seen(pid, stat, _role_in_engine(pid, stat, forks), run_id))
        return found

    def _environ(self, name, stat):
        if stat[_STATE] in "ZX":
            return None
        variables = _read(name, "environ").split(b"\0")
        return variables if self._wanted in variables else None


def _role(variables):
    run_id = next((v[len(_RUN) :].decode() for v in variables if v.startswith(_RUN)), "")
    if not run_id.startswith("HD_"):
        return "other", run_id
    return ("trial" if run_id.count("_") == 2 else "host"), run_id


def _role_in_engine(pid, stat, forks):
    """Tell a controller from its watchdog and from what it is just about to execute.

    A controller leads a session before it is executed. A watchdog is a fork of it, which stands
    in `/` as soon as it has a session of its own.
    """
    try:
        is_guardian = os.readlink(f"/proc/{pid}/cwd") == "/"
    except OSError:
        return "other"
    if is_guardian:
        return "watchdog"
    is_fork = int(stat[_PARENT]) in forks or int(stat[_SESSION]) != pid
    return "other" if is_fork else "controller"


def _seen(pid, stat, role, run_id):
    return Seen(int(pid), role, run_id, stat[_STATE], f"{stat[_STARTED]}.{stat[_STACK]}")


def _stat(name):
    """Return the fields of `/proc/N/stat` from the third on."""
    return _read(name, "stat").decode(errors="replace").rpartition(")")[2].split()


def _read(name, what):
    with open(f"/proc/{name}/{what}", "rb") as file:
        return file.read()

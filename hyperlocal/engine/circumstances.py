"""Circumstances: what trials get from the process that started their sweep.

Whoever lets the sweep go on may be somewhere else: another shell, another virtual environment. Its
trials are started as the first ones were, so what decides how they are is recorded when the sweep
is first started. Of all other variables a few bits of a hash are: enough to notice that one has
another value, too few to guess it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from hyperlocal.domain.secrecy import is_secret_name
from hyperlocal.engine.capacity import PERMITS_VARIABLE
from hyperlocal.engine.invocation import HOME_VARIABLE, LIFE_VARIABLE, RUN_VARIABLE
from hyperlocal.engine.keeper import KEEPER_VARIABLE
from hyperlocal.engine.limits import cores
from hyperlocal.engine.passed_on import STRICT_VARIABLE, is_of_login
from hyperlocal.history.folder import CIRCUMSTANCES

__all__ = ["Circumstances"]

# What decides how trials are started and which code they find.
_DECISIVE = (
    *("CUDA_", "DYLD_", "GOMP_", "GOTO_", "HYPERLOCAL_", "KMP_", "LD_", "LOKY_", "MKL_"),
    *("BLIS_", "MPL", "NUMEXPR_", "OMP_", "OPENBLAS_", "PYTHON", "VECLIB_"),
)
_DECISIVE_NAMES = frozenset({"PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "TZ"})
_OF_THE_PROCESS = frozenset(
    {HOME_VARIABLE, RUN_VARIABLE, LIFE_VARIABLE, KEEPER_VARIABLE, PERMITS_VARIABLE}
)

# What differs between shells, terminals and editors, and means nothing to a trial.
_OF_SHELLS = (
    *("BASH_", "CONDA_", "DBUS_", "DESKTOP_", "GNOME_", "GPG_", "HIST", "INVOCATION_"),
    *("ITERM_", "JPY_", "JUPYTER", "KDE_", "KITTY_", "KONSOLE_", "LC_TERMINAL", "PROMPT"),
    *("PYTEST_", "SSH_", "SUDO_", "TERM", "TMUX", "VSCODE_", "VTE_", "WT_", "XDG_", "ZSH"),
)
_OF_SHELLS_NAMES = frozenset(
    {
        *("PWD", "OLDPWD", "SHLVL", "_", "COLORTERM", "WINDOWID", "COLUMNS", "LINES", "DISPLAY"),
        *("EDITOR", "FORCE_COLOR", "JOURNAL_STREAM", "LESS", "LS_COLORS", "MAIL", "NO_COLOR"),
        *("PAGER", "PS1", "PS2", "PS4", "SESSION_MANAGER", "SHELL", "STY", "VISUAL", "WINDOW"),
        *("WAYLAND_DISPLAY", "XAUTHORITY", "CLICOLOR", "CLICOLOR_FORCE"),
    }
)
_HASH_DIGITS = 4  # hexadecimal: one other value in 65,536 goes unnoticed


@dataclass(frozen=True)
class Circumstances:
    """What a sweep was first started with.

    Attributes:
        python: The interpreter of its controller, and of trials that name no other.
        package: The folder in which that found this package.
        cores: How many cores it could use, which trials share.
        umask: The rights that files of trials do not have.
        settings: The variables that decide how trials are started, with their values.
        salt: What goes into each hash.
        others: The names of all other variables, with some digits of a hash of their values.
    """

    python: str
    package: str
    cores: int
    umask: int
    settings: dict[str, str]
    salt: str
    others: dict[str, str]

    @classmethod
    def present(cls, package: str, environment: Mapping[str, str], salt: str) -> Circumstances:
        """Return those of a controller that this process is about to start.

        Args:
            package: The folder of this package.
            environment: The controller's variables.
            salt: Some text that other homes do not have.
        """
        return cls(
            python=sys.executable,
            package=package,
            cores=cores(environment),
            umask=_umask(),
            settings={name: text for name, text in environment.items() if _is_decisive(name)},
            salt=salt,
            others={
                name: _hash(salt, name, text)
                for name, text in environment.items()
                if _is_compared(name)
            },
        )

    @classmethod
    def read(cls, folder: Path) -> Circumstances | None:
        """Return what is recorded in a run's folder; None if it is nothing that can be used."""
        try:
            told = json.loads((folder / CIRCUMSTANCES).read_text(encoding="utf-8"))
            return cls(**told)
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Record this in a run's folder."""
        draft = folder / f".{CIRCUMSTANCES}"
        with suppress(FileNotFoundError):
            draft.unlink()
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
        os.replace(draft, folder / CIRCUMSTANCES)

    def interpreter(self) -> str:
        """Return the interpreter for a controller: the first one's, if it is still there."""
        return self.python if os.access(self.python, os.X_OK) else sys.executable

    def environment(self, present: Mapping[str, str]) -> dict[str, str]:
        """Return a controller's variables: what was recorded, and the rest of those at present."""
        rest = {name: text for name, text in present.items() if not _is_decisive(name)}
        return {**rest, **self.settings}

    def difference(self, present: Mapping[str, str], ignored: Collection[str] = ()) -> str | None:
        """Return in words which of the variables that are not recorded are others now.

        Args:
            present: The variables of who lets the sweep go on.
            ignored: Variables that trials get from elsewhere.
        """
        now = {name: text for name, text in present.items() if self._is_compared(name)}
        then = {name: told for name, told in self.others.items() if self._is_compared(name)}
        groups = {
            "changed": [n for n in now.keys() & then.keys() if self._differs(n, now[n])],
            "missing": then.keys() - now.keys(),
            "new": now.keys() - then.keys(),
        }
        parts = [
            f"{', '.join(names)} ({how})"
            for how, group in groups.items()
            if (names := sorted(set(group).difference(ignored)))
        ]
        return "; ".join(parts) or None

    def _is_compared(self, name: str) -> bool:
        # What trials do not get cannot make a difference to them.
        is_strict = self.settings.get(STRICT_VARIABLE) == "1"
        return _is_compared(name) and (not is_strict or is_of_login(name))

    def _differs(self, name: str, text: str) -> bool:
        return _hash(self.salt, name, text) != self.others[name]


def _is_decisive(name: str) -> bool:
    is_named = name in _DECISIVE_NAMES or name.startswith(_DECISIVE)
    return is_named and name not in _OF_THE_PROCESS and not is_secret_name(name)


def _is_compared(name: str) -> bool:
    is_of_shells = name in _OF_SHELLS_NAMES or name.startswith(_OF_SHELLS)
    return not is_of_shells and not _is_decisive(name) and name not in _OF_THE_PROCESS


def _umask() -> int:
    """Return this process's umask, if possible without a moment in which it is another."""
    with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as told:
        for line in told:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    present = os.umask(0o077)
    os.umask(present)
    return present


def _hash(salt: str, *texts: str) -> str:
    parts: Iterable[bytes] = (text.encode("utf-8", "surrogateescape") for text in (salt, *texts))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:_HASH_DIGITS]

"""Builds: a virtual environment with what an environment asks of pip, made once and kept.

It lies in `<home>/environments/`, by a digest of what is asked for. Several processes may ask for
the same at once: one builds, under a lock, and the others wait for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import site
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec

from hyperlocal.errors import BuildError
from hyperlocal.history.lock import is_held
from hyperlocal.services.environments.specification import Specification
from hyperlocal.services.locking import locked

__all__ = ["built", "unfinished"]

_FORMAT = 1  # another number makes all environments anew
_OLDEST_PYTHON = (3, 10)  # which our part of a trial runs on
_TAIL_LINES = 15
_READY = "hyperlocal-ready.json"


def built(asked: Specification, home: str) -> str:
    """Return the interpreter of an environment with what is asked for; build it if need be.

    Raises:
        ArgumentError: It could not be built.
    """
    base = _base_interpreter(asked.python)
    folder = os.path.join(home, "environments", _digest(asked, base))
    interpreter = os.path.join(folder, *_INTERPRETER)
    if _is_ready(folder, interpreter):
        return interpreter
    with locked(f"{folder}.lock"):
        if not _is_ready(folder, interpreter):
            _build(asked, base, folder, interpreter)
    return interpreter


_INTERPRETER = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")


def _is_ready(folder: str, interpreter: str) -> bool:
    # The second goes when the Python that it was made with is uninstalled.
    return os.path.isfile(os.path.join(folder, _READY)) and os.access(interpreter, os.X_OK)


def unfinished(home: str) -> list[str]:
    """Return the folders of environments that nobody builds any more, and that are not ready."""
    top = os.path.join(home, "environments")
    names = sorted(os.listdir(top)) if os.path.isdir(top) else []
    folders = [os.path.join(top, name) for name in names]
    return [
        folder
        for folder in folders
        if os.path.isdir(folder)
        and not os.path.isfile(os.path.join(folder, _READY))
        and not is_held(f"{folder}.lock")
    ]


def _digest(asked: Specification, base: str) -> str:
    contents = [_FORMAT, base, sys.version, *asked.requirements, "", *asked.options]
    return hashlib.sha256(json.dumps(contents).encode()).hexdigest()[:16]


def _base_interpreter(version: str | None) -> str:
    """Return the interpreter to build with: of the version that is asked for, if there is one."""
    wanted = (version or "").lstrip("=").split(".")[:2]
    if len(wanted) < 2 or not all(part.isdigit() for part in wanted):
        return sys.executable
    number = (int(wanted[0]), int(wanted[1]))
    if number == sys.version_info[:2] or number < _OLDEST_PYTHON:
        return sys.executable
    found = shutil.which(f"python{number[0]}.{number[1]}")
    # Version managers put names on the path that only say that the version is not there.
    return found if found is not None and _runs(found) else sys.executable


def _runs(interpreter: str) -> bool:
    done = subprocess.run([interpreter, "-c", ""], capture_output=True, check=False)
    return done.returncode == 0


def _build(asked: Specification, base: str, folder: str, interpreter: str) -> None:
    log = f"{folder}.log"
    _say(f"making an environment for {asked.name!r}, once; what pip does is in {log}")
    if asked.python is not None and base == sys.executable:
        _say_other_python(asked.python)
    shutil.rmtree(folder, ignore_errors=True)
    requirements = f"{folder}.txt"
    with open(requirements, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in (*asked.options, *asked.requirements)))
    with open(log, "w", encoding="utf-8") as output:
        for command in _commands(base, folder, interpreter, requirements, asked):
            output.write(f"$ {' '.join(command)}\n")
            output.flush()
            code = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            ).returncode
            if code != 0:
                shutil.rmtree(folder, ignore_errors=True)
                raise BuildError(_failure(asked, command, code, log))
    with open(os.path.join(folder, _READY), "w", encoding="utf-8") as file:
        json.dump({"requirements": asked.requirements, "options": asked.options}, file, indent=1)


def _say_other_python(wanted: str) -> None:
    here = sys.version.split()[0]
    if not here.startswith(wanted.lstrip("=")):
        oldest = ".".join(map(str, _OLDEST_PYTHON))
        _say(
            f"it asks for Python {wanted} and gets {here}: another one is used if it is {oldest} "
            "or newer and on the PATH, by a name like python3.12"
        )


def _commands(
    base: str, folder: str, interpreter: str, requirements: str, asked: Specification
) -> list[list[str]]:
    # Isolated: a project may have a module of its own that is called as one of pip's.
    uv = shutil.which("uv")
    if uv is not None:
        make = [uv, "venv", "--quiet", "--python", base, folder]
        install = [uv, "pip", "install", "--python", interpreter, "-r", requirements]
    elif base == sys.executable and _has_remote_pip():
        # pip need not be in there, which saves most of the time of making it.
        make = [base, "-I", "-m", "venv", "--without-pip", folder]
        install = [base, "-I", "-m", "pip", "--python", interpreter, "install", "-r", requirements]
    else:
        make = [base, "-I", "-m", "venv", folder]
        install = [interpreter, "-I", "-m", "pip", "install", "-r", requirements]
    return [make, install] if asked.requirements else [make]


def _has_remote_pip() -> bool:
    """Tell whether this Python's pip can install into another environment."""
    found = find_spec("pip")
    if found is None or (found.origin or "").startswith(site.getusersitepackages()):
        return False  # an isolated interpreter does not look there
    major, minor = metadata.version("pip").split(".")[:2]
    return (int(major), int(minor)) >= (22, 3)


def _failure(asked: Specification, command: list[str], code: int, log: str) -> str:
    with open(log, encoding="utf-8", errors="replace") as file:
        tail = "".join(file.readlines()[-_TAIL_LINES:])
    return (
        f"The environment {asked.name!r} could not be made: `{' '.join(command[:4])} ...` ended "
        f"with exit code {code}. Old versions often do not install on a new Python "
        f"({sys.version.split()[0]} here): loosen what the environment asks for, or run in this "
        f"Python (HYPERLOCAL_ENVIRONMENT=current). The end of {log}:\n{tail}"
    )


def _say(text: str) -> None:
    sys.stderr.write(f"hyperlocal: {text}\n")
    sys.stderr.flush()

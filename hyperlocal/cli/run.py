"""`hyperlocal run`: start a script in which `import azureml` finds hyperlocal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from hyperlocal._doors import environment_with_shim

__all__ = ["main"]

_WRONG_USE = 2

_HELP = """usage: hyperlocal run [-h] [--home PATH] FILE [ARGUMENT ...]

Run a Python script that was written for Azure ML. In it, and in everything that
it starts, `import azureml` finds hyperlocal, also where the real SDK is
installed. Sweeps and runs that it submits run on this machine; they go on when
the script ends.

Everything after FILE is the script's own, options too. The script replaces this
command: output, exit code and signals are what they are under `python FILE`.

options:
  -h, --help   show this help
  --home PATH  where runs are kept, instead of $HYPERLOCAL_HOME

examples:
  hyperlocal run driver.py
  hyperlocal run driver.py --max-runs 20 --help  # both options go to driver.py
  hyperlocal run train.py --lr 0.1               # a training script by itself"""


def main(arguments: Sequence[str]) -> int:
    """Replace this process by the script; return an exit code only where that cannot be."""
    # By hand, since argparse would take options that stand after FILE for its own.
    rest = list(arguments)
    environment = dict(os.environ)
    while rest and rest[0].startswith("-"):
        option, has_value, value = rest.pop(0).partition("=")
        if option in ("-h", "--help") and not has_value:
            print(_HELP)
            return 0
        if option != "--home":
            return _complain(f"there is no option {option!r} (a script's options follow it)")
        if not has_value:
            if not rest:
                return _complain("--home needs a folder")
            value = rest.pop(0)
        environment["HYPERLOCAL_HOME"] = value
    if environment.get("HYPERLOCAL_HOME"):  # absolute: the script may change its folder
        home = os.path.expanduser(environment["HYPERLOCAL_HOME"])
        environment["HYPERLOCAL_HOME"] = os.path.abspath(home)
    if not rest:
        return _complain("which script? Name the file")
    obstacle = _obstacle(rest[0])
    if obstacle is not None:
        return _complain(obstacle)
    return _start([sys.executable, *rest], environment_with_shim(environment))


def _complain(sentence: str) -> int:
    print(
        f"hyperlocal run: {sentence}. `hyperlocal run --help` shows how it is used.",
        file=sys.stderr,
    )
    return _WRONG_USE


def _obstacle(name: str) -> str | None:
    """Say why the file cannot be run, or None if it can."""
    if os.path.isdir(name):
        scripts = sorted(found for found in os.listdir(name) if found.endswith(".py"))
        inside = f" (it has {', '.join(scripts[:5])})" if scripts else ""
        return f"{name!r} is a folder; name the script inside it{inside}"
    if not os.path.exists(name):
        return f"there is no file {name!r} in {os.getcwd()}"
    if name.endswith(".ipynb"):
        return (
            f"{name!r} is a notebook; open it as usual and put `import hyperlocal; "
            "hyperlocal.activate()` into its first cell"
        )
    if not name.endswith(".py"):
        return f"{name!r} is not a Python script: its name does not end in .py"
    if not os.access(name, os.R_OK):
        return f"{name!r} cannot be read: permission denied"
    return None


def _start(command: list[str], environment: dict[str, str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # it was closed by who started this
            stream.flush()
    if os.name != "nt":
        _replace_process(command, environment)
    # Windows has no exec that keeps the process: the shell would not wait for it.
    import subprocess

    return subprocess.call(command, env=environment)


def _replace_process(command: list[str], environment: dict[str, str]) -> NoReturn:
    os.execve(command[0], command, environment)

"""`hyperlocal run`: start a script in which `import azureml` finds hyperlocal."""

from __future__ import annotations

import os
import sys

from hyperlocal._doors import COMMAND_VARIABLE, environment_with_shim
from hyperlocal._legacy import VARIABLE as LEGACY_VARIABLE
from hyperlocal._legacy import is_wanted, start_folder
from hyperlocal.reading import absolute_path, file_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["main"]

_WRONG_USE = 2

_NOTEBOOK = ".ipynb"
# Nothing is found in the working folder before the notebook's own is put on the path.
_NOTEBOOKS = (
    "import sys; sys.path[:] = [p for p in sys.path if p] + [sys.argv.pop(1)]; "
    "from hyperlocal.cli.notebook import main; sys.exit(main(*sys.argv[1:]))"
)
_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_ENVIRONMENT_VARIABLE = "HYPERLOCAL_ENVIRONMENT"
_ENVIRONMENTS = ("current", "build")

_HELP = """usage: hyperlocal run [-h] [--home PATH] [--legacy] [--environment KIND]
                      [--trials N] [--fail-fast N] [--reuse]
                      (FILE | -m MODULE) [ARGUMENT ...]
       hyperlocal run [options] FILE.ipynb [-o FILE]

Run a Python script or a notebook that was written for Azure ML. In it, and
in everything that it starts, `import azureml` finds hyperlocal, also where the
real SDK is installed. Sweeps and runs that it submits run on this machine;
they go on when the script ends.

Everything after FILE is the script's own, options too. The script replaces this
command: output, exit code and signals are what they are under `python FILE`.
When a script ends that has run a sweep, what was learnt is told on standard
error: the best run, what was stopped or failed and why, and where to look.
Of a notebook (pip install 'hyperlocal[notebook]') the code cells are run in
its folder, magics and shell commands too, up to the first that fails.

options:
  -h, --help          show this help
  --home PATH         where runs are kept, instead of $HYPERLOCAL_HOME
  --legacy            supply names that numpy, scikit-learn, pandas and Python
                      have removed (np.float, sklearn.externals.joblib, ...) to
                      the trials, and to FILE itself if it is a training script
                      and no driver; the same as HYPERLOCAL_LEGACY=1
  --environment KIND  which Python runs the trials: the one that runs FILE
                      (current), or a virtual environment with what the
                      script's Environment asks of pip, which is made once
                      (build); the same as HYPERLOCAL_ENVIRONMENT=KIND
  --trials N          a rehearsal: every sweep ends after N trials (and as many
                      that it resumes), so that an error in the last line is
                      found early; the same as HYPERLOCAL_TRIALS=N
  --reuse             take an identical sweep that has completed (same space,
                      sampling, seed, source and data) from the history instead
                      of running it again; the same as HYPERLOCAL_REUSE=1
  --fail-fast N       cancel a sweep whose first N trials all fail for the same
                      reason; the same as HYPERLOCAL_FAIL_FAST=N
  -m MODULE           run a module, as `python -m MODULE` does, in place of FILE
  -o, --output FILE   of a notebook: write it, executed, to FILE, with all that
                      its cells printed, showed and returned, and with the error
                      of one that failed; it may stand after FILE.ipynb

examples:
  hyperlocal run driver.py
  hyperlocal run --trials 2 driver.py            # a rehearsal
  hyperlocal run driver.py --max-runs 20 --help  # both options go to driver.py
  hyperlocal run train.py --lr 0.1               # a training script by itself
  hyperlocal run tuning.ipynb                    # the cells of a notebook
  hyperlocal run tuning.ipynb -o executed.ipynb  # and what they put out
  hyperlocal run --legacy driver.py              # for scripts of some years ago"""


def main(arguments: Sequence[str]) -> int:
    """Replace this process by the script; return an exit code only where that cannot be."""
    # By hand, since argparse would take options that stand after FILE for its own.
    rest, environment = list(arguments), dict(os.environ)
    is_module, obstacle = False, None
    while rest and rest[0].startswith("-") and not is_module and obstacle is None:
        option, has_value, value = rest.pop(0).partition("=")
        if option in ("-h", "--help") and not has_value:
            print(_HELP)
            return 0
        is_module = option == "-m" and not has_value
        if not is_module:
            obstacle = _take(option, value if has_value else None, rest, environment)
    if obstacle is None and not is_module:
        obstacle = _take_what_follows_notebook(rest, environment)
    if obstacle is None:
        obstacle = _obstacle_to_module(rest) if is_module else _obstacle(rest)
    output = environment.pop(_OUTPUT, None)
    if obstacle is None and output and (is_module or not rest[0].endswith(_NOTEBOOK)):
        obstacle = f"--output is for notebooks, and {rest[0]!r} is none"
    if obstacle is not None:
        return _complain(obstacle)
    _pin_home(environment)
    if is_module:
        return _start([sys.executable, "-m", *rest], environment_with_shim(environment))
    return _start_file([*rest, *([output] if output else [])], environment)


def _take_what_follows_notebook(rest: list[str], environment: dict[str, str]) -> str | None:
    """Put the output that is named after a notebook with what was named before it."""
    if len(rest) < 2 or not rest[0].endswith(_NOTEBOOK):
        return None
    option, has_value, value = rest[1].partition("=")
    if option not in ("-o", _OUTPUT):
        return None  # it is no option of ours, and notebooks have none
    del rest[1]
    following = rest[1:]
    del rest[1:]
    obstacle = _take(option, value if has_value else None, following, environment)
    rest += following
    return obstacle


def _take(
    option: str, value: str | None, rest: list[str], environment: dict[str, str]
) -> str | None:
    """Put what an option says into the environment; return what is wrong with it, or None."""
    option = _OUTPUT if option == "-o" else option
    if option in _SWITCHES and value is None:
        environment[_SWITCHES[option]] = "1"
        return None
    if option not in _NEEDS:
        return f"there is no option {option!r} (a script's options follow it)"
    if value is None:
        if not rest:
            return f"{option} needs {_NEEDS[option]}"
        value = rest.pop(0)
    if option == "--environment" and value not in _ENVIRONMENTS:
        return f"--environment is {value!r}, but must be 'current' or 'build'"
    if option in _COUNTS and not (value.isdecimal() and int(value) > 0):
        return f"{option} is {value!r}, but must be a whole number of at least 1"
    environment.update(_setting(option, value))
    return None


def _start_file(rest: list[str], environment: dict[str, str]) -> int:
    """Start a script or a notebook."""
    old_names = [start_folder()] if is_wanted(environment) and not _submits(rest[0]) else []
    starter = []
    if rest[0].endswith(_NOTEBOOK):
        starter = ["-c", _NOTEBOOKS, _PACKAGE_PARENT]
        _pin_what_is_found_from_here(environment)
    command = [sys.executable, *starter, *rest]
    return _start(command, environment_with_shim(environment, old_names))


def _pin_home(environment: dict[str, str]) -> None:
    """Make the home's path absolute: the script may change its folder."""
    home = environment.get("HYPERLOCAL_HOME")
    if home:
        environment["HYPERLOCAL_HOME"] = absolute_path(home)


def _pin_what_is_found_from_here(environment: dict[str, str]) -> None:
    """Let a notebook, which runs in its own folder, have the home of who looks from here."""
    from hyperlocal.history.home import locate_home

    environment.setdefault("HYPERLOCAL_HOME", locate_home())
    if environment.get("HYPERLOCAL_DATA_MAP"):
        environment["HYPERLOCAL_DATA_MAP"] = os.path.abspath(environment["HYPERLOCAL_DATA_MAP"])


_OUTPUT = "--output"  # is with the settings until the notebook is started
_SWITCHES = {"--legacy": LEGACY_VARIABLE, "--reuse": "HYPERLOCAL_REUSE"}
_COUNTS = {"--trials": "HYPERLOCAL_TRIALS", "--fail-fast": "HYPERLOCAL_FAIL_FAST"}
_NEEDS = {
    "--home": "a folder",
    "--environment": "'current' or 'build'",
    "--trials": "a number",
    "--fail-fast": "a number",
    _OUTPUT: "a file",
}


def _setting(option: str, value: str) -> dict[str, str]:
    if option == "--home":
        return {"HYPERLOCAL_HOME": absolute_path(value)}
    if option in _COUNTS:
        return {_COUNTS[option]: value}
    if option == _OUTPUT:
        return {_OUTPUT: os.path.abspath(value)}
    return {_ENVIRONMENT_VARIABLE: value}


def _submits(name: str) -> bool:
    """Tell whether a script is a driver: old names are for what it starts, not for itself."""
    return b".submit(" in file_bytes(name)


def _complain(sentence: str) -> int:
    print(
        f"hyperlocal run: {sentence}. `hyperlocal run --help` shows how it is used.",
        file=sys.stderr,
    )
    return _WRONG_USE


def _obstacle_to_module(rest: Sequence[str]) -> str | None:
    """Say why a module cannot be run, or None if it can, as far as can be seen from here."""
    if not rest:
        return "-m needs the name of a module"
    if rest[0].endswith((".py", _NOTEBOOK)) or os.sep in rest[0]:
        return f"-m is followed by {rest[0]!r}, which is a file and no module: leave -m out"
    return None


def _obstacle(rest: Sequence[str]) -> str | None:
    """Say why the file cannot be run, or None if it can."""
    if not rest:
        return "which script? Name the file"
    name, *arguments = rest
    if os.path.isdir(name):
        scripts = sorted(n for n in os.listdir(name) if n.endswith((".py", _NOTEBOOK)))
        inside = f" (it has {', '.join(scripts[:5])})" if scripts else ""
        return f"{name!r} is a folder; name the script inside it{inside}"
    if not os.path.exists(name):
        return f"there is no file {name!r} in {os.getcwd()}"
    if not os.path.isfile(name):
        return f"{name!r} is no plain file"
    if not name.endswith((".py", _NOTEBOOK)):
        return f"{name!r} is no script and no notebook: it ends in neither .py nor {_NOTEBOOK}"
    if name.endswith(_NOTEBOOK) and arguments:
        return f"a notebook takes no arguments, but {arguments[0]!r} is one"
    if not os.access(name, os.R_OK):
        return f"{name!r} cannot be read: permission denied"
    return None


def _start(command: list[str], environment: dict[str, str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # it was closed by who started this
            stream.flush()
    if os.name != "nt":
        from hyperlocal.views.program import program

        environment[COMMAND_VARIABLE] = f"{os.getpid()} {program()}"
        _replace_process(command, environment)
    # Windows has no exec that keeps the process: the shell would not wait for it.
    import subprocess

    return subprocess.call(command, env=environment)


def _replace_process(command: list[str], environment: dict[str, str]) -> NoReturn:
    os.execve(command[0], command, environment)

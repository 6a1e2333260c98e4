"""Command lines: any words after any command."""

import os

from tests.fuzz.cases import Case, NotSaid, Said, check_end, command, in_words
from tests.fuzz.stuff import URLS, an_argument, chance, mutated_bytes, pick

__all__ = ["a_command"]

_RUNS = [
    "HD_sweep",
    "HD_1",
    "HD_",
    "iris_1",
    "HD_sweep_0",
    "HD_sweep_3",
    "HD_silent",
    "HD_1_2",
    "HD_1_99999999999999999999",
    "",
]
_NUMBERS = ["0", "1", "-1", "5", "10000000000", "9" * 400, "9" * 5000, "nan", "1.5", "١٢"]
_POLICIES = [
    "none",
    "own",
    "bandit:slack_factor=0.1,evaluation_interval=2",
    "bandit:slack_amount=inf",
    "median",
    "median_stopping:delay_evaluation=5",
    "truncation_selection:truncation_percentage=20",
    "bandit",
    "bandit:slack_factor=1e400",
    "bandit:slack_factor=nan",
    "bandit:slack_factor=" + "9" * 500,
    "median:delay_evaluation=" + "9" * 5000,
    "bandit:=",
    "bandit:slack_factor",
    ":",
    "bandit:evaluation_interval=0,slack_factor=0.1",
    "truncation_selection:truncation_percentage=1e9",
    "bandit:slack_factor=-1",
    "median:evaluation_interval=1.5",
]
_LIMITED = ["--json", "--all"]
_SHAPES = {
    "list": [
        ["-n", _NUMBERS],
        ["--experiment", ["iris", "e"]],
        ["--json"],
        ["--all"],
        ["--home", None],
    ],
    "show": [[_RUNS], ["-n", _NUMBERS], ["--all"], ["--json"], ["--home", None]],
    "watch": [[_RUNS], ["--home", None]],
    "logs": [[_RUNS], ["-n", _NUMBERS], ["-f"], ["--all"], ["--home", None]],
    "cancel": [[_RUNS], ["--wait"], ["--home", None]],
    "resume": [[_RUNS], ["--watch"], ["--home", None]],
    "whatif": [
        [_RUNS],
        ["--policy", _POLICIES],
        ["--policy", _POLICIES],
        ["--concurrency", _NUMBERS],
        ["--sampling", ["random", "grid", "bayesian", "recorded"]],
        ["--seed", _NUMBERS],
        ["--trials", _NUMBERS],
        ["--json"],
        ["-n", _NUMBERS],
        ["--all"],
        ["--curves", None],
        ["--metric", ["accuracy"]],
        ["--goal", ["maximize"]],
    ],
    "doctor": [[_RUNS], ["--repair"], ["--home", None]],
    "data": [
        [["map", "add", "forget", "list"]],
        [[*URLS, "bank"]],
        [["f.csv", "folder", "~nosuchuser/x"]],
        ["--type", ["tabular", "file"]],
        ["--json"],
        ["--home", None],
    ],
    "compute": [
        [["add", "list", "forget"]],
        [["cpu-cluster", "gpu"]],
        ["--max-nodes", _NUMBERS],
        ["--home", None],
    ],
    "home": [["--home", None]],
    "check": [[[".", "f.csv", "a.py", "folder"]], ["--json"], [[".", "/dev/null"]]],
    "run": [
        [["a.py", "folder", "f.csv"]],
        ["--home", None],
        ["--legacy"],
        ["--environment", ["current", "build"]],
    ],
}
_COMMANDS = [*_SHAPES, *_SHAPES, "whatif", "data", "data", "whatif"]


def a_command(rng, world):
    """A command with arguments that are mostly near to what it takes."""
    name = pick(rng, _COMMANDS) if not chance(rng, 25) else an_argument(rng)
    shape = _SHAPES.get(name, [])
    words = []
    for part in shape:
        is_option = isinstance(part[0], str)
        if is_option and rng.randrange(4) and name != "data":
            continue
        if is_option:
            words.append(part[0])
        if not is_option or len(part) > 1:
            words.append(_word(rng, world, part[-1]))
    if chance(rng, 6):
        words.insert(rng.randrange(len(words) + 1), an_argument(rng))
    if words and chance(rng, 12):
        del words[rng.randrange(len(words))]
    if words and chance(rng, 8):
        at = rng.randrange(len(words))
        words[at] = os.fsdecode(mutated_bytes(rng, os.fsencode(words[at]), 2).replace(b"\0", b""))
    words = [name, *words]
    if words[0] == "check":  # not of the whole machine, which is no hang
        words = [w for w in words if not (os.path.isabs(w) and os.path.isdir(w))]
    variables = world.variables(rng)
    _furnish(rng, world)
    told = f"words {in_words(words)}\nvariables {in_words(variables)}"
    if words[0] == "run":
        return Case(told, lambda: _in_a_fork(words, world.folder, variables))
    return Case(told, lambda: command(words, world.folder, variables))


def _word(rng, world, options):
    if options is None:
        return pick(rng, [str(world.home), "elsewhere", "f.csv", an_argument(rng).lstrip("/")])
    if chance(rng, 4):
        return an_argument(rng) if not chance(rng, 2) else an_argument(rng).lstrip("/.")
    return os.fsdecode(pick(rng, options).encode("utf-8", "surrogatepass").replace(b"\0", b""))


def _furnish(rng, world):
    world.write("f.csv", b"trial,value\na,1\n")
    world.write(
        "a.py", pick(rng, [b"print(1)", b"import azureml.core", b"\xff", b"raise SystemExit(7)"])
    )
    (world.folder / "folder").mkdir()
    world.write("folder/b.py", b"import azureml")


def _in_a_fork(words, folder, variables):
    """Run what replaces its process in one of its own."""
    import tempfile

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if not pid:
            _replaced(words, folder, variables, out, err)
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        except BaseException:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            raise
        said = [file.seek(0) or file.read().decode("utf-8", "replace") for file in (out, err)]
    if "hyperlocal/cli" in said[1] or (
        "Traceback" in said[1] and "a.py" not in said[1] and "azureml" not in said[1]
    ):
        raise NotSaid(f"a traceback:\n{said[1]}")
    if code not in (7, 1):  # the script's own
        check_end(Said(code, *said, words))


def _replaced(words, folder, variables, out, err):
    import traceback

    code = 99
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        for number, descriptor in enumerate((null, out.fileno(), err.fileno())):
            os.dup2(descriptor, number)
        os.chdir(folder)
        os.environ.update(variables)
        import sys

        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        from hyperlocal.cli import main

        code = main(words)
        sys.stdout.flush()
    except SystemExit as error:
        code = error.code
    except BaseException:
        traceback.print_exc()
    finally:
        import sys

        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 98)

"""Damage: homes that were damaged at random are read in every way; none may end in a traceback.

`python -m tests.benchmarks damage --homes 5000`. A small real home is made once, then copied and
damaged: bytes of the database and of SQLite's other files, cells, the schema, files and folders.
What is damaged follows from the seed. A reader may answer, or say in one sentence why not.
"""

import contextlib
import io
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import traceback
import warnings
from pathlib import Path

from tests.benchmarks.measure import Figure

__all__ = [
    "check",
    "copied",
    "damage",
    "damage_run",
    "ids_of",
    "make_home",
    "measure",
    "read",
    "said",
]

_PATIENCE_S = 30
_MOST_TOLD = 20

_DRIVER = """
import os, sys
from azureml.core import Dataset, Environment, Experiment, Model, ScriptRunConfig, Workspace
from azureml.pipeline.core import Pipeline
from azureml.pipeline.steps import PythonScriptStep
from azureml.train.hyperdrive import (
    BanditPolicy, HyperDriveConfig, PrimaryMetricGoal, RandomParameterSampling, choice, uniform
)

ws = Workspace.from_config()
experiment = Experiment(ws, "digits")
src = ScriptRunConfig("src", "train.py", arguments=["--epochs", 3], compute_target="cpu")
sweep = experiment.submit(HyperDriveConfig(
    run_config=src,
    hyperparameter_sampling=RandomParameterSampling(
        {"--lr": uniform(0.1, 1), "--n": choice(1, 2)}
    ),
    policy=BanditPolicy(slack_factor=0.1), primary_metric_name="acc",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE, max_total_runs=4, max_concurrent_runs=2,
))
sweep.wait_for_completion(raise_on_error=False)
run = experiment.start_logging()
run.log("loss", 1.5); run.log_list("curve", [1, 2, 3]); run.log_row("row", a=1, b="x")
run.log_table("table", {"a": [1, 2], "b": [3, 4]}); run.tag("good", "yes")
run.complete()
with open("data.csv", "w") as file: file.write("a,b\\n1,2\\n")
data = Dataset.Tabular.from_delimited_files("data.csv").register(ws, "data")
Model.register(ws, model_path="data.csv", model_name="model", tags={"a": "b"})
step = PythonScriptStep("train.py", name="train", source_directory="src", compute_target="cpu",
                        arguments=["--lr", 0.5, "--n", 1, "--epochs", 1])
Experiment(ws, "flows").submit(Pipeline(ws, steps=[step])).wait_for_completion()
"""
_TRAIN = """
import argparse
from azureml.core import Run
parser = argparse.ArgumentParser()
for name in ("--lr", "--n", "--epochs"): parser.add_argument(name, type=float)
given = parser.parse_args()
run = Run.get_context()
for epoch in range(int(given.epochs)): run.log("acc", given.lr * (epoch + 1))
run.log("is good", given.lr > 0.3)
with open("outputs/model.txt", "w") as file: file.write("x")
if given.n == 2: raise ValueError("told to fail")
"""


def make_home(folder):
    """Run sweeps, a pipeline and the like for real; return their home, closed and whole."""
    project = Path(folder, "project")
    (project / "src").mkdir(parents=True)
    (project / "src" / "train.py").write_text(_TRAIN)
    (project / "driver.py").write_text(_DRIVER)
    home = Path(folder, "whole")
    subprocess.run(
        [sys.executable, "-m", "hyperlocal", "run", "driver.py"],
        cwd=project,
        env={**os.environ, "HYPERLOCAL_HOME": str(home)},
        check=True,
        capture_output=True,
        timeout=100,
    )
    connection = sqlite3.connect(home / "history.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return home


# What is done to a home. Each takes it and a random generator, and says what it did.


def _bytes(home, draw):
    file = home / "history.db"
    if draw.random() < 0.4:
        _leave_wal(home)
        file = home / f"history.db{draw.choice(['', '-wal', '-shm'])}"
    content = bytearray(file.read_bytes())
    kind = draw.choice(["flip", "flip", "cut", "zero", "swap", "grow", "remove"])
    if kind == "flip":
        for _ in range(draw.choice([1, 3, 30, 300])):
            content[draw.randrange(len(content))] = draw.randrange(256)
    elif kind == "cut":
        del content[draw.randrange(len(content)) :]
    elif kind == "zero":
        start = draw.randrange(len(content))
        content[start : start + 4096] = bytes(len(content[start : start + 4096]))
    elif kind == "swap":
        one, other = (draw.randrange(max(len(content) // 4096, 1)) * 4096 for _ in "ab")
        page = content[one : one + 4096]
        content[one : one + 4096] = content[other : other + 4096]
        content[other : other + 4096] = page
    elif kind == "grow":
        content += draw.randbytes(draw.randrange(1, 5000))
    if kind == "remove":
        file.unlink()
    else:
        file.write_bytes(content)
    return f"{kind} {file.name}"


def _leave_wal(home):
    """Leave the files of a process that was killed: what it wrote is in the WAL only."""
    files = [home / f"history.db{kind}" for kind in ("", "-wal", "-shm")]
    with _changing(home) as connection:
        connection.execute("""UPDATE run SET tags = '{"in":"wal"}'""")
        kept = [file.read_bytes() for file in files]
    for file, content in zip(files, kept, strict=True):
        file.write_bytes(content)


_ODD = (
    None,
    "",
    "x",
    "{",
    "[]",
    "{}",
    "null",
    '"text"',
    "[1, null]",
    '{"a": {"b": [1]}}',
    '{"message": 5, "code": []}',
    '{"a": "\\ud800"}',
    "[" * 3000,
    '{"a":' * 2000 + "1" + "}" * 2000,
    '{"a": 1e999, "b": NaN, "c": ' + "9" * 400 + "}",
    '["\\ud800", "\\u0000"]',
    "Running",
    "Paused",
    "CancelRequested",
    "policy",
    "../../../../etc",
    "a/b",
    ".",
    "a\0b",
    "n" * 3000,
    "\x1b[31m",
    0,
    -1,
    1,
    5,
    2**31,
    2**63 - 1,
    -(2**63),
    1e308,
    float("inf"),
    -1.5,
    b"",
    b"\xff\x00",
)


def _cell(home, draw):
    with _changing(home) as connection:
        table = draw.choice(
            ["run"] * 5 + ["metric"] * 2 + ["decision", "asset", "asset", "extreme"]
        )
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column = draw.choice(columns)
        value = draw.choice(_ODD)
        condition, values = _row(connection, table, draw)
        if draw.random() < 0.15:
            return _not_text(connection, table, column, condition, values)
        if draw.random() < 0.3 and table in ("run", "asset"):
            column = {"run": "plan", "asset": "body"}[table]
            value = _other_json(connection, table, column, condition, values, draw)
        elif draw.random() < 0.1:
            value = (connection.execute(f"SELECT run_id FROM run {_ANY}").fetchone() or [""])[0]
        with contextlib.suppress(sqlite3.IntegrityError, OverflowError):
            connection.execute(f"UPDATE {table} SET {column} = ? {condition}", (value, *values))
        return f"{table}.{column} = {value!r:.80} {condition} {values}"


_ANY = "ORDER BY random() LIMIT 1"


def _row(connection, table, draw):
    if table == "extreme" or draw.random() < 0.2:  # it has no rowid
        return "", ()
    keys = [row[0] for row in connection.execute(f"SELECT rowid FROM {table}")]
    return "WHERE rowid = ?", (draw.choice(keys or [0]),)


def _not_text(connection, table, column, condition, values):
    with contextlib.suppress(sqlite3.IntegrityError):
        connection.execute(
            f"UPDATE {table} SET {column} = CAST(x'41ff42' AS TEXT) {condition}", values
        )
    return f"{table}.{column} = no UTF-8 {condition} {values}"


def _other_json(connection, table, column, condition, values, draw):
    row = connection.execute(
        f"SELECT {column} FROM {table} {condition} LIMIT 1", values
    ).fetchone()
    if row is None or row[0] is None:
        return "{}"
    held = [json.loads(row[0])]
    places = []

    def collect(node):
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], (dict, list)):
                collect(node[key])

    collect(held)
    node, key = draw.choice(places)
    odd = [None, "", "x", 0, -1, 1e308, 10**400, [], {}, [1], {"is": "Sweep", "of": {}}, True]
    if isinstance(node, dict) and draw.random() < 0.3:
        del node[key]
    else:
        node[key] = draw.choice(odd)
    return json.dumps(held[0])


def _schema(home, draw):
    with _changing(home) as connection:
        table = draw.choice(["run", "metric", "decision", "asset", "extreme"])
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column = draw.choice(columns)
        statement = draw.choice(
            [
                f"DROP TABLE {table}",
                f"ALTER TABLE {table} RENAME TO other",
                f"ALTER TABLE {table} DROP COLUMN {column}",
                f"ALTER TABLE {table} RENAME COLUMN {column} TO other",
                "DROP INDEX run_by_parent",
                "DROP INDEX metric_by_run",
                "DROP INDEX run_at_top",
                "DROP TRIGGER extreme_of_new",
                f"PRAGMA user_version = {draw.choice([-5, 0, 1, 99])}",
                "PRAGMA journal_mode = DELETE",
                f"CREATE TABLE made AS SELECT * FROM {table}",
                f"DELETE FROM {table}",
            ]
        )
        if statement.startswith("CREATE"):  # the same, without types, keys and NOT NULL
            connection.execute(statement)
            connection.execute("PRAGMA legacy_alter_table = ON")  # triggers may name the table
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE made RENAME TO {table}")
            if draw.random() < 0.8:
                value = draw.choice(_ODD)
                connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
                return f"{statement}; {column} = {value!r:.60}"
            return statement
        with contextlib.suppress(sqlite3.OperationalError):  # a key cannot be dropped
            connection.execute(statement)
        return statement


@contextlib.contextmanager
def _changing(home):
    connection = sqlite3.connect(home / "history.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _file(home, draw):
    runs = sorted((home / "runs").iterdir())
    run = draw.choice(runs)
    below = [path for path in run.rglob("*") if "snapshot" not in path.parts]
    path = draw.choice(
        [
            *(home / f"history.db{kind}" for kind in ("", "-wal", "-shm", "-journal")),
            home / "runs",
            run,
            run,
            *below,
        ]
    )
    kind = draw.choice(list(_KINDS))
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
    with contextlib.suppress(OSError):
        _KINDS[kind](path, draw)
    return f"{path.relative_to(home)} becomes {kind}"


def _bind(path, draw):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(os.fspath(path))


_KINDS = {
    "nothing": lambda path, draw: None,
    "a folder": lambda path, draw: path.mkdir(),
    "a FIFO": lambda path, draw: os.mkfifo(path),
    "a socket": _bind,
    "a dangling link": lambda path, draw: path.symlink_to("nowhere"),
    "a link to itself": lambda path, draw: path.symlink_to(path.name),
    "a device": lambda path, draw: path.symlink_to("/dev/zero"),
    "an empty file": lambda path, draw: path.touch(),
    "bytes": lambda path, draw: path.write_bytes(draw.randbytes(draw.choice([1, 50, 9000]))),
    "a link above": lambda path, draw: path.symlink_to(".."),
}

_DAMAGES = (_cell, _cell, _cell, _schema, _bytes, _bytes, _file)


def damage(home, draw):
    """Damage a home in one to three ways; return what was done."""
    done = []
    chosen = [draw.choice(_DAMAGES) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
    for each in sorted(chosen, key=_DAMAGES.index):  # files last: what becomes a FIFO would wait
        with contextlib.suppress(sqlite3.Error, OSError, IndexError, ValueError, TypeError):
            done.append(each(home, draw))
    return "; ".join(done)


# Who reads. Each is given the ids of some runs.


def _commands(ids):
    one, other = ids
    return {
        "list": ["list"],
        "list all": ["list", "--all", "-n", "0"],
        "list json": ["list", "--all", "--json"],
        "show": ["show", one],
        "show other": ["show", other, "--all"],
        "show json": ["show", one, "--json"],
        "show beginning": ["show", other[:6]],
        "logs": ["logs", one],
        "whatif": ["whatif", one, "--policy", "bandit:slack_factor=0.1", "--policy", "own"],
        "whatif json": ["whatif", other, "--sampling", "bayesian", "--json"],
        "doctor": ["doctor"],
        "doctor run": ["doctor", one],
        "doctor repair": ["doctor", "--repair"],
    }


def _experiment():
    from hyperlocal.azureml.core import Experiment, Workspace

    return Experiment(Workspace.from_config(), "digits")


def _run(run_id):
    from hyperlocal.azureml.core import Workspace

    return Workspace.from_config().get_run(run_id)


def _details(run):
    from hyperlocal.azureml.widgets import RunDetails

    RunDetails(run).show()
    RunDetails(run).get_widget_data()


def _ranks(run):
    from hyperlocal.azureml.train.hyperdrive import HyperDriveRun

    sweep = HyperDriveRun(run.experiment, run.id)
    sweep.get_best_run_by_primary_metric()
    sweep.get_children_sorted_by_primary_metric()
    sweep.get_hyperparameters()
    sweep.get_metrics()
    str(sweep.hyperdrive_config)


def _assets(_):
    from hyperlocal.azureml.core import Dataset, Model, Workspace

    workspace = Workspace.from_config()
    Model.list(workspace)
    str(Model(workspace, "model"))
    dict(Dataset.get_all(workspace))
    Dataset.get_by_name(workspace, "data").to_pandas_dataframe()
    dict(workspace.compute_targets), dict(workspace.environments), workspace.datastores


_FACE = {
    "get_runs": lambda one: [
        r.get_status() for r in _experiment().get_runs(include_children=True)
    ],
    "get_runs tags": lambda one: list(_experiment().get_runs(tags="good", properties={"a": "b"})),
    "experiments": lambda one: __import__("hyperlocal.azureml.core").azureml.core.Experiment.list(
        _experiment().workspace
    ),
    "get_details": lambda one: _run(one).get_details(),
    "get_details_with_logs": lambda one: str(_run(one).get_details_with_logs()),
    "get_metrics": lambda one: _run(one).get_metrics(),
    "get_children": lambda one: [str(r) for r in _run(one).get_children(recursive=True)],
    "get_file_names": lambda one: _run(one).get_file_names(),
    "facts": lambda one: (_run(one).get_tags(), _run(one).get_properties(), repr(_run(one))),
    "RunDetails": lambda one: _details(_run(one)),
    "sweep": lambda one: _ranks(_run(one)),
    "assets": _assets,
}


def read(home, ids, names=None):
    """Read a home in the ways that are named (or all); return what went wrong, by reader."""
    commands, wrong = _commands(ids), {}
    os.environ["HYPERLOCAL_HOME"] = str(home)
    for name in [*commands, *_FACE] if names is None else names:
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        error = io.StringIO()
        try:
            with (
                _alarm(),
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(error),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                told = _command(commands[name]) if name in commands else _look(name, ids)
        except BaseException:
            wrong[name] = traceback.format_exc()
            continue
        finally:
            _close()
        told += error.getvalue()
        if "Traceback" in error.getvalue() or "locked" in told:
            wrong[name] = told
    return wrong


def said(words, home=None):
    """Return the exit code of a command in this process, and what it says."""
    if home is not None:
        os.environ["HYPERLOCAL_HOME"] = str(home)
    from hyperlocal.cli import main

    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        code = main(words)
    return code, out.getvalue(), error.getvalue()


def copied(whole, scratch):
    """Return a copy of a home that may be damaged."""
    home = Path(scratch, "home")
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(whole, home, symlinks=True)
    return home


_COLUMNS = (
    *("plan", "parameters", "command", "tags", "properties", "error", "warnings", "cause"),
    *("created_at", "started_at", "ended_at", "elapsed", "exit_code", "pid", "reason"),
)


def damage_run(home, seed):
    """Put something odd into a column of a run that is no key; return its id and the column."""
    draw = random.Random(seed)
    with _changing(home) as connection:
        run_id = draw.choice([row[0] for row in connection.execute("SELECT run_id FROM run")])
        column = draw.choice(_COLUMNS)
        value = draw.choice(["{", '{"is":"Sweep"', "?"])
        connection.execute(f"UPDATE run SET {column} = ? WHERE run_id = ?", (value, run_id))
    return run_id, column


def _command(words):
    from hyperlocal.cli import main

    code = main(words)
    assert code in (0, 1), code
    return ""


def _look(name, ids):
    from hyperlocal.azureml.exceptions import AzureMLException, ServiceException
    from hyperlocal.errors import HyperlocalError

    try:
        _FACE[name](ids[0])
    except (HyperlocalError, AzureMLException, ServiceException) as error:
        return str(error) or f"locked: {error!r} says nothing"
    return ""


def _close():
    from hyperlocal.services import connection

    while connection._open:
        connection._open.popitem()[1].close()


@contextlib.contextmanager
def _alarm():
    def ring(*_):
        raise TimeoutError(f"not done within {_PATIENCE_S} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(_PATIENCE_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def ids_of(home):
    """Return the ids of a whole home's runs."""
    with _changing(home) as connection:
        return [row[0] for row in connection.execute("SELECT run_id FROM run ORDER BY id")]


def check(whole, scratch, ids, seed, n_readers=6):
    """Damage a copy of a home as a seed says, and read it; return what was done and went wrong."""
    draw = random.Random(seed)
    home = copied(whole, scratch)
    done = damage(home, draw)
    names = draw.sample([*_commands(("", "")), *_FACE], n_readers)
    return done, read(home, [draw.choice(ids), draw.choice(ids)], names)


def measure(folder, rounds, *, n_homes=5000, seed=0):
    """Return one figure: how many of the damaged homes ended in a traceback or a hang."""
    whole = make_home(folder)
    ids, n_wrong, began = ids_of(whole), 0, time.monotonic()
    for number in range(n_homes):
        done, wrong = check(whole, folder, ids, f"{seed} {number}")
        n_wrong += bool(wrong)
        for name, told in wrong.items():
            if n_wrong <= _MOST_TOLD:
                print(f"home {number} ({done}), {name}:\n{told}", file=sys.stderr)
    took = time.monotonic() - began
    note = f"{n_homes} homes, {took / n_homes * 1000:.0f} ms each"
    return [Figure("damaged homes that end in a traceback", float(n_wrong), "", 0.0, note=note)]

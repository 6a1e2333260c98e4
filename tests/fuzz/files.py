"""Files that people wrote: projects that are checked, data maps, curves."""

import functools
import json
import os
from pathlib import Path

from tests.fuzz.cases import Case, command, in_words
from tests.fuzz.stuff import (
    TEXTS,
    URLS,
    a_text,
    an_argument,
    chance,
    json_bytes,
    mutated_bytes,
    pick,
    spoilt,
)

__all__ = ["a_check", "a_curve_file", "a_data_map", "python_code"]

_SAMPLES = Path(__file__).parents[2] / "samples"
_SNIPPETS = [
    "from azureml.core import Workspace, Experiment, Dataset, Run\nws = Workspace.from_config()\n",
    "ds = Dataset.Tabular.from_delimited_files('{url}')\n",
    "import pandas as pd\ndf = pd.read_csv('{url}')\n",
    "from azureml.core.compute import ComputeTarget\nComputeTarget(ws, '{text}')\n",
    "Dataset.get_by_name(ws, '{text}').to_pandas_dataframe()\n",
    "ws.datasets['{text}']\nws.compute_targets['{text}']\n",
    "import {text}\n",
    "from {text} import {text}\n",
    "import numpy.{text}, sklearn.{text}\n",
    "from numpy import {text}\n",
    "from azureml.{text} import {text}\n",
    "np.{text}\nimport numpy as np\nnp.{text}.{text}\n",
    "from .... import x\nfrom . import y\nfrom ...azureml import *\n",
    "from azureml.core import *\nfrom numpy import *\n",
    "x = 1" + " + 1" * 5000 + "\n",
    "x = " + "(" * 150 + ")" * 150 + "\n",
    "x = " + "-" * 3000 + "1\n",
    "a" + ".b" * 3000 + "\n",
    "f" + "()" * 3000 + "\n",
    "x = " + "[" * 90 + "]" * 90 + "\n",
    "if x:\n" + "".join(" " * n + "if x:\n" for n in range(1, 95)) + " " * 95 + "pass\n",
    "x = " + "9" * 5000 + "\n",
    "'\\ud800'\n",
    "import \\\n",
    "async def f():\n  await x\n",
    "match x:\n  case {text}: pass\n",
    "def f(a, /, b: Run, *, c): return lambda *a: (yield)\n",
    "class A(B): x: int = 1\n",
    "del x, y[0]\n",
    "a = b = c, d = 1, 2\n",
    "*a, b = x\n",
    "global x\nnonlocal y\n",
    "print 'x'\n",
    "exec 'x'\n",
    "# coding: {text}\n",
    "#!/usr/bin/python\n# -*- coding: utf-7 -*-\n",
    "\f\x00",
    "\r\rx\r\n",
    "%matplotlib inline\n!ls\n",
    "Run.get_context().log(*[1], **x)\n",
    "(lambda: 0)()()()\n",
    "x[y:z, ...]\n",
    "from hyperlocal.azureml.core import Run\n",
    "import pandas.plotting._core as x; x.y.z()\n",
    "'%s' '{text}' f'{{x!r:>{{y}}}}'\n",
    "try:\n  import x\nexcept* E: pass\n",
    "import azureml.core.run.{text}\n",
    "import scipy.{text}.{text}\nfrom sklearn import {text}\n",
    "type X = int\n",
    "with open(x) as (a, b): pass\n",
    "for a.b in Dataset: pass\n",
    "Experiment(ws, 'x').submit(HyperDriveConfig)\n",
    "if 1:\n  pass\n" * 3000,
    "elif x: pass\n",
    "if x: pass\n" + "elif x: pass\n" * 4000,
    "x = a if b else " * 900 + "c\n",
    "pd.DataFrame().{text}({text}=1)\n",
    "import numpy as np\nnp.array(1).{text}('{url}', axis=0)\n",
]
_MAGICS = [
    "%%writefile a.py\n",
    "%%writefile\n",
    "%%writefile -a x/{text}\n",
    "%%bash\n",
    "%%time\n",
    "%%capture x\n",
    "%%html\n",
    "!pip install {text}\n",
    "%%\n",
    "x = !ls\n",
    "x?\n",
    "%%file '{text}'\n",
    "?\n",
]


@functools.cache
def _samples():
    return [path.read_bytes() for path in sorted(_SAMPLES.rglob("*.py"))]


def python_code(rng):
    """A script's text, valid or nearly, or not at all."""
    if chance(rng, 6):
        return pick(rng, _samples()).decode("utf-8", "replace")
    text = "".join(pick(rng, _SNIPPETS) for _ in range(rng.randrange(1, 5)))
    return _filled(rng, text)


def _filled(rng, text):
    while "{text}" in text:
        text = text.replace(
            "{text}", pick(rng, ["x", "core", "float", "data", "append", "a.b", *TEXTS[:60]]), 1
        )
    return text.replace("{url}", pick(rng, URLS))


def a_script(rng):
    text = python_code(rng)
    raw = text.encode(
        pick(rng, ["utf-8", "utf-8", "utf-8", "utf-16", "latin-1"]),
        "replace" if chance(rng, 2) else "ignore",
    )
    return mutated_bytes(rng, raw) if chance(rng, 2) else raw


def notebook_body(rng):
    """A notebook as JSON has it."""
    cells = []
    for _ in range(rng.randrange(5)):
        text = (_filled(rng, pick(rng, _MAGICS)) if chance(rng, 3) else "") + python_code(rng)
        cell = {
            "cell_type": pick(rng, ["code", "code", "markdown"]),
            "metadata": {},
            "source": text.splitlines(True) if chance(rng, 2) else text,
        }
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
        cells.append(cell)
    kernel = {"kernelspec": {"language": "python", "name": "python3", "display_name": "x"}}
    body = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 2}
    return (
        {"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}}
        if chance(rng, 10)
        else body
    )


def a_check(rng, world):
    """`hyperlocal check` of files of which at least one is strange."""
    told = []
    for n in range(1 + rng.randrange(2)):
        ending = pick(rng, [".py", ".ipynb"])
        name = f"{n}{world.odd_name(rng, ending)}"
        if chance(rng, 12):
            told.append(world.place(rng, name))
            continue
        raw = a_script(rng) if ending == ".py" else _notebook(rng)
        world.write(name, raw)
        told.append(f"{name!r}: {in_words(raw)}")
    _around(rng, world, told)
    words = ["check", pick(rng, [".", ".", ".", *os.listdir(world.folder)])]
    words += ["--json"] if chance(rng, 3) else []
    variables = world.variables(rng) if chance(rng, 3) else {"HYPERLOCAL_HOME": str(world.home)}
    told.append(f"words {words}, variables {in_words(variables)}")
    return Case("\n".join(told), lambda: command(words, world.folder, variables))


def _around(rng, world, told):
    """Put what else a project may hold beside the files."""
    kind = rng.randrange(10)
    if kind == 0:
        world.write("hyperlocal-data.json", spoilt(rng, json.dumps(_MAP).encode(), _MAP))
        told.append("a data map")
    elif kind == 1:
        (world.folder / "loop").symlink_to(".")
        told.append("a link to the folder itself")
    elif kind == 2:
        (world.folder / "__init__.py").symlink_to(
            pick(rng, ["__init__.py", "/dev/zero", "/nonexistent"])
        )
        told.append("__init__.py is strange")
    elif kind == 3:
        told.append(world.place(rng, "pkg/__init__.py"))
    elif kind == 4:
        told.append(world.place(rng, "hyperlocal-data.json"))


def _notebook(rng):
    body = notebook_body(rng)
    return spoilt(rng, json_bytes(rng, body), body)


_MAP = {
    "urls": {"https://example.com/bank.csv": "f.csv", "https://example.com/x/": "folder"},
    "datasets": {
        "bank": {"path": "f.csv", "type": "tabular"},
        "images": {"path": "folder", "type": "file"},
    },
}


def a_data_map(rng, world):
    """A data map that is not as we write it, and whoever reads it."""
    world.write("f.csv", b"a,b\n1,2\n")
    (world.folder / "folder").mkdir()
    given = json.loads(json.dumps(_MAP))
    for _ in range(rng.randrange(4)):
        given["urls"][pick(rng, URLS)] = pick(rng, ["f.csv", "folder", a_text(rng).lstrip("/")])
    raw = spoilt(rng, json_bytes(rng, given), given) if chance(rng, 2) else json_bytes(rng, given)
    told = f"map {in_words(raw)}"
    if chance(rng, 15):
        told = world.place(rng, "hyperlocal-data.json")
    else:
        world.write("hyperlocal-data.json", raw)
    variables = world.variables(rng) if chance(rng, 3) else {"HYPERLOCAL_HOME": str(world.home)}
    url = pick(rng, [*URLS, "bank", "images", an_argument(rng)])
    url = os.fsdecode(url.encode("utf-8", "surrogatepass").replace(b"\0", b""))
    file = pick(rng, ["f.csv", "folder", "~nosuchuser", an_argument(rng)])
    words = pick(
        rng,
        [
            ["data", "list"],
            ["data", "list", "--json"],
            ["data", "map", url, file],
            ["data", "forget", url],
            ["data", "add", url, file],
            ["data", "add", url, file, "--type", "tabular"],
        ],
    )
    if chance(rng, 3):
        return Case(f"{told}\nreading {url!r}", lambda: _read(world, variables, url), _allowed())
    told = f"{told}\nwords {in_words(words)}, variables {in_words(variables)}"

    def act():
        command(words, world.folder, variables)
        if words[1] in ("map", "add"):
            command(["data", "list"], world.folder, variables)
            command(["data", "forget", url], world.folder, variables)

    return Case(told, act)


def _read(world, variables, url):
    """Read a URL, or a dataset by its name, as a driver does."""
    from hyperlocal.azureml.core import Dataset, Workspace
    from tests.fuzz.face import variables_set

    with variables_set(
        {**variables, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
        world.folder,
    ):
        workspace = Workspace.from_config()
        if "://" in url:
            Dataset.File.from_files(url).to_path()
            Dataset.Tabular.from_delimited_files(url).to_pandas_dataframe()
        else:
            Dataset.get_by_name(workspace, url)
            workspace.datasets[url]


def _allowed():
    from tests.fuzz.face import allowed

    return (*allowed(), KeyError)


_CURVES = {
    "metric": "accuracy",
    "goal": "maximize",
    "concurrency": 2,
    "policy": "bandit:slack_factor=0.1",
    "trials": [
        {
            "trial": "a",
            "parameters": {"lr": 0.1},
            "values": [0.71, 0.78],
            "seconds": [60, 120],
            "duration": 130,
            "delay": 20,
            "status": "completed",
        },
        {
            "trial": "b",
            "parameters": {"lr": 0.2},
            "values": [0.5, 0.6, 0.7],
            "seconds": 60,
            "status": "stopped",
            "stopped_at": 2,
            "stop_lag": 1,
        },
        {"values": []},
        {"values": [0.3], "status": "failed"},
    ],
}
_ROWS = b"""trial,lr,value,seconds,duration,status
a,0.1,0.7,60,,completed
a,0.1,0.8,120,,completed
b,0.2,0.5,60,70,failed
"""


def a_curve_file(rng, world):
    """A file of curves, and `hyperlocal whatif` with it."""
    is_json = bool(rng.randrange(2))
    name = "curves.json" if is_json else "curves.csv"
    if chance(rng, 15):
        told = world.place(rng, name)
    else:
        raw = spoilt(rng, json_bytes(rng, _CURVES), _CURVES) if is_json else _csv(rng)
        world.write(name, raw)
        told = f"{name}: {in_words(raw)}"
    words = ["whatif", "--curves", name, "--goal", pick(rng, ["maximize", "minimize"])]
    for option, values in (
        (
            "--policy",
            [
                "median",
                "none",
                "bandit:slack_factor=0.1",
                "truncation_selection:truncation_percentage=20",
            ],
        ),
        ("--concurrency", ["1", "3", "10000000000000"]),
        ("--sampling", ["random", "grid", "bayesian"]),
        ("--seed", ["7", "-1", "9" * 300]),
        ("--trials", ["2", "99999999999"]),
    ):
        if chance(rng, 3):
            words += [option, pick(rng, values)]
    words += ["--json"] if chance(rng, 3) else []
    if chance(rng, 40):
        words += [
            "--plot",
            pick(rng, ["p.png", "p.svg", "p.xyz", "nowhere/p.png", an_argument(rng)]),
        ]
    variables = {"HYPERLOCAL_HOME": str(world.home), "MPLBACKEND": "agg"}
    return Case(
        f"{told}\nwords {in_words(words)}", lambda: command(words, world.folder, variables)
    )


def _csv(rng):
    lines = [line.split(",") for line in _ROWS.decode().splitlines()]
    for _ in range(rng.randrange(3)):
        line = pick(rng, lines)
        line[rng.randrange(len(line))] = pick(
            rng, ["", "nan", "inf", "-inf", "1e400", "9" * 400, "9" * 5000, a_text(rng), "-1", "0"]
        )
    raw = "\n".join(",".join(line) for line in lines).encode("utf-8", "surrogatepass") + b"\n"
    return mutated_bytes(rng, raw, 3) if chance(rng, 3) else raw

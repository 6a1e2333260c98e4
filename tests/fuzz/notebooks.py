"""Notebooks that are run, each in a process of its own."""

import subprocess
import sys

from tests.fuzz.cases import Case, NotSaid, in_words
from tests.fuzz.files import notebook_body
from tests.fuzz.stuff import chance, json_bytes, pick, spoilt

__all__ = ["a_notebook"]

_CODE = [
    "x = 1",
    "1/0",
    "print('\\ud800')",
    "%nosuchmagic",
    "%%nosuch\nx",
    "!false",
    "import azureml.core",
    "def f(",
    "exit()",
    "raise SystemExit(3)",
    "x?",
    "%matplotlib inline",
    "\0",
]


def a_notebook(rng, world):
    """`hyperlocal run` of a notebook that is spoilt, or does what notebooks do."""
    body = notebook_body(rng)
    for cell in body.get("cells", []):
        cell["source"] = pick(rng, _CODE)
    raw = spoilt(rng, json_bytes(rng, body), body) if rng.randrange(3) else json_bytes(rng, body)
    name = world.odd_name(rng, ".ipynb")
    told = world.place(rng, name) if chance(rng, 10) else f"{name!r}: {in_words(raw)}"
    if "strange" not in told:
        world.write(name, raw)
    return Case(told, lambda: _run(world, f"./{name}"))


def _run(world, name):
    import os

    done = subprocess.run(
        [sys.executable, "-m", "hyperlocal", "run", name],
        cwd=world.folder,
        env={**os.environ, "HYPERLOCAL_HOME": str(world.home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=50,
        check=False,
    )
    err = done.stderr.decode("utf-8", "replace")
    if "hyperlocal/cli" in err or "in _run_module_as_main" in err:
        raise NotSaid(f"a traceback:\n{err}")
    if done.returncode not in (0, 1, 2, 3):
        raise NotSaid(f"code {done.returncode}\n{err}")

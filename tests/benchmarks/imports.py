"""What importing costs, over a script that is empty."""

import sys

from hyperlocal._doors import environment_with_shim
from tests.benchmarks.measure import Figure, environment, rounds, wall_time

__all__ = ["measure"]

_SCRIPTS = {
    "empty": "",
    "hyperlocal": "import hyperlocal\n",
    "run": "from azureml.core import Run\n",
    "sqlite3": "import sqlite3\n",
    "log": (
        "from hyperlocal.history import History\n"
        "History.open().metrics.add('r', 'm', 0.5, kind='float')\n"
    ),
}


def measure(folder, n_rounds):
    """Return the figures for `import hyperlocal` and `from azureml.core import Run`."""
    from hyperlocal.history import History

    home = folder / "home"
    # Held open, as a trial's controller does: the last one to close would tidy the file up.
    history = History.open(home)
    history.runs.create("r", experiment="e", kind="k")
    env = environment_with_shim(environment(home))
    for name, text in _SCRIPTS.items():
        (folder / f"bare_{name}.py").write_text(text)
    samples = rounds(
        {
            name: lambda name=name: wall_time([sys.executable, f"bare_{name}.py"], env, folder)
            for name in _SCRIPTS
        },
        n_rounds * 4,
    )
    history.close()
    empty = samples["empty"].median

    def over_empty(name):
        return (samples[name].median - empty) * 1000

    note = f"an empty script takes {empty * 1000:.1f} ms"
    return [
        Figure("import hyperlocal, over an empty script", over_empty("hyperlocal"), "ms", 10),
        Figure(
            "from azureml.core import Run, over an empty script",
            over_empty("run"),
            "ms",
            20,
            note=note,
        ),
        Figure(
            "open the history and log once, over an empty script",
            over_empty("log"),
            "ms",
            25,
            note=f"of which sqlite3 itself {over_empty('sqlite3'):.1f} ms",
        ),
    ]

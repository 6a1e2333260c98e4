"""What importing costs, over a script that is empty."""

import sys
from functools import partial

from hyperlocal._doors import environment_with_shim
from tests.benchmarks.measure import Figure, environment, processor_time, rounds, wall_time

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
            (clock, name): partial(clock, [sys.executable, f"bare_{name}.py"], env, folder)
            for name in _SCRIPTS
            for clock in (wall_time, processor_time)
        },
        n_rounds * 4,
    )
    history.close()

    def over_empty(name, clock=wall_time):
        return (samples[clock, name].median - samples[clock, "empty"].median) * 1000

    def figure(what, name, aim):
        note = f"{over_empty(name, processor_time):.1f} ms of processor time"
        if name == "log":
            note += f", {over_empty('sqlite3', processor_time):.1f} ms of it sqlite3 itself"
        return Figure(f"{what}, over an empty script", over_empty(name), "ms", aim, note=note)

    return [
        figure("import hyperlocal", "hyperlocal", 10),
        figure("from azureml.core import Run", "run", 20),
        figure("open the history and log once", "log", 25),
    ]

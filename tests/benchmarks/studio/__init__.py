"""The studio with 10,000 child runs and 1,000,000 metric points, and what 50 open pages cost.

What the server computes is its processor time; what a person waits for is wall time, which other
programs lengthen. Fifty browsers do not fit on one machine: a process that steps aside asks what
their pages ask.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.measure import Figure, environment
from tests.benchmarks.studio import browser, home
from tests.benchmarks.studio.served import Client, studio
from tests.benchmarks.trials import submitted

__all__ = ["measure"]

_N_TRIALS = 10_000
_N_POINTS = 100
_N_UPDATES = 12
_N_PAGES = 50
_N_SMALL = 24
_SETTLES_S = 0.5  # the studio looks at a sweep at most every moment: then it looks again
_MB = 1e6

_TRIAL = """import sys
from azureml.core import Run

run, x = Run.get_context(), 0.0
for step in range(10):
    for n in range(300_000):
        x += n * 0.5
    run.log("loss", 1 / (step + 1))
"""


def measure(folder, n_rounds, *, n_trials=_N_TRIALS):
    """Return the figures of a large sweep, and of a small one that pages look at."""
    place = folder / "large"
    subprocess.run(_in_process("home", "build", place, n_trials, _N_POINTS), check=True)
    with studio(place) as served:
        figures = _of_browser(served, place)
        figures += _of_updates(served, place)
    return [*figures, _of_pages(folder, max(2, n_rounds // 2))]


def _in_process(module, name, *given):
    """Return the command that calls a function of this package."""
    given = [str(each) if isinstance(each, Path) else each for each in given]
    script = f"from tests.benchmarks.studio.{module} import {name}; {name}(*{given!r})"
    return [sys.executable, "-c", script]


def _of_browser(served, place):
    from hyperlocal.history import History

    history = History.open(place)

    def grow():
        number = sum(history.runs.count_by_status(home.SWEEP).values())
        home.add_trial(history, number, _N_POINTS)
        return number + 1

    found = browser.look(served.entry, f"{served.url}/runs/{home.SWEEP}", grow=grow)
    history.close()
    first = "the first page since the studio was started"
    return [
        Figure("studio: charts and rows can be used", found["usable"], "s", 2.0),
        Figure("studio: the same", found["usable, first time"], "s", 2.0, note=first),
        Figure("studio: first paint", found["first paint"], "s", 1.0),
        Figure("studio: transferred", found["transferred"] / _MB, "MB", 3.0),
        Figure(
            "studio: transferred", found["transferred, first time"] / _MB, "MB", 8.0, note=first
        ),
        Figure("studio: a new trial is seen", found["a new trial is seen after"], "s", 2.0),
        Figure("studio: heap of the page, all charts drawn", found["heap"] / _MB, "MB", 500.0),
    ]


def _of_updates(served, place):
    """Return what the server computes as the sweep grows, by what it is asked."""
    from hyperlocal.history import History

    history = History.open(place)
    page = Client(served.port, served.token, home.SWEEP)
    mark = page.ask("rows")["mark"]
    costs = {}
    for _ in range(_N_UPDATES):
        number = sum(history.runs.count_by_status(home.SWEEP).values())
        home.add_trial(history, number, _N_POINTS)
        time.sleep(_SETTLES_S)
        words = ",".join([f'"{mark[0]}"', *map(str, mark[1:])])
        costs.setdefault("news", []).append(_cost(served, page, f"news?mark=[{words}]"))
        for chart in Client.CHARTS:
            name = chart.partition("?")[0]
            costs.setdefault(name, []).append(_cost(served, page, f"figures/{chart}"))
        costs.setdefault("asked again", []).append(_cost(served, page, "figures/best?x=number"))
    history.close()
    return [
        Figure(
            f"studio: the server's time for {name}",
            statistics.median(told),
            "ms",
            100.0,
            note=f"at worst {max(told):.1f} ms",
        )
        for name, told in costs.items()
    ]


def _cost(served, page, what):
    before = served.processor_time()
    page.ask(what)
    return 1000 * (served.processor_time() - before)


def _of_pages(folder, n_rounds):
    """Return how much longer a sweep takes while pages are open on it."""
    source = folder / "small"
    source.mkdir()
    took = {0: [], _N_PAGES: []}
    with studio(os.environ["HYPERLOCAL_HOME"]) as served:
        for _ in range(n_rounds):
            for n_pages, told in took.items():
                told.append(_one_sweep(source, served, n_pages))
    alone, watched = statistics.median(took[0]), statistics.median(took[_N_PAGES])
    return Figure(
        f"studio: a sweep with {_N_PAGES} open pages over one with none",
        watched / alone,
        "times",
        1.1,
        note=f"{watched:.2f} s against {alone:.2f} s; pages replayed by a process that yields",
    )


def _one_sweep(source, served, n_pages):
    began = time.perf_counter()
    run = submitted(source, _TRIAL, n_trials=_N_SMALL)
    command = _in_process("served", "poll", served.port, served.token, run.id, n_pages)
    pages = None
    if n_pages:
        pages = subprocess.Popen(
            ["nice", "-n", "19", *command], env=environment(), stdout=subprocess.PIPE
        )
    try:
        run.wait_for_completion()
        return time.perf_counter() - began
    finally:
        if pages is not None:
            pages.kill()
            said = pages.stdout.read()
            pages.wait()
            pages.stdout.close()
            assert b"polling" in said, "The pages did not come to ask anything."

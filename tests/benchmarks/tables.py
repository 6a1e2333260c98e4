"""Tables: what it costs to read a delimited file as a dataset, beside `read_csv`."""

import random
import time

from tests.benchmarks.measure import Figure, Sample

__all__ = ["measure"]

_N_ROWS, _N_NUMBERS, _N_TEXTS = 33_000, 10, 11
_WORDS = ("admin", "blue-collar", "technician", "services", "unknown")


def measure(folder, n_rounds):
    """Return how many times as long as pandas alone a dataset takes, in one process."""
    import pandas as pd

    from hyperlocal.services.data.files import Found
    from hyperlocal.services.data.frames import _typed
    from hyperlocal.services.data.readers import delimited_reader
    from hyperlocal.services.data.reading import read

    path = folder / "table.csv"
    _write(path)
    file, reader = Found(str(path), path.name, str(path)), delimited_reader()
    ours, theirs = Sample(), Sample()
    for _ in range(n_rounds):
        ours.values.append(_seconds(lambda: _typed(read([file], reader), reader, "null")))
        theirs.values.append(_seconds(lambda: pd.read_csv(path)))
    ratio = min(ours.values) / min(theirs.values)
    return [Figure("a table of 33,000 x 21 as a dataset, beside read_csv", ratio, "x", 2.0)]


def _seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _write(path):
    draw = random.Random(0)
    with path.open("w") as file:
        file.write(",".join(f"c{n}" for n in range(_N_NUMBERS + _N_TEXTS)) + "\n")
        for _ in range(_N_ROWS):
            row = [str(draw.randrange(100)) for _ in range(_N_NUMBERS // 2)]
            row += [f"{draw.random():.3f}" for _ in range(_N_NUMBERS - len(row))]
            row += [draw.choice(_WORDS) for _ in range(_N_TEXTS)]
            file.write(",".join(row) + "\n")

"""Results: one line of JSON for each search that was run, so that runs can be interrupted."""

import json
from pathlib import Path
from typing import NamedTuple

__all__ = ["Cell", "append", "read"]


class Cell(NamedTuple):
    """Which search."""

    optimiser: str
    problem: str
    workers: int
    seed: int


def read(*paths):
    """Return what is recorded of each cell; of a cell in several files, what the last one has."""
    found = {}
    for path in map(Path, paths):
        for line in path.read_text().splitlines() if path.exists() else ():
            record = json.loads(line)
            found[Cell(*(record[key] for key in Cell._fields))] = record
    return found


def append(path, cell, outcome):
    record = cell._asdict() | {
        key: [float(f"{number:.6g}") for number in numbers] for key, numbers in outcome.items()
    }
    with open(path, "a") as file:
        file.write(json.dumps(record) + "\n")

"""Reuse: an earlier run that did just what a step would do stands for it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import NamedTuple

from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Step
from hyperlocal.errors import RunNotFound
from hyperlocal.history import History

__all__ = ["Earlier", "find_earlier", "key_of", "remember", "take_over"]

_KIND = "step result"
_MOST_FILES = 20_000  # of outside data that are looked at to see whether it has changed


class Earlier(NamedTuple):
    """A run that has done it, and where it left its outputs, by name."""

    run_id: str
    outputs: dict[str, str]


def key_of(step: Step, makers: Mapping[str, str]) -> str | None:
    """Return a text that is the same for the same work on the same data; None if it is unknown.

    Args:
        step: The step.
        makers: Of each step that has completed, the run that really made its outputs.
    """
    if not step.fingerprint:
        return None
    stamps = [_stamp(path) for path in step.reads]
    if None in stamps:
        return None
    inputs = [[makers.get(producer, producer), name] for producer, name in step.inputs]
    names = [output.name for output in step.outputs]
    told = json.dumps([step.fingerprint, inputs, names, stamps])
    return hashlib.sha256(told.encode()).hexdigest()


def find_earlier(history: History, key: str) -> Earlier | None:
    """Return the run that has this key, if all that it made is still there."""
    known = history.assets.get(_KIND, key)
    if known is None:
        return None
    earlier = Earlier(str(known.body["run_id"]), dict(known.body["outputs"]))
    try:
        record = history.runs.get(earlier.run_id)
    except RunNotFound:
        return None
    is_whole = all(os.path.exists(path) for path in earlier.outputs.values())
    return earlier if record.status is Status.COMPLETED and is_whole else None


def remember(history: History, key: str, step: Step) -> None:
    """Let later steps with this key be spared."""
    outputs = {output.name: os.path.realpath(output.path) for output in step.outputs}
    if all(os.path.exists(path) for path in outputs.values()):
        history.assets.add(_KIND, key, {"run_id": step.run_id, "outputs": outputs})


def take_over(step: Step, earlier: Earlier) -> None:
    """Let the step's outputs lead to what the earlier run has made."""
    for output in step.outputs:
        os.makedirs(os.path.dirname(output.path), exist_ok=True)
        if not os.path.lexists(output.path):
            os.symlink(earlier.outputs[output.name], output.path)


def _stamp(path: str) -> list[object] | None:
    """Return what changes with a file or folder; None if that is too much to look at."""
    if not os.path.isdir(path):
        return [path, *_look(path)]
    found: list[object] = []
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            file = os.path.join(folder, name)
            found.append([os.path.relpath(file, path), *_look(file)])
            if len(found) > _MOST_FILES:
                return None
    return [path, found]


def _look(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (-1, -1)
    return (status.st_size, status.st_mtime_ns)

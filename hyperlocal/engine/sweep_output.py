"""Sweep output: what a step makes of its sweep's trials when they have ended."""

from __future__ import annotations

import json
import os
from typing import Any

from hyperlocal.domain.sweep import Output, Step, Sweep
from hyperlocal.engine.files import copy_tree
from hyperlocal.engine.staging import Staging, copy_into, copy_whole, write_whole
from hyperlocal.errors import HyperlocalError
from hyperlocal.history import History

__all__ = ["SweepOutputError", "collect_output"]


class SweepOutputError(HyperlocalError):
    """What was to be made of the trials cannot be made."""


def collect_output(history: History, step: Step) -> None:
    """Write what the step promises of its sweep's trials.

    Raises:
        SweepOutputError: No trial was best, or the best one has no such file.
    """
    for output in step.outputs:
        if output.sweep_output is None or not isinstance(step.work, Sweep):
            continue
        os.makedirs(os.path.dirname(output.path), exist_ok=True)
        if output.sweep_output.best_file:
            _copy_best(history, step.sweep_id, step.work, output, output.sweep_output.best_file)
        else:
            text = json.dumps(_metrics(history, step.sweep_id), default=str)
            write_whole(history.home, _place_for(output, "metrics.json"), text)


def _place_for(output: Output, name: str) -> str:
    """Return where a file is put: in the output if that is a folder, else in its place.

    Trials that were given the path may have made a folder there: what they wrote stays, and the
    file joins it.
    """
    if output.is_folder or os.path.isdir(output.path):
        return os.path.join(output.path, os.path.basename(name))
    return output.path


def _metrics(history: History, sweep_id: str) -> dict[str, dict[str, list[Any]]]:
    """Return trial to metric to everything that it logged, in order."""
    found: dict[str, dict[str, list[Any]]] = {}
    for each in history.series.of_children(sweep_id):
        found.setdefault(each.run_id, {})[each.name] = each.values
    return found


def _copy_best(history: History, sweep_id: str, sweep: Sweep, output: Output, name: str) -> None:
    best = history.ranking.best(sweep_id, sweep.metric_name, greatest=sweep.goal.wants_greatest)
    if best is None:
        raise SweepOutputError(
            f"Output {output.name!r} is a file of the best trial, but no trial logged a number "
            f"as {sweep.metric_name!r}."
        )
    folder = history.folder(best.run.run_id)
    file = folder.file(name)
    if file is not None:
        copy_whole(history.home, [(file, _place_for(output, name))])
        return
    inside = os.path.normpath(name).replace("\\", "/")
    is_kept = inside.split("/")[0] in ("outputs", "logs")
    if is_kept and folder.has_folder(inside):
        with Staging(history.home) as staging:
            draft = staging.draft_for(output.path)
            copy_tree(os.fspath(folder.path / inside), draft)
            if os.path.isdir(output.path):
                copy_into(staging, _files_in(draft), output.path, with_times=False)
            else:
                staging.put(draft, output.path)
        return
    known = ", ".join(folder.file_names()[:20])
    raise SweepOutputError(
        f"Output {output.name!r} is {name!r} of the best trial {best.run.run_id}, which has no "
        f"such file. It has: {known or 'none'}."
    )


def _files_in(folder: str) -> list[tuple[str, str]]:
    """Return the files of a folder, with their names in it."""
    paths = [os.path.join(above, name) for above, _, names in os.walk(folder) for name in names]
    return [(path, os.path.relpath(path, folder).replace(os.sep, "/")) for path in paths]

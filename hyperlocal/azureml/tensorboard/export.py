"""What runs logged, written as TensorBoard reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.run import Run
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.reading import shown

if TYPE_CHECKING:
    import logging

    from hyperlocal.history import MetricPoint

__all__ = ["export_to_tensorboard"]


__getattr__ = _placeholders.lacking(__name__)


def export_to_tensorboard(
    run_data: Any, logsdir: Any, logger: Any = None, recursive: Any = True
) -> None:
    """Write the metrics of runs for TensorBoard, each run in a folder of its id.

    Numbers become scalars, in order of logging or at the steps that were given; so do the numeric
    columns of rows and tables. Texts and images are left out.

    Args:
        run_data: A run, or a list of runs.
        logsdir: The folder; it is made if need be.
        logger: Where it is said what was written and left out.
        recursive: Whether the runs below them are written, too.

    Raises:
        UserErrorException: What was given is no run.
        ToolError: TensorBoard is not installed.
    """
    from hyperlocal.engine.board import EventFile

    for run in _runs(run_data, recursive):
        points = run._history.metrics.points(run.id)
        if not points:
            continue
        with EventFile(os.path.join(logsdir, run.id)) as events:
            for tag, value, step, logged_at in _scalars(points):
                events.add(tag, value, step, logged_at)
        _tell(logger, run.id, points)


def _runs(run_data: Any, recursive: Any) -> list[Run]:
    runs = list(run_data) if isinstance(run_data, (list, tuple)) else [run_data]
    if not runs:
        raise UserErrorException("export_to_tensorboard() was given no run: the list is empty.")
    for run in runs:
        if not isinstance(run, Run):
            raise UserErrorException(
                f"export_to_tensorboard() was given {shown(run)}, but writes only runs of an "
                "experiment: one, or a list of them."
            )
    below = [child for run in runs if recursive for child in run.get_children(recursive=True)]
    return list({run.id: run for run in (*runs, *below)}.values())


def _scalars(points: list[MetricPoint]) -> Iterator[tuple[str, float, int, float]]:
    """Give name, value, step and time of each number."""
    counts: dict[str, int] = {}
    for point in points:
        for tag, value in _numbers(point):
            counted = counts.get(tag, 0)
            counts[tag] = counted + 1
            yield tag, value, counted if point.step is None else point.step, point.logged_at


def _numbers(point: MetricPoint) -> Iterator[tuple[str, float]]:
    if point.is_numeric:
        yield point.name, float(point.value)
    elif isinstance(point.value, dict):
        for column, held in point.value.items():
            for cell in held if isinstance(held, list) else [held]:
                if isinstance(cell, (int, float)):
                    yield f"{point.name}/{column}", float(cell)


def _tell(logger: logging.Logger | None, run_id: str, points: list[MetricPoint]) -> None:
    if logger is None:
        return
    logger.info("Exported the metrics of run %s for TensorBoard.", run_id)
    for name in dict.fromkeys(p.name for p in points if not any(_numbers(p))):
        logger.info("Left out of run %s: %s, which holds no number.", run_id, name)

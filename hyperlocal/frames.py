"""Data frames of runs, for pandas. The SDK has nothing like it.

    from hyperlocal import frames

    trials = frames.trials(run)                     # a row for each child run
    points = frames.metrics(run)                    # a row for each value that they logged
    best = trials.sort_values("best").iloc[-1]
    points[points.metric == "loss"].pivot(index="report", columns="number", values="value").plot()

A run is a `Run`, or the id of one (its beginning is enough). A sweep may still run.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hyperlocal.errors import ArgumentError

if TYPE_CHECKING:
    import os

    from hyperlocal.history.records import RunRecord
    from hyperlocal.history.store import History
    from hyperlocal.views.run_tables import RunTable

__all__ = ["metrics", "trials"]

_INTEGERS = ("exit_code", "report")


def trials(run: Any, *, home: str | os.PathLike[str] | None = None) -> Any:
    """Return the child runs of a run as a `pandas.DataFrame`, in order of creation.

    A run that has none and is no sweep is the only row. Columns are `run_id`, `number`, `name`,
    `status`, `cause`, `reason`, `exit_code`, `created`, `started`, `ended` (in UTC), `duration_s`,
    of a sweep `best` (the best of the primary metric that the child logged), `params.NAME`,
    `metrics.NAME` (the last value) and `tags.NAME`. Secrets are hidden. `frame.attrs` has
    `run_id`, and of a sweep `primary_metric` and `goal`.

    Args:
        run: A run, or the id of one.
        home: The home of the run with that id; by default this process's.

    Raises:
        ArgumentError: `run` is neither.
        RunNotFound: There is no such run.
        ImportError: pandas is not installed.
    """
    from hyperlocal.views.run_tables import runs_table

    history, record = _look_up(run, home)
    return _framed(runs_table(history, record, time.time()), record)


def metrics(run: Any, *, home: str | os.PathLike[str] | None = None) -> Any:
    """Return all that the runs of `trials` logged as a `pandas.DataFrame`, in order of logging.

    Columns are `run_id`, `number`, `metric`, `report` (which value of that metric by that run,
    from 1), `step` (what the script gave as step), `logged` (in UTC), `value` (a number) and
    `text` (what was logged that is no number; rows and tables as JSON).

    Args:
        run: A run, or the id of one.
        home: The home of the run with that id; by default this process's.

    Raises:
        ArgumentError: `run` is neither.
        RunNotFound: There is no such run.
        ImportError: pandas is not installed.
    """
    from hyperlocal.views.run_tables import points_table

    history, record = _look_up(run, home)
    return _framed(points_table(history, record), record)


def _look_up(run: Any, home: str | os.PathLike[str] | None) -> tuple[History, RunRecord]:
    from hyperlocal.engine import settle
    from hyperlocal.history import History

    run_id = run if isinstance(run, str) else getattr(run, "id", None)
    if not isinstance(run_id, str):
        raise ArgumentError(f"A data frame is made of a run, or of the id of one, not of {run!r}.")
    history = getattr(run, "_history", None)
    if history is None:
        history = History.open(None if home is None else str(home))
    record = history.runs.find(run_id)
    return history, record if record.status.is_terminal else settle(history, record.run_id)


def _framed(table: RunTable, record: RunRecord) -> Any:
    from hyperlocal.views.plans import sweep_of
    from hyperlocal.views.run_tables import TIMES

    pandas = _pandas()
    columns = table.plain()
    for name in TIMES & columns.keys():
        columns[name] = pandas.to_datetime(
            pandas.Series(columns[name], dtype="float64"), unit="s", utc=True
        )
    for name in [name for name in _INTEGERS if name in columns]:
        columns[name] = pandas.array(columns[name], dtype="Int64")
    if "value" in columns:
        columns["value"] = pandas.Series(columns["value"], dtype="float64")
    frame = pandas.DataFrame(columns)
    frame.attrs["run_id"] = record.run_id
    sweep = sweep_of(record)
    if sweep is not None:
        frame.attrs |= {"primary_metric": sweep.metric_name, "goal": sweep.goal.value}
    return frame


def _pandas() -> Any:
    try:
        import pandas
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise ImportError(
            "Data frames need pandas, which is not installed. Install it with: "
            "pip install 'hyperlocal[data]'",
            name="pandas",
        ) from error
    return pandas

"""Objects of recorded runs, each of the class that is for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._classes import RUNS, class_named
from hyperlocal.azureml.core._run_lookup import select
from hyperlocal.services.runs.kinds import type_of

if TYPE_CHECKING:
    from hyperlocal.history import RunRecord

__all__ = ["add_factory", "experiment_of", "make_run", "runs_on"]

_factories: dict[str, Callable[..., Any]] = {}


def experiment_of(workspace: Any, record: RunRecord) -> Any:
    """Return the experiment that a run is in."""
    return class_named("Experiment")(workspace, record.experiment, _skip_name_validation=True)


def add_factory(run_type: str, factory: Callable[..., Any]) -> None:
    """Let `factory(experiment=, run_dto=)` make the objects of runs of a type."""
    _factories[run_type] = factory


def make_run(experiment: Any, record: RunRecord, *, is_exact: bool = True) -> Any:
    """Return the object of a run: of the class of its type, or a plain `Run`."""
    run_type = type_of(record) or ""
    factory = _factories.get(run_type)
    if is_exact and factory is not None:
        return factory(experiment=experiment, run_dto=record)
    name = RUNS.get(run_type, "Run") if is_exact else "Run"
    return class_named(name)._of_record(experiment, record)


def runs_on(compute: Any, **filters: Any) -> Iterator[Any]:
    """Return the runs that were submitted to a compute target, newest first.

    Args:
        compute: The target.
        **filters: As for `select`.
    """
    from hyperlocal.services.connection import this_history
    from hyperlocal.services.runs.definitions import definition_of

    history = this_history()
    records = history.runs.top(include_children=True)
    mine = (r for r in records if definition_of(history, r).get("target") == compute.name)
    for record in select(history, mine, **filters):
        yield make_run(experiment_of(compute.workspace, record), record)

"""Lookup: runs by id and by filter, as objects of the right class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._run_base import as_texts
from hyperlocal.azureml.exceptions import ServiceException
from hyperlocal.errors import RunNotFound
from hyperlocal.reading import text_of
from hyperlocal.services.runs.kinds import HYPERDRIVE, PIPELINE, STEP, is_script, type_of

if TYPE_CHECKING:
    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.azureml.core.run import Run
    from hyperlocal.history import History, RunRecord

__all__ = [
    "add_factory",
    "experiment_of",
    "find_run",
    "make_run",
    "runs_on",
    "select",
]

_factories: dict[str, Callable[..., Any]] = {}


def find_run(history: History, run_id: Any, experiment: str | None = None) -> RunRecord:
    """Return the run, which must be in the experiment if one is named.

    Raises:
        ServiceException: There is none.
    """
    try:
        record = history.runs.get(text_of(run_id))
    except RunNotFound as error:
        raise ServiceException(error) from error
    if experiment is not None and record.experiment != experiment:
        raise ServiceException(
            f"Run {run_id!r} is in experiment {record.experiment!r}, not in {experiment!r}."
        )
    return record


def experiment_of(workspace: Any, record: RunRecord) -> Experiment:
    """Return the experiment that a run is in."""
    from hyperlocal.azureml.core.experiment import Experiment

    return Experiment(workspace, record.experiment, _skip_name_validation=True)


def add_factory(run_type: str, factory: Callable[..., Any]) -> None:
    """Let `factory(experiment=, run_dto=)` make the objects of runs of a type."""
    _factories[run_type] = factory


def make_run(experiment: Experiment, record: RunRecord, *, is_exact: bool = True) -> Run:
    """Return the object of a run: of the class of its type, or a plain `Run`."""
    from hyperlocal.azureml.core.run import Run

    factory = _factories.get(type_of(record) or "")
    if is_exact and factory is not None:
        made: Run = factory(experiment=experiment, run_dto=record)
        return made
    if is_exact and record.kind == HYPERDRIVE:
        from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun

        return HyperDriveRun(experiment, record.run_id, _record=record)
    if is_exact and record.kind in (PIPELINE, STEP):
        from hyperlocal.azureml.pipeline.core.run import run_of

        return run_of(experiment, record)
    if is_exact and is_script(record):
        from hyperlocal.azureml.core.script_run import ScriptRun

        return ScriptRun(experiment, record.run_id, _record=record)
    return Run(experiment, record.run_id, _record=record)


def select(
    history: History,
    records: Iterable[RunRecord],
    *,
    type: str | None = None,
    tags: Any = None,
    properties: Any = None,
    status: str | None = None,
) -> Iterator[RunRecord]:
    """Keep the runs that fit all filters.

    A text as `tags` or `properties` is a name that must be there; a dict tells values too.
    """
    from hyperlocal.services.runs.facts import properties_of, tags_of

    for record in records:
        if type is not None and type_of(record) != type:
            continue
        if status is not None and record.status.value != status:
            continue
        if tags is not None and not _fits(tags, record.tags, partial(tags_of, history, record)):
            continue
        derive = partial(properties_of, history, record)
        if properties is not None and not _fits(properties, record.properties, derive):
            continue
        yield record


def runs_on(compute: Any, **filters: Any) -> Iterator[Run]:
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


def _fits(
    wanted: Any, recorded: Mapping[str, Any], derive: Callable[[], Mapping[str, Any]]
) -> bool:
    """Whether the texts have what is wanted; what must be derived only if it is not recorded."""
    if isinstance(wanted, str):
        return wanted in recorded or wanted in derive()
    if not isinstance(wanted, dict):
        raise ValueError(f"{wanted!r} cannot select runs: give a name, or a dict of values.")
    texts = as_texts(wanted)
    if texts.items() <= recorded.items():
        return True
    return texts.items() <= derive().items()

"""Lookup: recorded runs by id and by filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.exceptions import ServiceException
from hyperlocal.errors import RunNotFound
from hyperlocal.reading import text_of
from hyperlocal.services.runs.kinds import type_of

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["find_run", "select"]


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

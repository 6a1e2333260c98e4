"""Children: runs below a run, made, submitted and found."""

from __future__ import annotations

import itertools

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_base import _RunBase
from hyperlocal.reading import shown, text_of

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hyperlocal.azureml.core.run import Run

__all__ = ["_RunChildren"]

_MOST_AT_ONCE = 100
_NUMBER_TAG = "azureml.batch_child_number"


class _RunChildren(_RunBase):
    """The runs below a run."""

    @property
    def parent(self) -> Run | None:
        """The run that this one is a child of; None at the top."""
        from hyperlocal.azureml.core._run_lookup import find_run
        from hyperlocal.azureml.core._run_objects import make_run

        parent_id = self._record.parent_id
        if parent_id is None:
            return None
        found: Run = make_run(self.experiment, find_run(self._history, parent_id))
        return found

    @as_sdk_errors
    def child_run(self, name: Any = None, run_id: Any = None, outputs: Any = None) -> Run:
        """Make and start a run below this one. It runs until it is completed."""
        from hyperlocal.azureml.core._run_interactive import start_run

        run: Run = start_run(
            self.experiment,
            history=self._history,
            parent_id=self._run_id,
            run_id=run_id,
            display_name=name,
            outputs=outputs,
        )
        return run

    @as_sdk_errors
    def create_children(
        self, count: Any = None, tag_key: Any = None, tag_values: Any = None
    ) -> list[Run]:
        """Make and start several runs below this one: a number, or one for each value of a tag.

        Raises:
            UserErrorException: Both or neither was asked for, or more than 100.
        """
        from hyperlocal.azureml.core._run_interactive import start_run

        key, values = _batch(count, tag_key, tag_values)
        return [
            start_run(
                self.experiment,
                history=self._history,
                parent_id=self._run_id,
                tags={key: text_of(value)},
            )
            for value in values
        ]

    def submit_child(self, config: Any, tags: Any = None, **kwargs: Any) -> Any:
        """Submit a configuration as a run below this one."""
        return self.experiment.submit(config, tags=tags, _parent_run_id=self._run_id, **kwargs)

    def get_children(
        self,
        recursive: Any = False,
        tags: Any = None,
        properties: Any = None,
        type: Any = None,
        status: Any = None,
        _rehydrate_runs: Any = True,
    ) -> Iterator[Run]:
        """Return the runs below this one that fit all filters, newest first."""
        from hyperlocal.azureml.core._run_lookup import select
        from hyperlocal.azureml.core._run_objects import make_run

        history, experiment = self._history, self.experiment
        records = history.listing.each_child(self._run_id, recursive=bool(recursive))
        selected = select(
            history, records, type=type, tags=tags, properties=properties, status=status
        )
        return (make_run(experiment, r, is_exact=bool(_rehydrate_runs)) for r in selected)


def _batch(count: Any, tag_key: Any, tag_values: Any) -> tuple[str, list[Any]]:
    from hyperlocal.azureml.exceptions import UserErrorException

    has_tags = tag_key is not None or tag_values is not None
    if (count is None) is not has_tags or (tag_key is None) is not (tag_values is None):
        raise UserErrorException(
            "create_children() needs either count, or both tag_key and tag_values."
        )
    if count is not None and (not isinstance(count, int) or count < 0):
        raise UserErrorException(
            f"create_children(): count is {shown(count)}, but must be an integer from 0."
        )
    # One more than there may be is enough to know: a range can have any number.
    asked = range(min(count, _MOST_AT_ONCE + 1)) if count is not None else tag_values
    try:
        values = list(itertools.islice(asked, _MOST_AT_ONCE + 1))
    except TypeError:
        raise UserErrorException(
            f"create_children(): tag_values are {shown(tag_values)}, but must be a list."
        ) from None
    if len(values) > _MOST_AT_ONCE:
        raise UserErrorException(f"create_children() makes at most {_MOST_AT_ONCE} runs at once.")
    return (_NUMBER_TAG if count is not None else text_of(tag_key)), values

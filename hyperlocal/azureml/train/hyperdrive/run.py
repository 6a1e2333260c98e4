"""The parent run of a sweep."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core.experiment import Experiment
from hyperlocal.azureml.core.run import Run
from hyperlocal.azureml.train.hyperdrive._primary_metric import PrimaryMetricGoal
from hyperlocal.azureml.train.hyperdrive._restored import restored_config
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveNotImplementedException,
    _rejection,
    _shown,
)
from hyperlocal.services.runs.ranking import best_child, ranked_children, sweep_from

if TYPE_CHECKING:
    from hyperlocal.azureml.train.hyperdrive.runconfig import HyperDriveConfig
    from hyperlocal.domain.sweep import Sweep

__all__ = ["HyperDriveRun", "PrimaryMetricGoal"]

__getattr__ = _placeholders.lacking(__name__)


class HyperDriveRun(Run):
    """A sweep that was submitted: its trials, their parameters and metrics, and the best of them.

    Args:
        experiment: The experiment that it is in.
        run_id: Its id; a sweep can be looked up from any process that uses the same home.
        hyperdrive_config: The configuration, if it is at hand; else it is made from what is
            recorded.

    Differs:
        NaN and infinities count as no metric. Of equal children the first to get there is ahead,
        in the sorted list as well. Tags and properties that the service writes while a sweep goes
        on are made up from the history when they are read.
    """

    HYPER_DRIVE_RUN_USER_AGENT = "sdk_run_hyper_drive"
    RUN_TYPE = "hyperdrive"

    @as_sdk_errors
    def __init__(
        self, experiment: Any, run_id: Any, hyperdrive_config: Any = None, **kwargs: Any
    ) -> None:
        if not isinstance(experiment, Experiment):
            raise _rejection(
                f"HyperDriveRun: experiment is {_shown(experiment)}, but must be an Experiment.",
                "experiment",
            )
        if not isinstance(run_id, str):
            raise _rejection(
                f"HyperDriveRun: run_id is {_shown(run_id)}, but must be a text.", "run_id"
            )
        super().__init__(experiment, run_id, **kwargs)
        self._sweep: Sweep = sweep_from(self._record)
        self._hyperdrive_config: HyperDriveConfig | None = hyperdrive_config

    @property
    def hyperdrive_config(self) -> Any:
        """The configuration that the sweep was submitted with."""
        if self._hyperdrive_config is None:
            self._hyperdrive_config = restored_config(self._record)
        return self._hyperdrive_config

    def get_best_run_by_primary_metric(
        self,
        include_failed: Any = True,
        include_canceled: Any = True,
        include_resume_from_runs: Any = True,
    ) -> Run | None:
        """Return the child with the best primary metric; None if no child logged one.

        Why it is None is logged as a warning: scripts take it for a run in their next line.

        Args:
            include_failed: Whether a failed child can be the best.
            include_canceled: Whether a cancelled or stopped child can be the best.
            include_resume_from_runs: Whether a child of a sweep that this one was told to
                `resume_from` can be the best. Of equal ones this sweep's own is.

        Differs:
            The SDK leaves out an earlier best that is exactly 0.
        """
        from hyperlocal.azureml.core._run_objects import experiment_of

        earlier = self._sweep.prior_sweeps if include_resume_from_runs else ()
        found = [
            best_child(
                self._history,
                parent_id,
                self._sweep,
                includes_failed=bool(include_failed),
                includes_canceled=bool(include_canceled),
            )
            for parent_id in (self._run_id, *earlier)
        ]
        known = [pair for pair in found if pair is not None]
        if not known:
            logging.getLogger(__name__).warning(self._why_no_best())
            return None
        record, _ = max(known, key=lambda pair: self._sweep.goal.score(pair[1]))
        experiment = self.experiment
        if record.experiment != experiment.name:
            experiment = experiment_of(experiment.workspace, record)
        return Run(experiment, record.run_id, _record=record)

    def _why_no_best(self) -> str:
        wanted = self._sweep.metric_name
        if not self._fetch().status.is_terminal:
            return (
                f"There is no best run yet: {self._run_id} has not ended, and no trial that "
                f"counts has logged {wanted!r}. wait_for_completion() waits for its end."
            )
        others = self._history.metrics.names_of_children(self._run_id)
        logged = ", ".join(map(repr, others)) or "nothing"
        return (
            f"There is no best run: no trial of {self._run_id} that counts has logged a number as "
            f"{wanted!r}. What they logged: {logged}. NaN and infinities do not count."
        )

    def get_children_sorted_by_primary_metric(
        self, top: Any = 0, reverse: Any = False, discard_no_metric: Any = False
    ) -> list[dict[str, Any]]:
        """Return the children as dicts, best first.

        Each has `run_id`, `hyperparameters` (JSON text), `best_primary_metric` and `status`.
        Children without a metric are last, whatever the order.

        Args:
            top: How many; 0 for all.
            reverse: Worst first.
            discard_no_metric: Leave out children without a metric.

        Raises:
            AssertionError: An argument is of another type.
        """
        _assert(isinstance(top, int) and top >= 0, "top", top, "an integer of at least 0")
        _assert(type(reverse) is bool, "reverse", reverse, "True or False")
        _assert(
            type(discard_no_metric) is bool,
            "discard_no_metric",
            discard_no_metric,
            "True or False",
        )
        return ranked_children(
            self._history,
            self._run_id,
            self._sweep,
            top=int(top),
            is_reversed=reverse,
            discards_no_metric=discard_no_metric,
        )

    def get_hyperparameters(self) -> dict[str, str]:
        """Return child run id to its hyperparameters as JSON text."""
        from hyperlocal.services.runs.definitions import hyperparameters_text

        texts = {}
        for child in self._history.runs.children_after(self._run_id, 0):
            text = hyperparameters_text(child)
            if text is not None:
                texts[child.run_id] = text
        return texts

    @as_sdk_errors
    def get_metrics(self) -> dict[str, dict[str, Any]]:  # type: ignore[override]
        """Return child run id to what the child logged; children without metrics are left out."""
        from hyperlocal.services.runs.metric_shapes import metrics_by_run

        return metrics_by_run(self._history.series.of_children(self._run_id))

    def cancel(self) -> bool:
        """Ask for the end of the sweep and of its trials; return whether it was still going on."""
        from hyperlocal.engine import settle

        was_going_on = self._history.runs.request_cancel(self._run_id)
        self._known_record = settle(self._history, self._run_id)
        return was_going_on

    def fail(self) -> None:  # type: ignore[override]
        """Raise: a sweep fails when its trials do.

        Raises:
            HyperDriveNotImplementedException: Always.
        """
        raise HyperDriveNotImplementedException(
            "A HyperDriveRun cannot be declared failed. cancel() ends it."
        )

    def get_diagnostics(self) -> None:
        """Raise: the SDK has no diagnostics of sweeps.

        Raises:
            HyperDriveNotImplementedException: Always.
        """
        raise HyperDriveNotImplementedException(
            "A HyperDriveRun has no diagnostics. `hyperlocal show` and get_details() tell what "
            "went wrong."
        )


def _assert(is_true: bool, name: str, value: Any, allowed: str) -> None:
    # The SDK asserts; this holds under `python -O` as well.
    if not is_true:
        raise AssertionError(f"{name} is {value!r}, but must be {allowed}.")

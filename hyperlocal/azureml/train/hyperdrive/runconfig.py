"""The configuration of a sweep: what is searched, how, for what metric and within which limits.

What is checked, and in which order, is what the SDK checks. It lets limits pass that the service
refuses (`max_total_runs=0`); those are rejected when the sweep is submitted.
"""

from __future__ import annotations

import warnings

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train.hyperdrive._primary_metric import PrimaryMetricGoal
from hyperlocal.azureml.train.hyperdrive._resume import scopes_to_resume
from hyperlocal.azureml.train.hyperdrive.exceptions import _rejection, _shown
from hyperlocal.azureml.train.hyperdrive.policy import NoTerminationPolicy
from hyperlocal.azureml.train.hyperdrive.sampling import BayesianParameterSampling

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["HyperDriveConfig", "HyperDriveRunConfig", "PrimaryMetricGoal"]

_LONGEST_SWEEP_MINUTES = 10080
_TRIALS_PER_BAYESIAN_PARAMETER = 20
_MOST_CONCURRENT_BAYESIAN_TRIALS = 20


class HyperDriveConfig:
    """A sweep, ready to be submitted to an experiment.

    Args:
        hyperparameter_sampling: The search space and the way through it.
        primary_metric_name: The metric that the training script logs and trials are judged by.
        primary_metric_goal: Whether it is to be large or small.
        max_total_runs: How many trials at most.
        max_concurrent_runs: How many at the same time; all of them if it is None or 0.
        max_duration_minutes: When the sweep ends at the latest.
        policy: Which trials are stopped early; by default none.
        estimator: What each trial runs. Give one of `estimator`, `run_config` and `pipeline`.
        run_config: A `ScriptRunConfig`: what each trial runs.
        resume_from: Earlier sweeps, up to five, whose trials count as known.
        resume_child_runs: Earlier trials to run again with their hyperparameters.
        pipeline: What each trial runs.
        debug_flag: Of no use outside the service.
        custom_run_id: The id of the parent run; by default one is made up.

    Differs:
        Where the SDK trips over a wrong argument with an AttributeError or a TypeError, this
        raises a HyperDriveConfigException that says what is wrong.
    """

    _PLATFORM = "AML"
    _AML_PIPELINES_PLATFORM = "AML_PIPELINES"

    def __init__(
        self,
        hyperparameter_sampling: Any,
        primary_metric_name: Any,
        primary_metric_goal: Any,
        max_total_runs: Any,
        max_concurrent_runs: Any = None,
        max_duration_minutes: Any = _LONGEST_SWEEP_MINUTES,
        policy: Any = None,
        estimator: Any = None,
        run_config: Any = None,
        resume_from: Any = None,
        resume_child_runs: Any = None,
        pipeline: Any = None,
        debug_flag: Any = None,
        custom_run_id: Any = None,
    ) -> None:
        _check_work(estimator, run_config, pipeline)
        self._estimator = estimator
        self._run_config = run_config
        self._pipeline = pipeline
        self._debug_flag = debug_flag
        self._custom_run_id = custom_run_id
        self._generator_config = _described("hyperparameter_sampling", hyperparameter_sampling)
        self._policy_config = _described(
            "policy", NoTerminationPolicy() if policy is None else policy
        )
        self._primary_metric_config = {
            "name": primary_metric_name,
            "goal": _goal_name(primary_metric_goal),
        }
        self._max_total_runs = max_total_runs
        self._max_concurrent_runs = _first_given(max_concurrent_runs, max_total_runs)
        self._max_duration_minutes = max_duration_minutes
        self._platform = self._PLATFORM if pipeline is None else self._AML_PIPELINES_PLATFORM
        # Of the service's own; they are here because scripts look at them.
        self._host_url = None
        self._platform_config = None
        self._is_cloud_hydrate = False

        for advice in self._advice(hyperparameter_sampling):
            warnings.warn(advice, stacklevel=2)
        self._resume_from, self._resume_child_runs = scopes_to_resume(
            resume_from,
            resume_child_runs,
            self,
            is_bayesian=isinstance(hyperparameter_sampling, BayesianParameterSampling),
        )
        if resume_child_runs is not None:
            warnings.warn(
                f"resume_child_runs: {len(self._resume_child_runs)} earlier runs will be run "
                "again with their hyperparameters; the training script must accept --resume-from.",
                stacklevel=2,
            )

    @property
    def estimator(self) -> Any:
        """The estimator that each trial runs, if it is one."""
        return self._estimator

    @property
    def run_config(self) -> Any:
        """The `ScriptRunConfig` that each trial runs, if it is one."""
        return self._run_config

    @property
    def pipeline(self) -> Any:
        """The pipeline that each trial runs, if it is one."""
        return self._pipeline

    @property
    def source_directory(self) -> Any:
        """The folder of the training script; None for a pipeline."""
        work = self._estimator if self._run_config is None else self._run_config
        return None if work is None else work.source_directory

    def _advice(self, sampling: Any) -> Iterator[str]:
        """What a user should know about limits that are possible but unwise."""
        if self._pipeline is not None:
            yield "HyperDriveConfig(pipeline=...) is a preview feature of the SDK and may change."
        if _is_above("max_duration_minutes", self._max_duration_minutes, _LONGEST_SWEEP_MINUTES):
            yield (
                f"max_duration_minutes is {_shown(self._max_duration_minutes)}; the service ends "
                f"every sweep after {_LONGEST_SWEEP_MINUTES} minutes."
            )
        if not isinstance(sampling, BayesianParameterSampling):
            return
        n_parameters = len(self._generator_config["parameter_space"])
        n_advised = _TRIALS_PER_BAYESIAN_PARAMETER * n_parameters
        if _is_below("max_total_runs", self._max_total_runs, n_advised):
            yield (
                f"max_total_runs is {_shown(self._max_total_runs)}; Bayesian sampling of "
                f"{n_parameters} parameters needs about {n_advised} trials to do well."
            )
        if _is_above(
            "max_concurrent_runs", self._max_concurrent_runs, _MOST_CONCURRENT_BAYESIAN_TRIALS
        ):
            yield (
                f"max_concurrent_runs is {_shown(self._max_concurrent_runs)}; Bayesian sampling "
                "learns from finished trials and does better with "
                f"{_MOST_CONCURRENT_BAYESIAN_TRIALS} or fewer at a time."
            )

    def _submit_to(self, experiment: Any, **submission: Any) -> Any:
        """Run it as part of an experiment; return at once."""
        if self._pipeline is not None:
            from hyperlocal.azureml._submit.pipeline_sweeps import submit_pipeline_sweep

            return submit_pipeline_sweep(experiment, self, **submission)
        from hyperlocal.azureml._submit.sweeps import submit_sweep

        return submit_sweep(experiment, self, **submission)

    @classmethod
    def _restored(
        cls,
        *,
        generator_config: dict[str, Any],
        policy_config: dict[str, Any],
        primary_metric_config: dict[str, Any],
        max_total_runs: int,
        max_concurrent_runs: int,
        max_duration_minutes: float,
        run_config: Any = None,
        runs_pipelines: bool = False,
        resume_from: list[dict[str, Any]] | None = None,
        resume_child_runs: list[dict[str, Any]] | None = None,
    ) -> HyperDriveConfig:
        """The configuration of a sweep that was submitted before, without checking it again."""
        config = cls.__new__(cls)
        config.__dict__.update(
            _estimator=None,
            _run_config=run_config,
            _pipeline=None,
            _debug_flag=None,
            _custom_run_id=None,
            _generator_config=generator_config,
            _policy_config=policy_config,
            _primary_metric_config=primary_metric_config,
            _max_total_runs=max_total_runs,
            _max_concurrent_runs=max_concurrent_runs,
            _max_duration_minutes=max_duration_minutes,
            _platform=cls._AML_PIPELINES_PLATFORM if runs_pipelines else cls._PLATFORM,
            _host_url=None,
            _platform_config=None,
            _is_cloud_hydrate=True,
            _resume_from=resume_from,
            _resume_child_runs=resume_child_runs,
        )
        return config


class HyperDriveRunConfig(HyperDriveConfig):
    """The old name of HyperDriveConfig, for estimators; calling it gives a HyperDriveConfig."""

    def __new__(  # type: ignore[misc]
        cls,
        estimator: Any,
        hyperparameter_sampling: Any,
        primary_metric_name: Any,
        primary_metric_goal: Any,
        max_total_runs: Any,
        max_concurrent_runs: Any = None,
        max_duration_minutes: Any = _LONGEST_SWEEP_MINUTES,
        policy: Any = None,
    ) -> HyperDriveConfig:
        """Warn, and make a HyperDriveConfig of these arguments."""
        warnings.warn("HyperDriveRunConfig is deprecated. Use HyperDriveConfig.", stacklevel=2)
        return HyperDriveConfig(
            hyperparameter_sampling,
            primary_metric_name,
            primary_metric_goal,
            max_total_runs,
            max_concurrent_runs,
            max_duration_minutes,
            policy,
            estimator=estimator,
        )


def _check_work(estimator: Any, run_config: Any, pipeline: Any) -> None:
    """Exactly one of the three says what a trial runs."""
    offered = {"estimator": estimator, "run_config": run_config, "pipeline": pipeline}
    given = [name for name, value in offered.items() if value is not None]
    if len(given) != 1:
        found = f"{' and '.join(given)} are both" if given else "none of them is"
        raise _rejection(
            "HyperDriveConfig: exactly one of run_config, estimator and pipeline must say what a "
            f"trial runs, but {found} given. Use run_config=ScriptRunConfig(...).",
            "estimator, run_config, pipeline",
        )
    if run_config is not None:
        from hyperlocal.azureml.core.script_run_config import ScriptRunConfig

        if not isinstance(run_config, ScriptRunConfig):
            raise _rejection(
                f"HyperDriveConfig: run_config is {_shown(run_config)}, but must be a "
                "ScriptRunConfig: ScriptRunConfig(source_directory='.', script='train.py').",
                "run_config",
            )


def _described(argument: str, described: Any) -> Any:
    to_json = getattr(described, "to_json", None)
    if to_json is None:
        raise _rejection(
            f"HyperDriveConfig: {argument} is {_shown(described)}, but must be a {argument}, for "
            f"instance {_EXAMPLES[argument]}.",
            argument,
        )
    return to_json()


_EXAMPLES = {
    "hyperparameter_sampling": "RandomParameterSampling({'--lr': uniform(0.01, 0.1)})",
    "policy": "BanditPolicy(slack_factor=0.1)",
}


def _goal_name(goal: Any) -> str:
    name = getattr(goal, "name", None)
    if not isinstance(name, str):
        raise _rejection(
            f"HyperDriveConfig: primary_metric_goal is {_shown(goal)}, but must be "
            "PrimaryMetricGoal.MAXIMIZE or PrimaryMetricGoal.MINIMIZE.",
            "primary_metric_goal",
        )
    return name.lower()


def _first_given(value: Any, otherwise: Any) -> Any:
    try:
        return value or otherwise
    except ValueError:  # an array says neither yes nor no; it is refused when it is looked at
        return value


def _is_above(argument: str, value: Any, limit: int) -> bool:
    try:
        return bool(value > limit)
    except (TypeError, ValueError):
        raise _no_number(argument, value) from None


def _is_below(argument: str, value: Any, limit: int) -> bool:
    try:
        return bool(value < limit)
    except (TypeError, ValueError):
        raise _no_number(argument, value) from None


def _no_number(argument: str, value: Any) -> Exception:
    return _rejection(
        f"HyperDriveConfig: {argument} is {_shown(value)}, but must be a number.", argument
    )


__getattr__ = _placeholders.lacking(__name__)

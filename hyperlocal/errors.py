"""What can go wrong, as one tree.

HyperlocalError
    SearchSpaceError (ValueError)        a distribution or space that cannot be searched
    SweepError (ValueError)              limits, metric or policy that contradict each other
    RunStateError (RuntimeError)         a finished run was asked to change
    RunNotFound (LookupError)            no such run in this home
    DataError (LookupError)              data that is not there or cannot be read
    FileError (ValueError)               a file or path that is not what it is taken for
    ArgumentError (ValueError)           an argument that a service cannot use
    MetricError (ValueError)             a metric that cannot be logged, or read as one
        EmptyMetricError                 a list or table without values
    SourceError (RuntimeError)           source files that cannot be kept or given back
    ModelError (ValueError)              a model that cannot be registered
        ModelFilesError                  the files of a model are not there
        ModelNotFound                    no such model, or no longer
    ComputeError (ValueError)            a compute target that cannot be made
    BuildError (RuntimeError)            an environment that cannot be built
    RunKindError (TypeError)             a run of another kind than is needed
    HistoryError (RuntimeError)          the home or its database cannot be used
        HistoryVersionError              the database is newer than this package
        FencedError                      a controller or trial writes when its time is over
        PlanError (ValueError)           the recorded settings of a run cannot be read
    ToolError (RuntimeError)             a program that was asked for is missing or does not start
    NotEmulatedError (NotImplementedError)
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "BuildError",
    "ComputeError",
    "DataError",
    "EmptyMetricError",
    "FencedError",
    "FileError",
    "HistoryError",
    "HistoryVersionError",
    "HyperlocalError",
    "MetricError",
    "ModelError",
    "ModelFilesError",
    "ModelNotFound",
    "NotEmulatedError",
    "PlanError",
    "RunKindError",
    "RunNotFound",
    "RunStateError",
    "SearchSpaceError",
    "SourceError",
    "SweepError",
    "ToolError",
]

COVERAGE_PAGE = "https://hyperlocal.readthedocs.io/en/latest/coverage.html"


class HyperlocalError(Exception):
    """Base of every error that hyperlocal raises in its own name."""


class SearchSpaceError(HyperlocalError, ValueError):
    """A distribution or a search space that cannot be searched."""


class SweepError(HyperlocalError, ValueError):
    """Limits, metric, sampling and policy that contradict each other."""


class RunStateError(HyperlocalError, RuntimeError):
    """A finished run was asked to change."""


class RunNotFound(HyperlocalError, LookupError):
    """No run of this id is in this home.

    Attributes:
        run_id: What was asked for.
        home: The folder that was searched.
    """

    def __init__(self, run_id: str, home: str) -> None:
        super().__init__(
            f"No run {run_id!r} in {home}. `hyperlocal list` shows the runs of this home; "
            "set HYPERLOCAL_HOME to look in another one."
        )
        self.run_id = run_id
        self.home = home


class DataError(HyperlocalError, LookupError):
    """Data that is not there, or not what it is said to be."""


class FileError(HyperlocalError, ValueError):
    """A file, its contents or a path that is not what it is taken for."""


class ArgumentError(HyperlocalError, ValueError):
    """An argument that cannot be used for what it is given to."""


class MetricError(HyperlocalError, ValueError):
    """A value that cannot be logged as a metric, or logged values that cannot be read as one."""


class EmptyMetricError(MetricError):
    """A list or a table without values."""


class SourceError(HyperlocalError, RuntimeError):
    """Source files of a run that cannot be kept, or given back."""


class ModelError(HyperlocalError, ValueError):
    """A model that cannot be registered, or changed."""


class ModelFilesError(ModelError):
    """A run has no files of the name that is to become a model."""


class ModelNotFound(ModelError):
    """A model, or a version of it, that is not there any more."""


class ComputeError(HyperlocalError, ValueError):
    """A compute target that cannot be made."""


class BuildError(HyperlocalError, RuntimeError):
    """An environment that cannot be built."""


class RunKindError(HyperlocalError, TypeError):
    """A run of another kind than is needed."""


class HistoryError(HyperlocalError, RuntimeError):
    """The home or its database cannot be read or written."""


class HistoryVersionError(HistoryError):
    """The database was written by a newer hyperlocal than this one."""


class FencedError(HistoryError):
    """A controller whose run has another owner, or a trial that has ended, wants to write."""


class PlanError(HistoryError, ValueError):
    """What is recorded of a run's settings is no plan that can be read."""


class ToolError(HyperlocalError, RuntimeError):
    """A program that was asked for is not installed, or does not start."""


class NotEmulatedError(HyperlocalError, NotImplementedError):
    """A part of the Azure SDK that hyperlocal can import but does not emulate.

    Attributes:
        feature: The full SDK name, for instance `azureml.core.Webservice`.
        doc_url: The page that lists what is emulated.
    """

    def __init__(self, feature: str, advice: str = "") -> None:
        text = f"{feature} is not emulated by hyperlocal. {advice}".rstrip()
        super().__init__(f"{text} What is emulated: {COVERAGE_PAGE}")
        self.feature = feature
        self.doc_url = COVERAGE_PAGE

"""Hyper drive: search spaces, samplings, early termination, and the sweep that uses them.

The names are the SDK's, in the modules where the SDK has them, and load when first used.
"""

from __future__ import annotations

import sys

from hyperlocal.azureml import _placeholders

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from hyperlocal.azureml.train.hyperdrive.parameter_expressions import (
        choice,
        lognormal,
        loguniform,
        normal,
        qlognormal,
        qloguniform,
        qnormal,
        quniform,
        randint,
        uniform,
    )
    from hyperlocal.azureml.train.hyperdrive.policy import (
        BanditPolicy,
        EarlyTerminationPolicy,
        MedianStoppingPolicy,
        NoTerminationPolicy,
        TruncationSelectionPolicy,
    )
    from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun
    from hyperlocal.azureml.train.hyperdrive.runconfig import (
        HyperDriveConfig,
        HyperDriveRunConfig,
        PrimaryMetricGoal,
    )
    from hyperlocal.azureml.train.hyperdrive.sampling import (
        BayesianParameterSampling,
        GridParameterSampling,
        HyperParameterSampling,
        RandomParameterSampling,
    )

__all__ = [
    "BanditPolicy",
    "BayesianParameterSampling",
    "EarlyTerminationPolicy",
    "GridParameterSampling",
    "HyperDriveConfig",
    "HyperDriveRun",
    "HyperDriveRunConfig",
    "HyperParameterSampling",
    "MedianStoppingPolicy",
    "NoTerminationPolicy",
    "PrimaryMetricGoal",
    "RandomParameterSampling",
    "TruncationSelectionPolicy",
    "choice",
    "lognormal",
    "loguniform",
    "normal",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "uniform",
]


def _home(name: str) -> str:
    """The submodule that has a public name."""
    if name.endswith("Policy"):
        return "policy"
    if name.endswith("Sampling"):
        return "sampling"
    if name == "HyperDriveRun":
        return "run"
    return "runconfig" if name[0].isupper() else "parameter_expressions"


def __getattr__(name: str) -> object:
    if name not in __all__:
        return _placeholders.missing(__name__, name)
    home = f"{__name__}.{_home(name)}"
    __import__(home)
    found: object = getattr(sys.modules[home], name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

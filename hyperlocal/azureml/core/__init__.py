"""The core of the SDK: workspaces, experiments, runs and what they run on.

Every name loads its own module when it is first used: a training script that imports `Run` pays
for `Run` alone.
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._placeholders import CORE

__all__ = sorted(CORE)

VERSION = __version__ = "1.61.0"  # of the SDK that is emulated; scripts print and compare it

__getattr__ = _placeholders.lacking(__name__, CORE)


def __dir__() -> list[str]:
    return sorted({*globals(), *CORE})

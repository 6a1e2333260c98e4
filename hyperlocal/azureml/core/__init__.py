"""The core of the SDK: workspaces, experiments, runs and what they run on.

Every name loads its own module when it is first used: a training script that imports `Run` pays
for `Run` alone.
"""

from __future__ import annotations

import sys

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._placeholders import CORE

__all__ = sorted(CORE)

VERSION = __version__ = "1.61.0"  # of the SDK that is emulated; scripts print and compare it


def __getattr__(name: str) -> object:
    if name not in CORE:
        return _placeholders.missing(__name__, name)
    home = f"{__name__}.{CORE[name]}"
    __import__(home)
    found: object = getattr(sys.modules[home], name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *CORE})

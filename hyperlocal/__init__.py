"""A local emulator of Azure Machine Learning's HyperDrive.

Three doors: the command `hyperlocal run driver.py`, the functions `activate()` and
`deactivate()`, and explicit imports from `hyperlocal.azureml`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` for it would cost 10 ms
if TYPE_CHECKING:
    from hyperlocal._doors import activate, deactivate

__all__ = ["__version__", "activate", "deactivate"]

__version__ = "0.2.0"


def __getattr__(name: str) -> object:
    # Importing hyperlocal changes nothing and costs next to nothing: the doors load when used.
    if name in ("activate", "deactivate"):
        from hyperlocal import _doors

        return getattr(_doors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

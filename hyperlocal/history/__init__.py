"""The history: every run, parameter, metric point, status and file, for good.

The only meeting point of controllers, trials and viewers. Open it with `History.open()`.
Trials log through this room, so it loads only what is used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` for it would take as long as all the rest
if TYPE_CHECKING:
    from hyperlocal.history.folder import RunFolder
    from hyperlocal.history.home import find_home
    from hyperlocal.history.records import Asset, Decision, MetricPoint, RunRecord
    from hyperlocal.history.series import Series
    from hyperlocal.history.store import History

__all__ = [
    "Asset",
    "Decision",
    "History",
    "MetricPoint",
    "RunFolder",
    "RunRecord",
    "Series",
    "find_home",
]

_MODULES = {
    "Asset": "records",
    "Decision": "records",
    "History": "store",
    "MetricPoint": "records",
    "RunFolder": "folder",
    "RunRecord": "records",
    "Series": "series",
    "find_home": "home",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(__import__(f"{__name__}.{_MODULES[name]}", fromlist=[name]), name)
    globals()[name] = value
    return value

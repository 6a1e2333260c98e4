"""The history: every run, parameter, metric point, status and file, for good.

The only meeting point of controllers, trials and viewers. Open it with `History.open()`.
"""

from hyperlocal.history.home import RunFolder, find_home
from hyperlocal.history.records import Asset, Decision, MetricPoint, RunRecord
from hyperlocal.history.store import History

__all__ = ["Asset", "Decision", "History", "MetricPoint", "RunFolder", "RunRecord", "find_home"]

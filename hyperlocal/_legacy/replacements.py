"""What has no name of its own today: old functions, written out.

Each imports what it needs when it is called: this file is read before the script starts.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "alen",
    "append_rows",
    "append_values",
    "as_matrix",
    "asfarray",
    "asscalar",
    "clock",
    "feature_names",
    "getargspec",
    "in1d",
    "issubclass_",
    "minus_infinity",
    "minus_zero",
    "msort",
    "zero",
]

minus_infinity = -float("inf")
zero = 0.0
minus_zero = -0.0


def clock() -> float:
    """Return `time.clock()`: processor time; on Windows it was the time of day's."""
    import sys
    import time

    return time.perf_counter() if sys.platform == "win32" else time.process_time()


def getargspec(func: Any) -> Any:
    """Return `inspect.getargspec(func)`, which refused what it could not tell."""
    import inspect
    from collections import namedtuple

    full = inspect.getfullargspec(func)
    if full.kwonlyargs or full.annotations:
        raise ValueError(
            f"inspect.getargspec() cannot describe {func!r}: it has keyword-only parameters or "
            "annotations. inspect.signature() can."
        )
    ArgSpec = namedtuple("ArgSpec", "args varargs keywords defaults")
    return ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


def in1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False, **kind: Any
) -> Any:
    """Return `numpy.in1d`: `isin` of the flattened first array."""
    import numpy as np

    return np.isin(np.asarray(ar1).ravel(), ar2, assume_unique, invert, **kind)


def asfarray(a: Any, dtype: Any = None) -> Any:
    """Return `numpy.asfarray`: an array of floats or complex numbers."""
    import numpy as np

    if dtype is None or not np.issubdtype(dtype, np.inexact):
        dtype = np.float64
    return np.asarray(a, dtype=dtype)


def msort(a: Any) -> Any:
    """Return `numpy.msort`: a copy sorted along its first axis."""
    import numpy as np

    copied = np.array(a, subok=True, copy=True)
    copied.sort(0)
    return copied


def issubclass_(arg1: Any, arg2: Any) -> bool:
    """Return `numpy.issubclass_`: False where `issubclass` would raise."""
    try:
        return issubclass(arg1, arg2)
    except TypeError:
        return False


def asscalar(a: Any) -> Any:
    """Return `numpy.asscalar`: the only element of an array."""
    return a.item()


def alen(a: Any) -> int:
    """Return `numpy.alen`: the length of the first dimension, 1 for a scalar."""
    try:
        return len(a)
    except TypeError:
        return 1


def append_rows(
    self: Any,
    other: Any,
    ignore_index: bool = False,
    verify_integrity: bool = False,
    sort: bool = False,
) -> Any:
    """Return `DataFrame.append`: a new frame with more rows."""
    import pandas as pd

    if isinstance(other, (pd.Series, dict)):
        others = [_as_row(self, other, ignore_index)]
    elif isinstance(other, (list, tuple)):
        others = list(other)
        if others and not isinstance(others[0], pd.DataFrame):
            others = [pd.DataFrame(others)]
    else:
        others = [other]
    return pd.concat(
        [self, *others], ignore_index=ignore_index, verify_integrity=verify_integrity, sort=sort
    )


def _as_row(self: Any, other: Any, ignore_index: bool) -> Any:
    import pandas as pd

    if isinstance(other, dict):
        if not ignore_index:
            raise TypeError("Can only append a dict if ignore_index=True")
        other = pd.Series(other)
    if other.name is None and not ignore_index:
        raise TypeError(
            "Can only append a Series if ignore_index=True or if the Series has a name"
        )
    row = other.to_frame().T.infer_objects()
    return row.rename_axis(self.index.names)


def append_values(
    self: Any, to_append: Any, ignore_index: bool = False, verify_integrity: bool = False
) -> Any:
    """Return `Series.append`: a new series with more values."""
    import pandas as pd

    more = list(to_append) if isinstance(to_append, (list, tuple)) else [to_append]
    return pd.concat([self, *more], ignore_index=ignore_index, verify_integrity=verify_integrity)


def as_matrix(self: Any, columns: Any = None) -> Any:
    """Return `DataFrame.as_matrix()`: the values as an array."""
    return self.values if columns is None else self[columns].values


def feature_names(self: Any) -> list[str]:
    """Return `get_feature_names()` of a vectorizer: a list."""
    return list(self.get_feature_names_out())

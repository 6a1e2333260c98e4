"""Packages that datasets need and hyperlocal does not: loaded when they are used."""

from __future__ import annotations

import importlib
from types import ModuleType

__all__ = ["pandas", "pyarrow"]


def pandas() -> ModuleType:
    """Return pandas.

    Raises:
        ImportError: It is not installed.
    """
    return _load("pandas", "Tables are given as pandas data frames")


def pyarrow() -> ModuleType:
    """Return pyarrow, which pandas reads and writes Parquet files with.

    Raises:
        ImportError: It is not installed.
    """
    return _load("pyarrow", "Parquet files are read and written with pyarrow")


def _load(name: str, purpose: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ImportError(
            f"{purpose}, which is not installed. Install it with: pip install {name}", name=name
        ) from error

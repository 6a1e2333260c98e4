"""Data: datastores, datasets, and how runs get to see them.

Every name loads its own module when it is first used.
"""

from __future__ import annotations

import sys

from hyperlocal.azureml import _placeholders

_HOMES = {
    "DataType": "dataset_factory",
    "FileDataset": "file_dataset",
    "OutputFileDatasetConfig": "output_dataset_config",
    "TabularDataset": "tabular_dataset",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        return _placeholders.missing(__name__, name)
    home = f"{__name__}.{_HOMES[name]}"
    __import__(home)
    found: object = getattr(sys.modules[home], name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})

"""Data: datastores, datasets, and how runs get to see them.

Every name loads its own module when it is first used.
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

_HOMES = {
    "DataType": "dataset_factory",
    "FileDataset": "file_dataset",
    "OutputFileDatasetConfig": "output_dataset_config",
    "TabularDataset": "tabular_dataset",
}

__all__ = sorted(_HOMES)

__getattr__ = _placeholders.lacking(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})

"""Earlier outputs: what `resume_from` names of a run that went before."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml.data.datapath import DataPath, DataPathComputeBinding
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["resume_reference"]


def resume_reference(resume_from: Any) -> Any:
    """Return a reference to the earlier outputs that a `DataPath` names.

    Raises:
        UserErrorException: It is no DataPath.
    """
    if not isinstance(resume_from, DataPath):
        raise UserErrorException(
            f"resume_from is {resume_from!r}, but must be a DataPath: where the earlier run's "
            "outputs are."
        )
    return resume_from.create_data_reference("MODEL_LOCATION", DataPathComputeBinding("mount"))

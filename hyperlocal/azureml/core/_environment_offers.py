"""What every workspace offers: Azure's own environments by name, and a place for wheels."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.connection import this_history

__all__ = ["CURATED_NAMES", "CURATED_PREFIX", "keep_wheel"]

CURATED_PREFIX = "AzureML-"

# Of the many environments that Azure offers in every workspace, those that scripts ask for. They
# are names here: what they ask for is what every new environment asks for.
CURATED_NAMES = (
    "AzureML-Minimal",
    "AzureML-Tutorial",
    "AzureML-AutoML",
    "AzureML-Chainer-5.1.0-GPU",
    "AzureML-PyTorch-1.4-GPU",
    "AzureML-PyTorch-1.6-GPU",
    "AzureML-Scikit-learn-0.20.3",
    "AzureML-TensorFlow-1.13-GPU",
    "AzureML-TensorFlow-2.0-GPU",
    "AzureML-sklearn-0.24-ubuntu18.04-py37-cpu",
    "AzureML-sklearn-1.0-ubuntu20.04-py38-cpu",
    "AzureML-lightgbm-3.2-ubuntu18.04-py37-cpu",
    "AzureML-pytorch-1.10-ubuntu18.04-py38-cuda11-gpu",
    "AzureML-tensorflow-2.7-ubuntu20.04-py38-cuda11-gpu",
)


def keep_wheel(file_path: Any, is_replaceable: bool) -> str:
    """Keep a copy of a wheel in the home and return its URL.

    Raises:
        UserErrorException: It is no wheel, or one of its name is kept and must not be replaced.
    """
    name = os.path.basename(file_path)
    if not name.endswith(".whl") or not os.path.isfile(file_path):
        raise UserErrorException(
            f"{file_path!r} is no wheel. Give the path of a .whl file, for instance one that "
            "`pip wheel` made."
        )
    from hyperlocal.engine.staging import copy_whole

    home = this_history().home
    target = Path(home) / "wheels" / name
    if target.exists() and not is_replaceable:
        raise UserErrorException(
            f"A wheel {name!r} is kept already. Give exist_ok=True to replace it."
        )
    target.parent.mkdir(exist_ok=True)
    copy_whole(home, [(file_path, target)])
    return str(target.as_uri())

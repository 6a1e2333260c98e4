"""Compute targets. `AmlCompute` and `ComputeInstance` are emulated by this machine."""

from __future__ import annotations

import sys

from hyperlocal.azureml import _placeholders

_OURS = {
    "AmlCompute": "amlcompute",
    "BatchAiCompute": "batchai",  # only in the SDKs of 2018
    "ComputeInstance": "computeinstance",
    "ComputeTarget": "compute",
}

__all__ = [
    "AdlaCompute",
    "AksCompute",
    "AmlCompute",
    "BatchCompute",
    "ComputeInstance",
    "ComputeTarget",
    "DataFactoryCompute",
    "DatabricksCompute",
    "DsvmCompute",
    "HDInsightCompute",
    "KubernetesCompute",
    "KustoCompute",
    "RemoteCompute",
    "SynapseCompute",
]


def __getattr__(name: str) -> object:
    if name not in _OURS:
        return _placeholders.missing(__name__, name)
    home = f"{__name__}.{_OURS[name]}"
    __import__(home)
    found: object = getattr(sys.modules[home], name)
    globals()[name] = found
    return found

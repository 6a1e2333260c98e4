"""Compute targets. `AmlCompute` and `ComputeInstance` are emulated by this machine."""

from __future__ import annotations

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

__getattr__ = _placeholders.lacking(__name__, _OURS)

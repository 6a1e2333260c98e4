"""Clusters of the SDKs of 2018: `BatchAiCompute`, which became `AmlCompute`."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.compute._amlcompute_config import AmlComputeProvisioningConfiguration
from hyperlocal.azureml.core.compute.amlcompute import AmlCompute
from hyperlocal.services.advice import advise

__all__ = ["BatchAiCompute"]


class BatchAiCompute(AmlCompute):
    """A cluster that stands for this machine, by its name of 2018.

    Differs:
        Only `cluster_max_nodes` counts: so many trials run at once, if the machine has as many
        slots. Everything else is kept and shown back.
    """

    _compute_type = "BatchAI"

    @staticmethod
    def provisioning_configuration(  # type: ignore[override]  # its own arguments, as in 2018
        vm_size: Any = "",
        vm_priority: Any = "dedicated",
        autoscale_enabled: Any = False,
        cluster_min_nodes: Any = None,
        cluster_max_nodes: Any = None,
        **kwargs: Any,
    ) -> AmlComputeProvisioningConfiguration:
        """Return what a cluster shall be like, for `create`.

        Args:
            vm_size: The machine to ask for.
            vm_priority: `dedicated` or `lowpriority`.
            autoscale_enabled: Has no effect: there are no nodes that could be started.
            cluster_min_nodes: The least number of nodes.
            cluster_max_nodes: How many trials run at once at most; by default one, or the least.
            **kwargs: Other arguments of that time, which have no effect; this is said once.
        """
        for name in kwargs:
            advise(f"BatchAiCompute.provisioning_configuration({name}=...)", "it has no effect.")
        least = cluster_min_nodes or 0
        configuration = AmlCompute.provisioning_configuration(
            vm_size=vm_size,
            vm_priority=vm_priority,
            min_nodes=least,
            max_nodes=max(1, least) if cluster_max_nodes is None else cluster_max_nodes,
        )
        configuration._compute_type = BatchAiCompute
        return configuration


__getattr__ = _placeholders.lacking(__name__)

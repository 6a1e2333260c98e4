"""Distribution: how many processes a run asks for, and what the only one finds set.

A trial is one process on one machine. That is one of the shapes that a distributed run can have,
with rank 0 of 1; scripts that are written for it read their rank from the variables below.
"""

from __future__ import annotations

import json
from typing import Any

from hyperlocal.errors import NotEmulatedError

__all__ = ["check_distribution", "distribution_variables", "with_ranks"]

_MASTER = "127.0.0.1"
_RANKS = {"RANK": "0", "LOCAL_RANK": "0", "NODE_RANK": "0", "WORLD_SIZE": "1"}
_OF_PYTORCH = {
    **_RANKS,
    "LOCAL_WORLD_SIZE": "1",
    "MASTER_ADDR": _MASTER,
    # Of each trial its own: several of them listen at the same time.
    "MASTER_PORT": "${free_port}",
}
_OF_MPI = {
    "OMPI_COMM_WORLD_RANK": "0",
    "OMPI_COMM_WORLD_SIZE": "1",
    "OMPI_COMM_WORLD_LOCAL_RANK": "0",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "1",
    "OMPI_COMM_WORLD_NODE_RANK": "0",
    # Scripts make MASTER_ADDR and MASTER_PORT of it.
    "AZ_BATCH_MASTER_NODE": _MASTER + ":${free_port}",
    "AZ_BATCHAI_MPI_MASTER_NODE": _MASTER,
}


def check_distribution(config: Any) -> None:
    """Check that a RunConfiguration asks for one process on one node.

    Raises:
        NotEmulatedError: It asks for more.
    """
    counts = {"node_count": config.node_count}
    kind = _kind(config)
    if kind == "pytorch":
        counts["process_count"] = config.pytorch.process_count
        counts["node_count of PyTorchConfiguration"] = config.pytorch.node_count
    elif kind == "mpi":
        counts["process_count_per_node"] = config.mpi.process_count_per_node
        counts["node_count of MpiConfiguration"] = config.mpi.node_count
    elif kind == "tensorflow":
        counts["worker_count"] = config.tensorflow.worker_count
    for name, count in counts.items():
        if count is not None and count != 1:
            shape = "several nodes" if "node_count" in name else "several processes"
            raise NotEmulatedError(
                f"A distributed run of {shape} ({name} is {count!r})",
                f"Set {name} to 1: every trial is one process on this machine.",
            )


def distribution_variables(config: Any) -> dict[str, str]:
    """Return the variables that the only process of a distributed run finds set."""
    kind = _kind(config)
    if kind == "pytorch":
        return dict(_OF_PYTORCH)
    if kind == "mpi":
        return dict(_OF_MPI)
    if kind == "tensorflow":
        worker = _MASTER + ":${free_port}"
        cluster = {"cluster": {"worker": [worker]}, "task": {"type": "worker", "index": 0}}
        return {"TF_CONFIG": json.dumps(cluster)}
    return {}


def with_ranks(config: Any, arguments: list[str]) -> list[str]:
    """Return arguments with `$LOCAL_RANK` and the like of a PyTorch run as their values."""
    if _kind(config) != "pytorch":
        return arguments
    values = {f"${name}": value for name, value in _RANKS.items()}
    values.update({f"${{{name}}}": value for name, value in _RANKS.items()})
    return [values.get(argument, argument) for argument in arguments]


def _kind(config: Any) -> str | None:
    """Return what the processes of a run talk through; None if there is but one by design."""
    communicator = str(config.communicator).lower()
    if communicator in ("gloo", "nccl"):
        return "pytorch"
    if communicator.endswith("mpi"):
        return "mpi"
    return "tensorflow" if communicator == "parameterserver" else None

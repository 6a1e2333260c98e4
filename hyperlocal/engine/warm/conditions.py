"""Conditions: whether trials may be forked, as far as it shows before anything is started."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from enum import Enum

from hyperlocal.errors import SweepError

__all__ = ["DENIED", "START_VARIABLE", "TrialStart", "obstacle", "trial_start"]

START_VARIABLE = "HYPERLOCAL_TRIAL_START"

DENIED = frozenset(
    {
        # They start threads, or open an accelerator, at a time of their own choosing.
        "cudf",
        "cupy",
        "jax",
        "jaxlib",
        "mxnet",
        "oneflow",
        "paddle",
        "polars",
        "pycuda",
        "tensorflow",
        "tensorrt",
        "torch",
        # They replace parts of the standard library, or keep connections.
        "eventlet",
        "gevent",
        "grpc",
        "mpi4py",
        "pyspark",
        "ray",
    }
)
"""Packages with which trials start fresh: nobody has shown yet that they survive a fork."""

# Set for what measures or debugs every interpreter that finds them.
_OF_KERNELS = "PYDEVD_USE_FRAME_EVAL"  # every Jupyter kernel has it, with a debugger or without
_TOOLS = ("COVERAGE_PROCESS_", "COVERAGE_RUN", "PYDEVD_", "PYTHONINSPECT", "PYTHONTRACEMALLOC")


class TrialStart(Enum):
    """What `HYPERLOCAL_TRIAL_START` asks for."""

    AUTO = "auto"
    WARM = "warm"
    FRESH = "fresh"


def trial_start(environment: Mapping[str, str] | None = None) -> TrialStart:
    """Return how the user wants trials to be started.

    Raises:
        SweepError: `HYPERLOCAL_TRIAL_START` is none of warm, fresh and auto.
    """
    named = (os.environ if environment is None else environment).get(START_VARIABLE, "").strip()
    try:
        return TrialStart(named.lower() or "auto")
    except ValueError:
        raise SweepError(
            f"{START_VARIABLE} is {named!r}, but must be 'warm', 'fresh' or 'auto'."
        ) from None


def obstacle(command: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return why a command cannot be a fork of a warm host; None if nothing speaks against it."""
    if not sys.platform.startswith("linux") or not hasattr(os, "pidfd_open"):
        return "only on Linux is a fork as good as a new interpreter"
    if command[0] != sys.executable:
        return f"they run {command[0]}, and not the interpreter of the driver"
    if len(command) < 2 or command[1].startswith("-") or not command[1].endswith(".py"):
        return "they run no plain script"
    tools = [name for name in environment if name.startswith(_TOOLS) and name != _OF_KERNELS]
    if tools:
        return f"the variable {tools[0]} is set, for a tool that needs new interpreters"
    folders = environment.get("PYTHONPATH", "")
    if folders and not all(map(os.path.isabs, folders.split(os.pathsep))):
        return "PYTHONPATH has a folder that depends on the working directory"
    return None

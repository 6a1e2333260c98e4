"""Classes that something below them makes, by name and by kind.

In the SDK a base class makes its subclasses (`Run.get` returns a `HyperDriveRun`), and classes
return each other (an `Experiment` its runs, a `Run` its experiment). No order of imports allows
both. So the lower one of two asks here for the upper one, which is imported then; each entry says
what of the SDK forces it. What is only to save time at start-up is imported in functions instead.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

__all__ = ["CLASSES", "COMPUTE", "DATASETS", "RUNS", "class_named"]

# Of each class its module below this package, and the reason why it cannot be imported.
CLASSES = {
    "Workspace": (
        "core.workspace",
        "Experiment.from_directory finds one, which returns experiments.",
    ),
    "Experiment": ("core.experiment", "A run returns its experiment, which returns its runs."),
    "Run": ("core.run", "A run makes and returns its children, which are plain runs too."),
    "ScriptRun": ("core.script_run", "Run.get makes the objects of its subclasses."),
    "HyperDriveRun": (
        "train.hyperdrive.run",
        "Run.get makes it, and a HyperDriveConfig is submitted as one, which gives it back.",
    ),
    "PipelineRun": ("pipeline.core.run", "Run.get makes the objects of its subclasses."),
    "StepRun": ("pipeline.core.run", "Run.get makes the objects of its subclasses."),
    "_SubmittedRun": ("core._submitted_run", "Run.get_context makes an object of its subclass."),
    "Model": ("core.model", "Run.register_model returns a model, which returns its run."),
    "FileDataset": ("data.file_dataset", "A dataset's base class finds datasets of both kinds."),
    "TabularDataset": (
        "data.tabular_dataset",
        "A dataset's base class finds datasets of both kinds.",
    ),
    "AmlCompute": ("core.compute.amlcompute", "ComputeTarget(...) is an object of a subclass."),
    "BatchAiCompute": ("core.compute.batchai", "ComputeTarget(...) is an object of a subclass."),
    "ComputeInstance": (
        "core.compute.computeinstance",
        "ComputeTarget(...) is an object of a subclass.",
    ),
}

# As runs (`services.runs.kinds`), datasets and compute targets are recorded, each kind with the
# class of its objects.
RUNS = {
    "hyperdrive": "HyperDriveRun",
    "azureml.PipelineRun": "PipelineRun",
    "azureml.scriptrun": "ScriptRun",
    "azureml.StepRun": "StepRun",
}
DATASETS = {"file": "FileDataset", "tabular": "TabularDataset"}
COMPUTE = {
    "AmlCompute": "AmlCompute",
    "BatchAI": "BatchAiCompute",
    "ComputeInstance": "ComputeInstance",
}


def class_named(name: str) -> Any:
    """Return a class of the table."""
    module = f"{__package__}.{CLASSES[name][0]}"
    __import__(module)
    return getattr(sys.modules[module], name)

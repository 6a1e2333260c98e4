"""Translation: the only place where settings of the SDK become values of ours, and the reverse.

A HyperDriveConfig becomes a `Sweep`, a ScriptRunConfig a `Job`, and a sweep becomes the texts that
the service keeps of one. What only the service would refuse is refused here, at submit.
"""

from hyperlocal.azureml._translate.estimator import script_run_of, trial_of
from hyperlocal.azureml._translate.resume import resume_facts, with_warm_start
from hyperlocal.azureml._translate.script import Script
from hyperlocal.azureml._translate.sweep import check_emulated, policy_of, sweep_of

__all__ = [
    "Script",
    "check_emulated",
    "policy_of",
    "resume_facts",
    "script_run_of",
    "sweep_of",
    "trial_of",
    "with_warm_start",
]

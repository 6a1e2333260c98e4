"""Random calls of steps, data, environments and estimators: they must end alike in both SDKs.

Alike is here: what can be seen of the value, or an exception of the same class. Where the SDK
trips over an argument, our clear error is as good; a feature that is not emulated may say so. The
number of calls and the seed can be set as in `test_differential.py`.
"""

import os
import runpy
from pathlib import Path

import pytest

ACCIDENTS = {
    "AttributeError",
    "Exception",
    "IndexError",
    "KeyError",
    "TypeError",
    "UnboundLocalError",
}
CLEAR = {"RunConfigurationException", "TrainingException", "UserErrorException"}


@pytest.mark.parity
@pytest.mark.timeout(600)
def test_random_calls_of_pieces_end_alike(under_hyperlocal, under_the_sdk, oracle_has_pipelines):
    if not oracle_has_pipelines:
        pytest.skip("the SDK's environment has no azureml-pipeline-steps")
    seed = int(os.environ.get("HYPERLOCAL_PARITY_SEED", "1"))
    count = int(os.environ.get("HYPERLOCAL_PARITY_CALLS", "2000"))
    made = runpy.run_path(str(Path(__file__).with_name("piece_calls.py")))
    calls = made["random_calls"](seed, count)

    ours = under_hyperlocal(calls)
    theirs = under_the_sdk(calls)

    different = [
        f"{call}\n    SDK: {their}\n    hyperlocal: {our}"
        for call, our, their in zip(calls, ours, theirs, strict=True)
        if not pieces_alike(our, their)
    ]
    assert not different, f"{len(different)} of {count} calls\n" + "\n".join(different[:20])


def pieces_alike(our, their):
    raised, theirs = our.get("raises"), their.get("raises")
    if theirs in ACCIDENTS:
        return raised is not None
    if theirs:
        is_any_clear = theirs == "ValueError" or theirs in CLEAR  # of two faults either is told
        return raised == theirs or (is_any_clear and raised in {*CLEAR, "TypeError"})
    return raised == "NotEmulatedError" or our.get("exactly") == their["exactly"]

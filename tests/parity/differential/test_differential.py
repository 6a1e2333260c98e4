"""Thousands of random calls under the real SDK and under hyperlocal: they must end alike.

Alike is: the same value to the last type, or an exception of the same class with the same code;
and as many warnings. Where the SDK trips over an argument, our clear error is as good. The number
of calls and the seed can be set: HYPERLOCAL_PARITY_CALLS, HYPERLOCAL_PARITY_SEED.
"""

import os

import pytest

ACCIDENTS = {
    "AttributeError",
    "IndexError",
    "KeyError",
    "OverflowError",
    "TypeError",
    "ValueError",
    "ZeroDivisionError",
}
CLEAR = {"HyperDriveConfigException", "HyperDriveRehydrateException", "UserErrorException"}


@pytest.mark.parity
@pytest.mark.timeout(300)
def test_random_calls_end_alike(random_calls, under_hyperlocal, under_the_sdk, oracle_has_numpy):
    seed = int(os.environ.get("HYPERLOCAL_PARITY_SEED", "1"))
    count = int(os.environ.get("HYPERLOCAL_PARITY_CALLS", "5000"))
    calls = random_calls(seed, count, oracle_has_numpy)

    ours = under_hyperlocal(calls)
    theirs = under_the_sdk(calls)

    different = [
        f"{call}\n    SDK: {their}\n    hyperlocal: {our}"
        for call, our, their in zip(calls, ours, theirs, strict=True)
        if not alike(our, their)
    ]
    assert not different, f"{len(different)} of {count} calls\n" + "\n".join(different[:20])


def alike(our, their):
    if their.get("raises") in ACCIDENTS:
        return our.get("raises") in {their["raises"], *CLEAR}
    if our.get("warnings") != their.get("warnings"):
        return False
    if "raises" in their:
        # A code where the SDK forgot to give one is no difference.
        same_code = their.get("error_code") in (None, our.get("error_code"))
        return our.get("raises") == their["raises"] and same_code
    return our.get("exactly") == their["exactly"]

"""What exceptions tell, under the real SDK and under hyperlocal.

Texts are our own; names, codes and the layout of the error response are the SDK's.
"""

import pytest

# Each is made, not raised; `told` is what a script can read off it.
TOLD = [
    "told(exceptions.AzureMLException('m'))",
    "told(exceptions.AzureMLException('m', inner_exception=ValueError('v'), target='t'))",
    "told(exceptions.AzureMLException('m', details=['d'], reference_code='r'))",
    "told(exceptions.AzureMLException(None))",
    "told(exceptions.AzureMLException({'a': 1}, unknown=1))",
    "told(exceptions.AzureMLException('two\\nlines, \"quoted\" é'))",
    "told(exceptions.AzureMLAggregatedException(['a', 'b']))",
    "told(exceptions.UserErrorException('m', target='t'))",
    "told(exceptions.UserErrorException('m', inner_exception=exceptions.TrainingException('i')))",
    "told(exceptions.UserErrorException())",
    "told(exceptions.UserErrorException('a', 'b'))",
    "told(exceptions.AuthenticationException('m'))",
    "told(exceptions.ComputeTargetException('m'))",
    "told(exceptions.ExperimentExecutionException('m'))",
    "told(exceptions.ModelNotFoundException('m'))",
    "told(exceptions.ModelPathNotFoundException('m', None))",
    "told(exceptions.ParallelRunException('m'))",
    "told(exceptions.ProjectSystemException('m'))",
    "told(exceptions.RunConfigurationException('m'))",
    "told(exceptions.SnapshotException('m'))",
    "told(exceptions.TrainingException('m'))",
    "told(exceptions.WebserviceException('m', 404))",
    "exceptions.WebserviceException('m', 404).status_code",
    "exceptions.WorkspaceException('m', True).found_multiple",
    "told(exceptions.WorkspacePrivateEndpointException('m'))",
    "told(HyperDriveConfigException('m', target='t'))",
]
# Raised by the SDK itself: the text is left out.
CODES = [
    "codes(lambda: choice())",
    "codes(lambda: choice([]))",
    "codes(lambda: randint(0))",
    "codes(lambda: BanditPolicy())",
    "codes(lambda: BayesianParameterSampling({'a': choice(True)}))",
    "codes(lambda: HyperDriveConfig(None, 'a', None, 1, run_config=src))",
]


@pytest.mark.parity
@pytest.mark.parametrize("calls", [TOLD, CODES], ids=["made", "raised"])
def test_exceptions_tell_the_same(calls, under_hyperlocal, under_the_sdk):
    ours = under_hyperlocal(calls)
    theirs = under_the_sdk(calls)

    for call, our, their in zip(calls, ours, theirs, strict=True):
        assert (call, essence(our)) == (call, essence(their))


def essence(outcome):
    """The outcome without `exactly`, which has the order of the error response."""
    return {key: value for key, value in outcome.items() if key != "exactly"}

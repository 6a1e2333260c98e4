"""Estimators under both SDKs: what they make of the same arguments, and what they refuse.

The oracle's environment must be able to import `azureml.train.estimator`; set
HYPERLOCAL_ORACLE_PYTHON to its interpreter.
"""

import pytest

TRAIN = "'src', compute_target='cpu', entry_script='train.py'"
ARGUMENTS = [
    "",
    "script_params={'--a': 1, '--flag': '', '--l': [1, 2], '--n': None, 'b': 2.5}",
    "script_params={'--a': ['', None, 'x'], '--r': range(2), '--z': [[1, 2], 3]}",
    "script_params=['--a', 1]",
    "conda_packages=['a'], pip_packages=['b==1']",
    "conda_dependencies_file='nowhere.yml'",
    "pip_requirements_file='nowhere.txt'",
    "use_docker=False",
    "custom_docker_image='a', use_docker=False",
    "custom_docker_image='a'",
    "user_managed=True",
    "user_managed=True, pip_packages=['a']",
    "environment_variables={'A': '1'}",
    "environment_definition=Environment('mine')",
    "environment_definition=Environment('mine'), pip_packages=['a']",
    "environment_definition=Environment('mine'), environment_variables={'A': '1'}",
    "environment_definition='mine'",
    "inputs=['a']",
    "inputs=[]",
    "resume_from='a'",
    "max_run_duration_seconds=60",
    "shm_size='1g'",
    "unknown=1",
]
OF_MANY_PROCESSES = [
    "node_count=2",
    "node_count=0",
    "process_count_per_node=0",
    "distributed_backend='mpi'",
    "distributed_backend='ps'",
    "distributed_backend='mpi', process_count_per_node=2",
    "distributed_training=Mpi(2)",
    "distributed_training=Gloo()",
    "distributed_training=ParameterServer(2, 1)",
    "distributed_backend='mpi', distributed_training=Mpi()",
]
OF_FRAMEWORKS = [
    "framework_version='9.9'",
    "framework_version=1.3",
    "pip_packages=['horovod==0.1', 'keras']",
]
CALLS = [
    *(f"SKLearn({TRAIN}, {each})" for each in (*ARGUMENTS, *OF_FRAMEWORKS)),
    *(f"Estimator({TRAIN}, {each})" for each in (*ARGUMENTS, *OF_MANY_PROCESSES)),
    *(
        f"{kind}({TRAIN}, {each})"
        for kind in ("PyTorch", "TensorFlow", "Chainer")
        for each in (*ARGUMENTS, *OF_MANY_PROCESSES, *OF_FRAMEWORKS)
    ),
    "Estimator('src')",
    "Estimator('src', vm_size='D2', entry_script='train.py')",
    *(
        f"{kind}({TRAIN}, framework_version={version!r}, use_gpu={gpu})"
        for kind, versions in {
            "PyTorch": ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"),
            "TensorFlow": ("1.10", "1.12", "1.13", "2.0", "2.1", "2.2", "2.3"),
            "Chainer": ("5.1.0", "7.0.0"),
        }.items()
        for version in versions
        for gpu in (True, False)
    ),
]


@pytest.mark.timeout(120)
def test_both_sdks_answer_alike(under_hyperlocal, under_the_sdk):
    ours, theirs = under_hyperlocal(CALLS), under_the_sdk(CALLS)

    different = {
        call: (sdk, own) for call, sdk, own in zip(CALLS, theirs, ours, strict=True) if sdk != own
    }
    assert different == {}

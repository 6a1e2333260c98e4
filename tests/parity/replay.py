"""Run recorded calls under one of the two SDKs and write down how each ended.

    python replay.py azureml             < calls > outcomes
    python replay.py hyperlocal.azureml  < calls > outcomes

Both are JSON lines. A call is an expression in the names of `namespace()`. Standard library only:
the real SDK lives in an environment of its own where nothing of ours is installed.
"""

import contextlib
import importlib
import json
import re
import sys
import warnings
from unittest.mock import MagicMock

import pieces

PRIVATE_OF_A_CONFIG = (
    "_generator_config",
    "_policy_config",
    "_primary_metric_config",
    "_max_total_runs",
    "_max_concurrent_runs",
    "_max_duration_minutes",
    "_platform",
)
MORE_OF_A_CONFIG = (
    "_resume_from",
    "_estimator",
    "_pipeline",
    "_debug_flag",
    "_custom_run_id",
    "_host_url",
    "_platform_config",
    "_is_cloud_hydrate",
)
OF_A_RUN_CONFIGURATION = (
    "script",
    "arguments",
    "target",
    "framework",
    "communicator",
    "node_count",
    "environment_variables",
    "max_run_duration_seconds",
)
OF_A_SCRIPT_RUN = ("source_directory", "script", "arguments", "command")


class Accepted(Exception):
    """All checks of a warm start are passed: what follows would be an upload to a datastore."""


class Workspace:
    subscription_id = "s"
    resource_group = "g"
    name = "w"


class Experiment:
    name = "e"
    workspace = Workspace()


class ExperimentOfAChild:
    name = "e"

    @property
    def workspace(self):
        raise Accepted


class Sweep:
    """What a config asks of the configuration of an earlier sweep."""

    def __init__(self, space, goal, metric, total):
        self._primary_metric_config = {"name": metric, "goal": goal}
        self._generator_config = {"name": "RANDOM", "parameter_space": space}
        self._max_total_runs = total
        self._platform_config = {
            "ServiceAddress": "local",
            "SubscriptionId": "s",
            "ResourceGroupName": "g",
            "WorkspaceName": "w",
            "ExperimentName": "e",
        }


def namespace(face, with_pieces=False):
    """Everything that a call may name, from the SDK `face`.

    Not every environment of the SDK has its pipelines, and to import them takes its time.
    """
    hyperdrive = importlib.import_module(f"{face}.train.hyperdrive")
    names = {name: getattr(hyperdrive, name) for name in hyperdrive.__all__}
    sampling = importlib.import_module(f"{face}.train.hyperdrive.sampling")
    policy = importlib.import_module(f"{face}.train.hyperdrive.policy")
    core = importlib.import_module(f"{face}.core")
    names.update(
        sampling_from_dict=sampling._sampling_from_dict,
        policy_from_dict=policy._policy_from_dict,
        ScriptRunConfig=core.ScriptRunConfig,
        src=core.ScriptRunConfig(".", script="t.py"),
        nan=float("nan"),
        inf=float("inf"),
        Kept=type("Kept", (list,), {}),
        Whole=type("Whole", (int,), {}),
        exceptions=importlib.import_module(f"{face}.exceptions"),
        HyperDriveConfigException=importlib.import_module(
            f"{face}.train.hyperdrive.exceptions"
        ).HyperDriveConfigException,
        told=told,
        codes=codes,
        earlier=_earlier_runs(core.Run),
        experiment_named=_experiment_names(core.Experiment),
        Environment=core.Environment,
        **_estimators(face),
    )
    with contextlib.suppress(ImportError):  # the caller asks first, and leaves such calls out
        names["np"] = importlib.import_module("numpy")
    if with_pieces:
        names.update(pieces.names(face))
    return names


def _estimators(face):
    modules = [importlib.import_module(f"{face}.train.{name}") for name in ("estimator", "dnn")]
    names = {name: getattr(module, name) for module in modules for name in module.__all__}
    return {**names, "SKLearn": importlib.import_module(f"{face}.train.sklearn").SKLearn}


def _earlier_runs(run_class):
    def earlier(
        run_id,
        status="Completed",
        kind="hyperdrive",
        parent=None,
        space=None,
        goal="maximize",
        metric="acc",
        total=10,
    ):
        experiment = Experiment() if kind == "hyperdrive" else ExperimentOfAChild()
        attributes = {
            "__init__": lambda self: None,
            "id": run_id,
            "_runtype": kind,
            "type": kind,
            "status": status,
            "get_status": lambda self: status,
            "parent": parent,
            "hyperdrive_config": Sweep(space or {}, goal, metric, total),
            "experiment": experiment,
            "_experiment": experiment,
            "__repr__": lambda self: f"<{run_id}>",
        }
        return type("EarlierRun", (run_class,), attributes)()

    return earlier


def _experiment_names(experiment_class):
    # The SDK would ask the service for the experiment; its check of the name comes before that.
    return lambda name: experiment_class(MagicMock(), name, _create_in_cloud=False).name


def told(error):
    """What can be read off an exception. The order in the error response is no difference."""
    lines, _, response = str(error).partition("ErrorResponse ")
    inner_exception = error.inner_exception
    return {
        "bases": [base.__name__ for base in type(error).__mro__ if base.__name__[0] != "_"],
        "lines": lines,
        "response": json.loads(response),
        "message": error.message,
        "inner": inner_exception and type(inner_exception).__name__,
        "args": error.args,
    }


def codes(call):
    """The codes of the exception that `call` raises, from the widest to the narrowest."""
    try:
        call()
    except Exception as error:
        response = json.loads(str(error).partition("ErrorResponse ")[2])
    level, found = response["error"], []
    while level:
        found.append(level["code"])
        level = level.get("inner_error")
    return found


def outcome(expression, names):
    """How the call ended: its value, or the class and code of its exception; and its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = described(eval(expression, dict(names), pieces.Pieces(names)))
        except RecursionError:
            raise
        except Exception as error:
            ended = {"raises": type(error).__name__}
            code = getattr(error, "error_code", None)
            if code is not None:
                ended["error_code"] = code
        else:
            ended = {"ok": plain(value), "exactly": re.sub(r" at 0x[0-9a-f]+", "", repr(value))}
    n_warnings = sum(issubclass(each.category, UserWarning) for each in caught)
    if n_warnings:
        ended["warnings"] = n_warnings
    return ended


def described(value):
    """What is compared of a value: of objects of the SDK, what they would send to the service."""
    if hasattr(value, "_generator_config"):
        return {name: getattr(value, name) for name in PRIVATE_OF_A_CONFIG + MORE_OF_A_CONFIG}
    if hasattr(value, "_estimator_config"):
        return _described_estimator(value)
    if hasattr(value, "source_directory"):
        return {name: getattr(value, name) for name in OF_A_SCRIPT_RUN}
    if hasattr(value, "to_json"):
        return value.to_json()
    return value


def _described_estimator(estimator):
    config = estimator.run_config
    environment, conda = config.environment, estimator.conda_dependencies
    return {
        **{name: getattr(config, name) for name in OF_A_RUN_CONFIGURATION},
        "mpi": config.mpi.process_count_per_node,
        "tensorflow": [
            config.tensorflow.worker_count,
            config.tensorflow.parameter_server_count,
        ],
        "vm_size": config.amlcompute.vm_size,
        "use_docker": config.docker.use_docker,
        "shm_size": config.docker.shm_size,
        "environment": environment.name,
        "environment_variables of it": environment.environment_variables,
        "user_managed": environment.python.user_managed_dependencies,
        "conda": list(conda.conda_packages),
        "pip": list(conda.pip_packages),
        "source_directory": estimator.source_directory,
    }


def plain(value):
    """The value as JSON can hold it; None where it cannot."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return None


def main():
    # What a library prints must not get among the outcomes.
    answers, sys.stdout = sys.stdout, sys.stderr
    calls = [json.loads(line)["expr"] for line in sys.stdin]
    names = namespace(sys.argv[1], any(call.startswith("seen(") for call in calls))
    for call in calls:
        ended = outcome(call, names)
        answers.write(json.dumps(ended) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

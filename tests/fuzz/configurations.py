"""Configurations that people wrote by hand: run configurations, conda files, requirements."""

import os

from tests.fuzz.cases import Case, in_words
from tests.fuzz.face import allowed, variables_set
from tests.fuzz.stuff import chance, json_bytes, pick, spoilt

__all__ = ["a_configuration"]

_CONDA = b"""name: env
channels:
  - conda-forge
dependencies:
  - python=3.8
  - numpy>=1.20  # a comment
  - pip:
    - azureml-defaults
    - "scikit-learn==1.0"
    - --extra-index-url https://x/y
"""
_REQUIREMENTS = (
    b"numpy>=1.2\n# comment\n-r other.txt\n"
    + b"scikit-learn[x]==1.0 ; python_version < '3'\nhttps://x/y.whl\n-e .\n"
)
_RUNCONFIG_YAML = b"""script: train.py
arguments: [--lr, 0.1]
target: cpu-cluster
framework: Python
environment:
  python:
    condaDependenciesFile: conda.yml
"""
_RUNCONFIG = {
    "script": "train.py",
    "arguments": ["--lr", "0.1"],
    "target": "cpu",
    "framework": "Python",
    "communicator": "None",
    "nodeCount": 1,
    "environment": {
        "name": "e",
        "environmentVariables": {"A": "b"},
        "python": {
            "userManagedDependencies": False,
            "condaDependenciesFile": "conda.yml",
            "condaDependencies": {"dependencies": ["python=3.8", {"pip": ["x"]}]},
        },
        "docker": {"enabled": False},
    },
    "data": {"x": {"dataLocation": {"dataset": {"id": "1"}}, "mechanism": "Mount"}},
    "dataReferences": {"d": {"dataStoreName": "w", "mode": "Mount"}},
    "history": {"outputCollection": True},
    "maxRunDurationSeconds": 60,
}
_WORKSPACE = {"subscription_id": "a", "resource_group": "b", "workspace_name": "c"}
_ENVIRONMENT = {
    "name": "e",
    "version": "1",
    "python": {"condaDependencies": {"dependencies": ["x"]}},
    "docker": {"baseImage": "i"},
    "environmentVariables": {},
}


def a_configuration(rng, world):
    """A file that is spoilt, and whoever loads it."""
    name, raw, value, load = pick(rng, _FILES)
    raw = json_bytes(rng, value) if raw is None else raw
    spoilt_raw = spoilt(rng, raw, value) if value is not None else _yaml(rng, raw)
    told = f"{name}: {in_words(spoilt_raw)}"
    if chance(rng, 15):
        told = world.place(rng, name)
    else:
        world.write(name, spoilt_raw)
    if name != "conda.yml":
        world.write("conda.yml", _yaml(rng, _CONDA) if chance(rng, 2) else _CONDA)
    world.write("train.py", b"import azureml.core\n")
    variables = world.variables(rng) if chance(rng, 4) else {"HYPERLOCAL_HOME": str(world.home)}

    def act():
        with variables_set(variables, world.folder):
            load(str(world.folder / name), rng)

    return Case(f"{told}\n{load.__name__}, variables {in_words(variables)}", act, allowed())


def _yaml(rng, raw):
    if chance(rng, 2):
        return spoilt(rng, raw)
    lines = raw.splitlines(True)
    at = rng.randrange(len(lines))
    lines[at] = pick(
        rng,
        [
            b"- \n",
            b"-\n",
            b"x:\n",
            b"  x: [1, 2\n",
            b"dependencies: 5\n",
            b"- pip: 5\n",
            b"  - 7\n",
            b"&a [*a]\n",
            b"channels: &a [*a]\n",
            b"- !!python/object:os.system x\n",
            b"? x\n",
            b"name: " + b"9" * 5000 + b"\n",
            b"name: 1_0.e5\n",
            b"- {a: b}\n",
            b"\t- x\n",
            b"name: 2020-99-99\n",
            b"- null\n",
            b"- pip: [null, 5, {a: b}]\n",
            b"dependencies: [[[]]]\n",
            lines[at] * 2,
        ],
    )
    return b"".join(lines)


def _load_conda(path, rng):
    from hyperlocal.azureml.core import Environment
    from hyperlocal.azureml.core.conda_dependencies import CondaDependencies

    found = CondaDependencies(path)
    list(found.conda_packages), list(found.pip_packages), list(found.pip_options)
    found.get_python_version()
    found.add_pip_package("x")
    found.add_channel("y")
    found.serialize_to_string()
    environment = Environment.from_conda_specification("e", path)
    _plan(environment, path)


def _load_requirements(path, rng):
    from hyperlocal.azureml.core import Environment

    _plan(Environment.from_pip_requirements("e", path), path)


def _load_runconfig(path, rng):
    from hyperlocal.azureml.core import ScriptRunConfig
    from hyperlocal.azureml.core.runconfig import RunConfiguration

    config = RunConfiguration.load(path)
    config.save(os.path.dirname(path), "again")
    _plan(config.environment, path, run_config=config)
    ScriptRunConfig(os.path.dirname(path), run_config=config)


def _load_workspace(path, rng):
    from hyperlocal.azureml.core import Workspace

    Workspace.from_config(path).write_config(os.path.dirname(path), "again.json")


def _load_environment(path, rng):
    from hyperlocal.azureml.core import Environment

    found = Environment.load_from_directory(os.path.dirname(path))
    _plan(found, path)


def _load_dockerfile(path, rng):
    from hyperlocal.azureml.core import Environment

    _plan(
        Environment.from_dockerfile(
            "e", path, conda_specification=os.path.join(os.path.dirname(path), "conda.yml")
        ),
        path,
    )


def _load_project(path, rng):
    from hyperlocal.azureml.core import Experiment

    Experiment.from_directory(os.path.dirname(os.path.dirname(path)))


def _plan(environment, path, **more):
    """Submit a script with an environment, as far as the run is recorded."""
    from hyperlocal.azureml.core import Experiment, ScriptRunConfig, Workspace
    from tests.fuzz.face import recorded_only

    with recorded_only():
        config = ScriptRunConfig(
            os.path.dirname(path), script="train.py", **(more or {"environment": environment})
        )
        Experiment(Workspace.from_config(), "e").submit(config)


_FILES = [
    ("conda.yml", _CONDA, None, _load_conda),
    ("requirements.txt", _REQUIREMENTS, None, _load_requirements),
    ("x.runconfig", _RUNCONFIG_YAML, None, _load_runconfig),
    ("x.runconfig", None, _RUNCONFIG, _load_runconfig),
    ("config.json", None, _WORKSPACE, _load_workspace),
    ("azureml_environment.json", None, _ENVIRONMENT, _load_environment),
    ("Dockerfile", b"FROM x\nRUN y\n", None, _load_dockerfile),
    (
        ".azureml/project.json",
        None,
        {
            "Id": "x",
            "Scope": "/subscriptions/a/resourceGroups/b/providers/"
            "Microsoft.MachineLearningServices/workspaces/c/projects/d",
        },
        _load_project,
    ),
    (".amlignore", b"*.csv\n!x\n[a\n\\\n**/a\n", None, _load_runconfig),
]

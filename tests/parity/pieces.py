"""What calls of pipelines, data, environments and estimators name, and what is compared of them.

Pieces are made anew for each call and once within it, so that `d1` in two places of a call is one
object. Standard library only, as `replay.py`.
"""

import importlib
import re
import shlex

_MADE_UP = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_SHORT = re.compile(r"(?<=_)[0-9a-f]{8}(?![0-9a-f])")
_IMAGE = re.compile(r"mcr\.microsoft\.com/azureml/[\w./:-]+")
_PORTS = (
    "DatasetConsumptionConfig",
    "InputPortBinding",
    "OutputFileDatasetConfig",
    "OutputPortBinding",
    "OutputTabularDatasetConfig",
    "PipelineData",
    "PipelineDataset",
    "PipelineOutputFileDataset",
    "PipelineOutputTabularDataset",
)
_SEEN = {
    "DataPath": ("datastore_name", "path_on_datastore", "_name"),
    "DataPathComputeBinding": ("_mode", "_path_on_compute", "_overwrite"),
    "DataReference": (
        "data_reference_name",
        "path_on_datastore",
        "mode",
        "path_on_compute",
        "overwrite",
    ),
    "DataReferenceConfiguration": (
        "data_store_name",
        "mode",
        "path_on_data_store",
        "path_on_compute",
        "overwrite",
    ),
    "DatasetConsumptionConfig": ("name", "mode", "path_on_compute", "arg_val"),
    "InputPortBinding": (
        "name",
        "bind_mode",
        "path_on_compute",
        "overwrite",
        "data_reference_name",
    ),
    "OutputFileDatasetConfig": ("name", "mode", "source", "arg_val"),
    "OutputTabularDatasetConfig": ("name", "mode", "arg_val"),
    "OutputPortBinding": (
        "name",
        "bind_mode",
        "path_on_compute",
        "is_directory",
        "overwrite",
        "data_type",
        "pipeline_output_name",
    ),
    "PipelineData": ("name", "data_type", "_output_name", "_output_mode"),
    "PipelineDataset": ("name", "bind_mode", "path_on_compute", "overwrite", "parameter_name"),
    "PipelineOutputFileDataset": ("name", "input_name"),
    "PipelineOutputTabularDataset": ("name", "input_name"),
    "PipelineParameter": ("name", "default_value"),
    "TrainingOutput": ("type", "iteration", "metric", "model_file"),
}
_STEPS = ("PythonScriptStep", "EstimatorStep", "HyperDriveStep", "CommandStep")


def names(face):
    """What every call may name: classes and functions."""
    found = {
        name: getattr(importlib.import_module(f"{face}.{module}"), name)
        for module, listed in _OFFERED.items()
        for name in listed
    }
    return {**found, "after": after, "having": having, "seen": seen, "part": part}


_OFFERED = {
    "pipeline.steps": _STEPS,
    "pipeline.core": (
        "InputPortBinding",
        "OutputPortBinding",
        "PipelineData",
        "PipelineDataset",
        "PipelineParameter",
        "TrainingOutput",
    ),
    "data": ("OutputFileDatasetConfig", "FileDataset", "TabularDataset"),
    "data.data_reference": ("DataReference",),
    "data.datapath": ("DataPath", "DataPathComputeBinding"),
    "data.dataset_consumption_config": ("DatasetConsumptionConfig",),
    "data.abstract_datastore": ("AbstractDatastore",),
    "core": ("Environment", "RunConfiguration", "ScriptRunConfig"),
    "core.conda_dependencies": ("CondaDependencies",),
    "core.environment": ("DockerSection", "PythonSection"),
    "core.runconfig": (
        "DataReferenceConfiguration",
        "DockerConfiguration",
        "MpiConfiguration",
        "PyTorchConfiguration",
        "TensorflowConfiguration",
    ),
}


class Pieces(dict):
    """Objects that belong together, each made when it is first asked for."""

    def __init__(self, known):
        self._known = known

    def __missing__(self, name):
        make = _MAKERS.get(name)
        if make is None:
            raise KeyError(name)  # eval looks among the names of all calls
        self[name] = made = make(self._known, self)
        return made


_MAKERS = {
    "store": lambda k, p: k["AbstractDatastore"](None, "store", "AzureBlob"),
    "d1": lambda k, p: k["PipelineData"]("d1", datastore=p["store"]),
    "d2": lambda k, p: k["PipelineData"]("d2", datastore=p["store"], output_name="o2"),
    "d3": lambda k, p: k["PipelineData"]("d3", output_mode="upload", is_directory=True),
    "twin": lambda k, p: k["PipelineData"]("d1"),
    "bound": lambda k, p: p["d1"].as_input("bound"),
    "port": lambda k, p: k["OutputPortBinding"]("port", datastore=p["store"]),
    "table": lambda k, p: p["d2"].as_dataset().parse_delimited_files(),
    "files": lambda k, p: p["d1"].as_dataset(),
    "named": lambda k, p: p["d1"].as_dataset().as_named_input("named"),
    "ref": lambda k, p: k["DataReference"](p["store"], "ref", "a/b"),
    "ref_again": lambda k, p: k["DataReference"](p["store"], "ref", "a/b"),
    "upload": lambda k, p: k["DataReference"](p["store"], "up", "a").as_upload(),
    "path": lambda k, p: k["DataPath"](p["store"], "a/b", "path"),
    "how": lambda k, p: k["DataPathComputeBinding"]("mount"),
    "pair": lambda k, p: (p["path"], p["how"]),
    "chosen": lambda k, p: (k["PipelineParameter"]("chosen", p["path"]), p["how"]),
    "number": lambda k, p: k["PipelineParameter"]("number", 3),
    "number_again": lambda k, p: k["PipelineParameter"]("number", 3),
    "other_number": lambda k, p: k["PipelineParameter"]("number", 4),
    "text": lambda k, p: k["PipelineParameter"]("text", "a"),
    "out": lambda k, p: k["OutputFileDatasetConfig"]("out", (p["store"], "x")),
    "out_table": lambda k, p: k["OutputFileDatasetConfig"]("rows").read_delimited_files(),
    "dataset": lambda k, p: _a_dataset(k["FileDataset"]),
    "rows": lambda k, p: _a_dataset(k["TabularDataset"]),
    "asked": lambda k, p: p["dataset"].as_named_input("asked"),
    "mounted": lambda k, p: p["dataset"].as_named_input("mounted").as_mount(),
    "asked_rows": lambda k, p: p["rows"].as_named_input("asked_rows"),
    "settings": lambda k, p: k["RunConfiguration"](),
    "estimator": lambda k, p: k["Estimator"](
        ".", compute_target="cpu", entry_script="t.py", pip_packages=["a"]
    ),
    "full_estimator": lambda k, p: k["Estimator"](
        ".", compute_target="cpu", entry_script="t.py", script_params={"--a": 1}
    ),
    "sweep": lambda k, p: _a_sweep(k, None),
    "sweep_with_list": lambda k, p: _a_sweep(k, ["--a", 1]),
    "sweep_with_empty_list": lambda k, p: _a_sweep(k, []),
    "sweep_with_text": lambda k, p: _a_sweep(k, "--a 1"),
    "sweep_with_tuple": lambda k, p: _a_sweep(k, ("--a", 1)),
    "sweep_of_estimator": lambda k, p: _a_sweep(k, None, p["estimator"]),
    "sweep_of_full_estimator": lambda k, p: _a_sweep(k, None, p["full_estimator"]),
    "env": lambda k, p: k["Environment"]("env"),
    "conda": lambda k, p: k["CondaDependencies"](),
    "docker": lambda k, p: k["DockerSection"](),
    "python": lambda k, p: k["PythonSection"](),
}


def _a_dataset(kind):
    # The SDK's own constructors read the data.
    made = type(kind.__name__, (kind,), {"__init__": lambda self: None, "id": None, "name": None})
    made.__repr__ = lambda self: "<dataset>"
    return made()


def _a_sweep(known, arguments, estimator=None):
    script = known["ScriptRunConfig"](".", script="t.py", arguments=arguments)
    return known["HyperDriveConfig"](
        known["RandomParameterSampling"]({"--lr": known["uniform"](0, 1)}),
        "acc",
        known["PrimaryMetricGoal"].MAXIMIZE,
        4,
        2,
        **({"estimator": estimator} if estimator else {"run_config": script}),
    )


def after(thing, *calls):
    """Return a thing after calls of its methods, each a tuple of a name and arguments."""
    for name, *arguments in calls:
        getattr(thing, name)(*arguments)
    return thing


def having(thing, **attributes):
    """Return a thing after setting attributes."""
    for name, value in attributes.items():
        setattr(thing, name, value)
    return thing


def part(thing, *attributes):
    """Return attributes of a thing; arguments as a run's record has them."""
    found = [getattr(thing, name) for name in attributes]
    return [
        [_argument(each) for each in value] if name == "arguments" and _is_list(value) else value
        for name, value in zip(attributes, found, strict=True)
    ]


def _is_list(value):
    return isinstance(value, (list, tuple))


def seen(value):
    """Return what is compared of a value, with the texts that are made up for each left out."""
    return _plain(_seen(value))


def _seen(value):
    kinds = [base.__name__ for base in type(value).__mro__]
    if any(kind in _STEPS for kind in kinds):
        return _step(value)
    if "DatasetConsumptionConfig" in kinds and _is_made_up(value):
        return ["made up", value.mode, value.path_on_compute]
    for kind, attributes in _SEEN.items():
        if kind in kinds:
            return [kind, *(_seen(getattr(value, name)) for name in attributes)]
    if "CondaDependencies" in kinds:
        return _conda(value)
    if {"Environment", "RunConfiguration", "DockerSection"} & set(kinds):
        return _settings(value, kinds)
    if isinstance(value, (list, tuple)):
        return [_seen(each) for each in value]
    if isinstance(value, dict):
        return {name: _seen(each) for name, each in value.items()}
    is_of_the_sdk = "azureml." in type(value).__module__
    return type(value).__name__ if is_of_the_sdk else value


def _step(step):
    return {
        "name": _seen(step.name),
        "inputs": [["input_made up"] if _is_output(i) else _port(i) for i in step._inputs],
        "outputs": [_port(each) for each in step._outputs],
        "arguments": _words(step),
        "producers": all(_producer(each) is step for each in step._outputs),
    }


def _is_output(data):
    return type(data).__name__.startswith("Output") and hasattr(data, "arg_val")


def _is_made_up(data):
    is_named_after_it = _is_output(data.dataset) and data.name == data.dataset.name
    return is_named_after_it or re.match("input__?[0-9a-f]{8}", data.name)


def _words(step):
    """The arguments, of a command with its own words, as the SDK tells them apart."""
    command, arguments = getattr(step, "_command", None), list(step._arguments)
    if type(step).__name__ == "CommandStep":
        first = [command] if command else [arguments.pop(0)]
        arguments = [*shlex.split(first[0]), *arguments]
    return [_word(step, each) for each in arguments]


def _word(step, argument):
    if _is_output(argument) and any(argument is each for each in step._inputs):
        return "DatasetConsumptionConfig:input_made up"
    written = any(argument is each for each in step._outputs)
    if written and type(argument).__name__.startswith("PipelineOutput"):
        return f"$AZUREML_DATAREFERENCE_{argument.name}"
    return _argument(argument)


def _producer(output):
    return getattr(output, "_pipeline_data", output)._producer


def _port(data):
    """The name under which a step has data; of inputs that it shares with an output, too."""
    name = _port_name(data)
    return [str(each).removeprefix("INPUT_") for each in name]


def _port_name(data):
    kind = type(data).__name__
    if kind == "DatasetConsumptionConfig" and _is_made_up(data):
        return ["input_made up"]
    if kind in ("tuple", "_PipelineIO"):
        first = data[0] if kind == "tuple" else data.datapath
        return ["bound", getattr(first, "default_value", first)._name]
    for attribute in ("data_reference_name", "input_name", "name"):
        if kind == "InputPortBinding" and attribute != "name":
            continue
        if hasattr(data, attribute):
            return [getattr(data, attribute)]
    return [kind]


def _argument(argument):
    """The text that stands for an argument in the record of a run."""
    kind = type(argument).__name__
    if kind == "tuple":
        return "$AZUREML_DATAREFERENCE_" + _port(argument)[1]
    if hasattr(argument, "arg_val"):
        is_made_up = kind == "DatasetConsumptionConfig" and _is_made_up(argument)
        return "DatasetConsumptionConfig:input_made up" if is_made_up else argument.arg_val
    if kind.startswith("PipelineOutput"):
        return f"DatasetConsumptionConfig:{argument.input_name}"
    if kind == "PipelineDataset":
        return f"DatasetConsumptionConfig:{argument.name}"
    is_data = kind in _PORTS or kind.endswith(("Reference", "_PipelineIO"))
    return str(argument) if is_data else _seen(argument)


def _conda(conda):
    return [
        list(conda.conda_packages),
        list(conda.pip_packages),
        list(conda.pip_options),
        _seen(list(conda.conda_channels)),
        conda.get_python_version(),
    ]


def _settings(value, kinds):
    if "DockerSection" in kinds:
        attributes = ("enabled", "base_image", "base_dockerfile", "shared_volumes", "shm_size")
        return [_seen(getattr(value, each)) for each in (*attributes, "arguments")]
    if "Environment" in kinds:
        python = value.python
        return {
            "name": _seen(value.name),
            "version": value.version,
            "variables": value.environment_variables,
            "interpreter": python.interpreter_path,
            "is_own": python.user_managed_dependencies,
            "conda": _seen(python.conda_dependencies),
            "docker": _seen(value.docker),
        }
    environment = _seen(value.environment)
    attributes = (
        "script", "arguments", "target", "framework", "communicator", "node_count", "command",
        "environment_variables", "max_run_duration_seconds", "data", "data_references",
        "output_data",
    )  # fmt: skip
    shown = dict(zip(attributes, part(value, *attributes), strict=True))
    return {**{name: _seen(each) for name, each in shown.items()}, "environment": environment}


def _plain(value):
    if isinstance(value, str):
        text = _SHORT.sub("*", _MADE_UP.sub("*", value))
        text = re.sub(r"(input|output)_+\*", "input_made up", _IMAGE.sub("IMAGE", text))
        return text.replace("AZUREML_DATAREFERENCE_INPUT_", "AZUREML_DATAREFERENCE_")
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {_plain(name): _plain(each) for name, each in value.items()}
    return value

"""Random calls of steps, data, environments, run configurations and estimators.

As in `calls.py`; calls also name the pieces of `pieces.Pieces`. Left out is what asks a workspace:
datasets of datastores, registered models and environments, `Environment.from_docker_*` with a
registry; and what hyperlocal does not emulate: steps of other services (DataTransferStep,
DatabricksStep, ...), which can be made under no SDK without one.
"""

from random import Random

ODD = (
    "None",
    "True",
    "False",
    "0",
    "1",
    "-1",
    "2.5",
    "''",
    "'x'",
    "'a b'",
    "'a-b'",
    "'1a'",
    "'ü'",
    "b'x'",
    "[]",
    "['a', 1]",
    "()",
    "('a', 'b')",
    "('a', 'b', 'c')",
    "{}",
    "{'a': 1}",
    "range(2)",
    "object",
    "[['a']]",
    "[{'a': 1}]",
)
PIECES = (
    "d1", "d2", "d3", "twin", "bound", "port", "table", "files", "named", "ref", "ref_again",
    "upload", "pair", "chosen", "number", "number_again", "other_number", "text", "out",
    "out_table", "dataset", "asked", "mounted", "asked_rows", "path", "how", "store",
    "out.as_input()", "out.as_upload()", "out.as_input('again')", "out_table.as_input('t')",
    "d2.as_mount()", "d1.as_download('copy')", "ref.as_download()",
    "PipelineDataset.create(dataset, 'old')", "d1.as_input('d1')", "asked.as_download()",
    "(path, how)", "(path, path)", "(number, how)", "(path, how, how)",
    "dataset.as_named_input('asked')",
)  # fmt: skip
INPUTS = (
    "d1", "d2", "twin", "bound", "named", "ref", "pair", "chosen", "asked", "mounted", "out",
    "asked_rows", "out.as_input('again')", "d2.as_mount()", "ref.as_download()", "files", "table",
)  # fmt: skip
OUTPUTS = ("d1", "d2", "d3", "port", "out", "out.as_upload()", "files", "twin", "out_table")
WORDS = ("'--a'", "'b'", "1", "2.5", "None", "True", "number", "text", "other_number")


def random_calls(seed, count):
    """`count` expressions that differ from each other."""
    generator = Calls(seed)
    kinds = (
        (generator.script_step, 6),
        (generator.sweep_step, 4),
        (generator.estimator_step, 2),
        (generator.command_step, 2),
        (generator.pipeline_data, 2),
        (generator.binding, 2),
        (generator.parameter, 1),
        (generator.reference, 3),
        (generator.data_path, 2),
        (generator.consumption, 2),
        (generator.output, 3),
        (generator.environment, 1),
        (generator.conda, 3),
        (generator.run_configuration, 1),
        (generator.docker, 1),
        (generator.script_run, 1),
        (generator.estimator, 1),
    )
    makers = [make for make, weight in kinds for _ in range(weight)]
    calls = {}
    while len(calls) < count:
        calls[f"seen({generator.pick(makers)()})"] = None
    return list(calls)


class Calls:
    def __init__(self, seed):
        self._random = Random(seed)

    def pick(self, options):
        return self._random.choice(options)

    def chance(self, probability):
        return self._random.random() < probability

    def some(self, most):
        return range(self._random.randint(0, most))

    def odd(self):
        return self.pick(ODD if self.chance(0.7) else PIECES)

    def mostly(self, options, oddly=0.08):
        return self.odd() if self.chance(oddly) else self.pick(options)

    def called(self, name, given, chance=0.5, needed=()):
        arguments = [
            f"{argument}={self.pick(values) if argument in STEADY else self.mostly(values)}"
            for argument, values in given.items()
            if argument in needed or self.chance(chance)
        ]
        return f"{name}({', '.join(arguments)})"

    # Steps

    def listed(self, options, most, oddly=0.1):
        if self.chance(oddly):
            return self.odd()
        items = [self.mostly(options, 0.04) for _ in self.some(most)]
        return f"[{', '.join(items)}]"

    def wired(self, may_share=False):
        """Inputs, outputs and arguments that mostly fit each other.

        Where an input has the name of an output, the SDK puts another object in its place, which
        no other argument can name: so they do not share names unless that is refused.
        """
        inputs = [self.pick(INPUTS) for _ in self.some(2)]
        outputs = [self.pick(OUTPUTS) for _ in self.some(2)]
        if "out" in inputs:  # in the SDK its first place among the arguments is the input then
            outputs = [each for each in outputs if each != "out"]
        arguments = [self.pick(WORDS) for _ in self.some(2)]
        arguments += [each for each in (*inputs, *outputs) if self.chance(0.5)]
        if self.chance(0.25):
            arguments.append(self.pick(PIECES))
        self._random.shuffle(arguments)
        if not may_share and {"d1", "bound", "twin", "files", "named"} & set(inputs):
            outputs = [each for each in outputs if each not in ("d1", "twin", "files")]
        texts = {"inputs": inputs, "outputs": outputs, "arguments": arguments}
        return {
            name: self.oddly(name) if self.chance(0.05) else f"[{', '.join(items)}]"
            for name, items in texts.items()
            if items or self.chance(0.3)
        }

    def oddly(self, name):
        """No text for arguments: the SDK takes its letters one by one, hyperlocal refuses it."""
        odd = self.odd()
        while odd in ("{}", "()") or (name == "arguments" and odd.startswith(("'", "b'"))):
            odd = self.odd()
        return odd

    def joined(self, name, *given):
        texts = [f"{argument}={value}" for each in given for argument, value in each.items()]
        return f"{name}({', '.join(texts)})"

    def settings_of_a_step(self):
        made = {}
        offered = {
            "name": ("'step'", "'a step'"),
            "compute_target": ("'cpu'",),
            "source_directory": ("'.'",),
            "allow_reuse": ("True", "False"),
            "version": ("'1'",),
        }
        for name, values in offered.items():
            if self.chance(0.3):
                made[name] = self.mostly(values, 0.02)
        if self.chance(0.2):
            made["params"] = self.pick(
                ("{'a': 1}", "{'number': 1}", "{'x': number}", "{}", "{'a': text}", "[]", "'ab'")
            )
        if self.chance(0.1):
            made["runconfig"] = self.pick(("settings", "None"))
        if self.chance(0.08):
            made["runconfig_pipeline_params"] = self.pick(
                ("{'NodeCount': number}", "{'NodeCount': 1}", "{}", "{'a': 'b'}")
            )
        return made

    def script_step(self):
        script = {"script_name": self.mostly(("'t.py'",), 0.04)}
        return self.joined("PythonScriptStep", script, self.wired(), self.settings_of_a_step())

    def sweep_step(self):
        sweeps = (
            "sweep", "sweep", "sweep_with_list", "sweep_with_empty_list", "sweep_with_text",
            "sweep_with_tuple", "sweep_of_estimator", "sweep_of_estimator",
            "sweep_of_full_estimator",
        )  # fmt: skip
        wired = self.wired(may_share=True)
        arguments = wired.pop("arguments", None)
        if arguments is not None and self.chance(0.6):
            wired["estimator_entry_script_arguments"] = arguments
        if self.chance(0.3):
            wired["metrics_output"] = self.mostly(("d3", "upload", "port", "ref", "d1"), 0.15)
        given = {
            "name": self.mostly(("'sweep'",), 0.05),
            "hyperdrive_config": self.mostly(sweeps, 0.04),
        }
        return self.joined("HyperDriveStep", given, wired)

    def estimator_step(self):
        wired = self.wired()
        if "arguments" in wired:
            wired["estimator_entry_script_arguments"] = wired.pop("arguments")
        given = {
            "estimator": self.mostly(("estimator", "estimator", "full_estimator"), 0.05),
            "compute_target": self.mostly(("'cpu'",), 0.05),
        }
        return self.joined("EstimatorStep", given, wired)

    def command_step(self):
        wired = self.wired()
        wired.pop("arguments", None)
        commands = (
            "'python t.py'",
            "'echo \"a b\" c'",
            "['python t.py', '--a', number]",
            "['python', 't.py', d1]",
            "['echo', out]",
            "['echo', asked]",
            "None",
        )
        settings = self.settings_of_a_step()
        settings.pop("runconfig", None)
        return self.joined(
            "CommandStep", {"command": self.mostly(commands, 0.06)}, wired, settings
        )

    # Data of pipelines

    def pipeline_data(self):
        made = self.called(
            "PipelineData",
            {
                "name": ("'a'", "'a_b'", "'a b'", "'ü'", "'1'"),
                "datastore": ("store", "None"),
                "output_name": ("'o'", "'o p'", "''"),
                "output_mode": ("'mount'", "'upload'", "'download'"),
                "output_path_on_compute": ("'p'",),
                "output_overwrite": ("True",),
                "data_type": ("'t'",),
                "is_directory": ("True",),
                "pipeline_output_name": ("'n'",),
            },
            0.3,
            ("name",),
        )
        return made + self.pick(
            (
                "", "", "", ".as_input('i')", ".as_input('i j')", ".as_mount()",
                ".as_mount('i')", ".as_download('i', 'p', True)", ".create_input_binding('i')",
                ".create_input_binding(mode='upload')", ".as_dataset()",
                ".as_dataset().as_named_input('n')", ".as_dataset().as_named_input('n m')",
                ".as_dataset().parse_delimited_files()", ".get_env_variable_name()",
            )
        )  # fmt: skip

    def binding(self):
        if self.chance(0.5):
            return self.called(
                "InputPortBinding",
                {
                    "name": ("'i'", "'i j'"),
                    "bind_object": ("d1", "d2", "port", "ref", "None"),
                    "bind_mode": ("'mount'", "'download'", "'direct'", "'hdfs'", "'upload'"),
                    "path_on_compute": ("'p'",),
                    "overwrite": ("True",),
                },
                0.4,
                ("name", "bind_object"),
            )
        return self.called(
            "OutputPortBinding",
            {
                "name": ("'o'", "'o p'"),
                "datastore": ("store", "None"),
                "output_name": ("'n'", "'n m'"),
                "bind_mode": ("'mount'", "'upload'", "'hdfs'", "'link'", "'download'"),
                "path_on_compute": ("'p'",),
                "is_directory": ("True",),
                "overwrite": ("True",),
                "data_type": ("'t'",),
                "pipeline_output_name": ("'n'",),
            },
            0.3,
            ("name",),
        )

    def parameter(self):
        if self.chance(0.5):
            values = ("3", "'a'", "0.5", "True", "path", "dataset", "rows", "asked")
            name = self.mostly(("'p'", "'p q'"))
            return f"PipelineParameter({name}, {self.mostly(values, 0.3)})"
        kinds = ("'Metrics'", "'Model'", "'model'", "'METRICS'", "'other'")
        return self.called(
            "TrainingOutput",
            {
                "type": kinds,
                "iteration": ("0", "1", "None"),
                "metric": ("'acc'", "None", "''"),
                "model_file": ("'outputs/m.pkl'",),
            },
            0.4,
            ("type",),
        )

    # Data

    def reference(self):
        made = self.called(
            "DataReference",
            {
                "datastore": ("store",),
                "data_reference_name": ("'n'", "'n m'", "None"),
                "path_on_datastore": PATHS,
                "mode": ("'mount'", "'download'", "'upload'", "'direct'", "'Mount'"),
                "path_on_compute": ("'p'", "'.'", "None"),
                "overwrite": ("True", "False"),
            },
            0.45,
            ("datastore",),
        )
        for _ in self.some(2):
            made += self.pick(
                (
                    f".path({self.pick(PATHS)})", ".path()", ".path('p', 'q')", ".as_mount()",
                    ".as_download()", ".as_download('p')", ".as_upload('p')", ".as_upload()",
                )
            )  # fmt: skip
        return made + self.pick(("", "", ".to_config()"))

    def data_path(self):
        if self.chance(0.5):
            path = self.called(
                "DataPath",
                {"datastore": ("store",), "path_on_datastore": PATHS, "name": ("'n'", "'n m'")},
                0.5,
                ("datastore",),
            )
            return path + self.pick(
                (
                    "",
                    ".create_data_reference('n', how)",
                    ".create_data_reference(datapath_compute_binding=how)",
                    f".create_data_reference('n', {self.odd()})",
                )
            )
        return self.pick(
            (
                self.called(
                    "DataPathComputeBinding",
                    {
                        "mode": ("'mount'", "'download'", "'upload'", "'x'"),
                        "path_on_compute": ("'p'",),
                        "overwrite": ("True",),
                    },
                )
                + self.pick(("", ".create_data_reference('n', path)")),
                f"how.create_data_reference('n', {self.mostly(('path',), 0.5)})",
                f"DataPath.create_from_data_reference({self.mostly(('ref', 'upload'), 0.4)})",
                "DataPathComputeBinding.create_from_data_reference("
                f"{self.mostly(('ref', 'upload'), 0.4)})",
                f"DataReference.create('n', {self.mostly(('path',))}, {self.mostly(('how',))})",
            )
        )

    def consumption(self):
        names = ("'a'", "'a_1'", "'_'", "'a b'", "'1'", "''", "None", "'path'")
        made = self.called(
            "DatasetConsumptionConfig",
            {
                "name": names,
                "dataset": ("dataset", "rows", "out", "out_table", "PipelineParameter('p', rows)"),
                "mode": (
                    "'direct'",
                    "'mount'",
                    "'download'",
                    "'hdfs'",
                    "'Mount'",
                    "'x'",
                    "'link'",
                ),
                "path_on_compute": ("'p'",),
            },
            0.5,
            ("name", "dataset"),
        )
        if self.chance(0.3):
            name = self.mostly(names, 0.2)
            made = f"{self.pick(('dataset', 'rows'))}.as_named_input({name})"
        return made + self.pick(
            ("", "", ".as_mount()", ".as_mount('p')", ".as_download()", ".as_download('p')",
             ".as_hdfs()")
        )  # fmt: skip

    def output(self):
        made = self.called(
            "OutputFileDatasetConfig",
            {
                "name": ("'a'", "'a b'", "'1'", "''", "None", "'path'"),
                "destination": ("(store, 'x')", "None", "(store,)", "('store', 'x')"),
                "source": ("'s'", "None"),
            },
        )
        for _ in self.some(2):
            made += self.pick(
                (
                    ".as_mount()", ".as_upload()", ".as_upload(overwrite=True)",
                    ".as_mount(True)", f".register_on_complete({self.mostly(NAMES, 0.3)})",
                    ".register_on_complete('n', 'd', {'t': '1'})",
                )
            )  # fmt: skip
        return made + self.pick(
            ("", "", ".as_input()", ".as_input('i')", ".as_input('i j')",
             f".as_input({self.odd()})", ".read_delimited_files()", ".read_parquet_files()",
             ".read_delimited_files().as_input('i')")
        )  # fmt: skip

    # Environments and run configurations

    def environment(self):
        made = f"Environment({self.mostly(NAMES, 0.3)})"
        changes = {
            "environment_variables": ("{'A': '1'}", "{}"),
            "version": ("'1'",),
            "name": ("'other'",),
            "unknown": ("1",),
        }
        if self.chance(0.5):
            given = {name: self.pick(values) for name, values in changes.items()
                     if self.chance(0.2)}  # fmt: skip
            made = self.joined("having", {}, given).replace("having(", f"having({made}, ")
        return made + self.pick(
            ("", "", f".clone({self.mostly(NAMES, 0.4)})", ".python.conda_dependencies", ".docker")
        )

    def conda(self):
        if self.chance(0.4):
            made = self.called(
                "CondaDependencies.create",
                {
                    "pip_packages": (
                        "['lib==1']",
                        "['lib', 'other']",
                        "[]",
                        "['lib', 'lib==2']",
                        "['--pre']",
                    ),
                    "conda_packages": ("['c=1']", "['c', 'python=3.6']", "[]"),
                    "python_version": ("'3.8'", "'3.8.1'"),
                    "pip_indexurl": ("'https://example.org/i'",),
                    "pin_sdk_version": ("True", "False"),
                },
                0.4,
            )
        else:
            made = "conda"
        changes = [
            f"({self.pick(CONDA_METHODS)!r}, {self.mostly(PACKAGES)})" for _ in self.some(4)
        ]
        return f"after({', '.join([made, *changes])})"

    def docker(self):
        kind = self.pick(("docker", "DockerConfiguration()", "MpiConfiguration()", "python"))
        attributes = {
            "docker": ("enabled", "base_image", "base_dockerfile", "shm_size", "arguments", "gpu"),
            "DockerConfiguration()": ("use_docker", "shm_size", "arguments", "unknown"),
            "MpiConfiguration()": ("process_count_per_node", "node_count", "unknown"),
            "python": ("interpreter_path", "user_managed_dependencies", "unknown"),
        }[kind]
        chosen = [name for name in attributes if self.chance(0.4)]
        given = ", ".join(f"{name}={self.mostly(VALUES, 0.3)}" for name in chosen)
        made = f"having({kind}, {given})" if given else kind
        shown = [name for name in attributes if name not in ("unknown", "gpu")]
        return f"part({made}, {', '.join(map(repr, shown))})"

    def run_configuration(self):
        made = self.called(
            "RunConfiguration",
            {
                "script": ("'t.py'",),
                "arguments": ("['a']", "[]"),
                "framework": ("'Python'", "'PyTorch'", "'x'"),
                "communicator": ("'None'", "'OpenMpi'", "'x'"),
                "conda_dependencies": ("conda",),
                "command": ("'c'",),
            },
            0.3,
        )
        changes = {
            "target": ("'cpu'", "None", "env"),
            "framework": ("'Tensorflow'", "'x'"),
            "node_count": ("2",),
            "arguments": ("['a', 1]",),
            "environment": ("env",),
            "environment_variables": ("{'A': '1'}",),
            "max_run_duration_seconds": ("60",),
            "docker": ("DockerConfiguration(use_docker=True)",),
            "unknown": ("1",),
        }
        given = {n: self.mostly(v, 0.15) for n, v in changes.items() if self.chance(0.12)}
        if not given:
            return made
        return f"having({made}, {', '.join(f'{n}={v}' for n, v in given.items())})"

    def script_run(self):
        made = self.called(
            "ScriptRunConfig",
            {
                "source_directory": ("'.'", "None"),
                "script": ("'t.py'", "None"),
                "arguments": ("['--a', 1]", "[]", "'--a 1'", "[asked]", "['--o', out]"),
                "run_config": ("settings", "RunConfiguration(script='s.py')"),
                "compute_target": ("'cpu'", "'local'"),
                "environment": ("env",),
                "distributed_job_config": (
                    "MpiConfiguration()",
                    "MpiConfiguration(2, 3)",
                    "PyTorchConfiguration(node_count=2)",
                    "TensorflowConfiguration(2, 1)",
                ),
                "resume_from": ("path",),
                "max_run_duration_seconds": ("60", "0"),
                "command": ("['python', 't.py']", "'python t.py'"),
                "docker_runtime_config": ("DockerConfiguration(use_docker=True)",),
            },
            0.2,
            ("source_directory",),
        )
        return f"part({made}, 'source_directory', 'script', 'arguments', 'command', 'run_config')"

    # Estimators

    def estimator(self):
        kind = self.pick(("Estimator", "SKLearn", "TensorFlow", "PyTorch", "Chainer"))
        given = dict(ESTIMATOR_ARGUMENTS)
        if kind != "Estimator":
            given["framework_version"] = ("'1.0'", "'9.9'", "'2.0'", "'1.3'", "None")
        if kind == "SKLearn":
            for name in ("node_count", "process_count_per_node", "distributed_training"):
                del given[name]
        made = self.called(kind, given, 0.15, ("source_directory", "compute_target"))
        return f"part({made}, 'source_directory', 'run_config')"


# What is not text here is refused by hyperlocal at once, and by the SDK or its service later.
STEADY = {
    "arguments",
    "command",
    "compute_target",
    "conda_dependencies",
    "conda_packages",
    "datastore",
    "destination",
    "entry_script",
    "overwrite",
    "path_on_datastore",
    "pip_packages",
    "source_directory",
}
PATHS = ("'p'", "'p/q'", "'.'", "'/'", "'./'", "'p q'", "None", "''")
NAMES = ("'a'", "'a b'", "''", "None", "'a/b'", "'AzureML-x'", "'ü'")
PACKAGES = (
    "'numpy'", "'numpy==1.18'", "'numpy=1.18'", "'scikit-learn'", "'python'", "'python=3.7'",
    "'--pre'", "'--index-url https://example.org/i'", "'pip'", "'Numpy>=1'", "'a[b]==1'",
    "'azureml-sdk'", "'azureml-defaults'", "'conda-forge'", "'3.7'",
    "'git+https://example.org/a.git'", "'numpy~=1.18'", "'numpy<2,>1'", "'numpy!=1.0'",
)  # fmt: skip
CONDA_METHODS = (
    "add_conda_package", "add_conda_package", "remove_conda_package", "add_pip_package",
    "add_pip_package", "remove_pip_package", "add_channel", "remove_channel", "set_pip_option",
    "remove_pip_option", "set_pip_index_url", "set_python_version", "add_tensorflow_pip_package",
    "add_cntk_package",
)  # fmt: skip
VALUES = ("'a'", "'2g'", "True", "False", "None", "['--cpus', '2']", "2", "''", "'FROM a'")
ESTIMATOR_ARGUMENTS = {
    "source_directory": ("'.'", "None"),
    "compute_target": ("'cpu'", "'local'"),
    "vm_size": ("'STANDARD_D2_V2'",),
    "vm_priority": ("'lowpriority'", "'dedicated'"),
    "entry_script": ("'t.py'", "None"),
    "script_params": ("{'--a': 1}", "{'--a': ''}", "{'--a': asked}", "{}", "{'--r': ref}"),
    "node_count": ("1", "2", "0"),
    "process_count_per_node": ("1", "2", "0"),
    "distributed_training": ("MpiConfiguration()", "TensorflowConfiguration()", "None"),
    "use_gpu": ("True", "False"),
    "use_docker": ("True", "False"),
    "custom_docker_image": ("'image'",),
    "user_managed": ("True", "False"),
    "conda_packages": ("['c']", "[]"),
    "pip_packages": ("['a==1']", "[]"),
    "environment_variables": ("{'A': '1'}", "{}"),
    "environment_definition": ("env",),
    "inputs": ("[asked]", "[ref]", "[]", "[mounted]"),
    "shm_size": ("'1g'",),
    "resume_from": ("path",),
    "max_run_duration_seconds": ("60",),
}

"""Data of runs: what a script gets for a dataset, a data reference or an output, and the record.

A record shows `DatasetConsumptionConfig:<name>` or `$AZUREML_DATAREFERENCE_<name>`; scripts get
an id or a path, by its arguments and by an environment variable.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Any

from hyperlocal.azureml._translate.given import (
    REFERENCE,
    Given,
    Kind,
    from_data,
    from_reference,
    given,
    is_dataset,
    references_in,
    store_of,
)
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.domain.launch import StagedInput, literal_text
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import advise

__all__ = ["RunData", "check_variable"]

_NEEDED = frozenset({"HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "USER"})
_INPUT_FOLDER = "${working_folder}/.inputs"
_OUTPUT_FOLDER = "${working_folder}/.outputs"


@dataclass
class RunData:
    """The data of one run, or of the trials of one sweep.

    Attributes:
        environment: Variables that tell scripts where their data is.
        staged_inputs: What trials find in their working copies.
        inputs: The input datasets by name, as the record shows them.
        outputs: The outputs by name, likewise.
        references: The data references by name, likewise.
        promises: What becomes a registered dataset when a run has completed.
    """

    environment: dict[str, str] = field(default_factory=dict)
    staged_inputs: list[StagedInput] = field(default_factory=list)
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    promises: list[dict[str, Any]] = field(default_factory=list)
    references: dict[str, dict[str, Any]] = field(default_factory=dict)
    _given: dict[str, tuple[Any, str]] = field(default_factory=dict)
    _spoken_of: dict[str, str] = field(default_factory=dict)

    def add_config(self, config: Any) -> None:
        """Take up the data that a RunConfiguration names beside the arguments.

        Raises:
            UserErrorException: Data that is not there, or cannot be an input.
            NotEmulatedError: Data of a kind that is not emulated.
        """
        for name, reference in dict(config.data_references or {}).items():
            self.add(from_reference(name, reference))
        for name, value in dict(config.data or {}).items():
            self._spoken_of[f"DatasetConsumptionConfig:{name}"] = self.add(from_data(name, value))
        outputs = config.output_data
        for value in outputs.values() if isinstance(outputs, dict) else outputs or []:
            output = given(value)
            if output is None or output.kind is not Kind.OUTPUT:
                raise NotEmulatedError(
                    "azureml.core.RunConfiguration.output_data of this kind",
                    "Give an OutputFileDatasetConfig among the arguments.",
                )
            self.add(output)

    def add(self, given: Given) -> str:
        """Take up data; return what the script gets, to be filled in.

        Raises:
            UserErrorException: It is not there, or cannot be an input.
        """
        key, told = given.recorded, given.identity
        if key not in self._given:
            self._given[key] = (told, self._take_up(given))
        known, text = self._given[key]
        if known != told:
            raise UserErrorException(
                f"The run is given two different things as {key}: {known} and {told}. Give them "
                "different names."
            )
        return text

    def _take_up(self, given: Given) -> str:
        if given.kind is Kind.REFERENCE:
            return self._reference(given.data)
        if given.kind is Kind.DATASET:
            return self._dataset(given.data)
        return self._output(given.data)

    def definition(self) -> dict[str, Any]:
        """Return what the record of a run says of its data."""
        return {
            "data": self.inputs,
            "dataReferences": self.references,
            "outputData": self.outputs,
        }

    def filled(self, text: str) -> str:
        """Return an argument with the paths of what it speaks of.

        Data references are spoken of anywhere in a text, the `data` of a RunConfiguration by an
        argument of its own.
        """
        if text in self._spoken_of:
            return self._spoken_of[text]
        literal = literal_text(text)
        for name in references_in(text):
            path = self.environment.get(REFERENCE + name)
            if path is not None:
                pattern = rf"\$\$({REFERENCE}{name}\b|{{{REFERENCE}{name}}})"
                literal = re.sub(pattern, path.replace("\\", r"\\"), literal)
        return literal

    def variables(self) -> dict[str, str]:
        """Return all variables, also those that list the others."""
        listed = {
            "AZUREML_DATASET_ENVIRONMENT_VARS": ",".join(self.inputs),
            "AZUREML_DATASET_FILE_OUTPUTS": ";".join(self.outputs),
        }
        return {**self.environment, **{name: text for name, text in listed.items() if text}}

    def _reference(self, reference: Any) -> str:
        place: str = reference.datastore._place(reference.path_on_datastore).rstrip("/")
        name = reference.data_reference_name
        if not os.path.exists(place):
            if reference.mode == "download":
                raise UserErrorException(
                    f"There is nothing to download for the data reference {name!r}: {place} is "
                    "not there. Upload it, or put it there."
                )
            os.makedirs(place)  # to be written into, as outputs of old scripts are
        inner = f"/{os.path.basename(place)}" if os.path.isfile(place) else ""
        path = self._placed(
            name + inner,
            literal_text(place),
            reference.path_on_compute,
            reference.mode == "download",
        )
        self.environment[f"{REFERENCE}{name}"] = path
        self.references[name] = {
            "dataStoreName": reference.datastore.name,
            "pathOnDataStore": reference.path_on_datastore,
            "mode": reference.mode,
            "pathOnCompute": reference.path_on_compute,
            "overwrite": reference.overwrite,
        }
        return path

    def _placed(self, name: str, source: str, path_on_compute: Any, is_copy: bool) -> str:
        """Return where a script sees data: in its own place, or where it is asked for."""
        asked_for = None if path_on_compute is None else str(path_on_compute).rstrip("/")
        if asked_for and (os.path.isabs(asked_for) or ".." in asked_for.split("/")):
            advise(
                f"path_on_compute {asked_for!r}",
                "nothing is put outside of a trial's working directory: scripts must take the "
                "path from their arguments or their inputs.",
            )
            asked_for = None
        if asked_for and os.path.normpath(asked_for) != ".":
            target = f"${{working_folder}}/{literal_text(os.path.normpath(asked_for))}"
        elif is_copy:
            target = f"{_INPUT_FOLDER}/{literal_text(name)}"
        else:
            return source
        self.staged_inputs.append(StagedInput(target, source, is_copy=is_copy))
        return target

    def _dataset(self, given: Any) -> str:
        from hyperlocal.azureml.data._mounts import folder_for

        dataset, mode = given.dataset, given.mode
        if not is_dataset(dataset):
            raise UserErrorException(
                f"The input {given.name!r} is {dataset!r}, but must be a dataset."
            )
        if mode not in ("direct", "mount", "download"):
            raise NotEmulatedError(
                f"A dataset as an input with mode {mode!r}", "Use as_mount() or as_download()."
            )
        dataset_id = dataset._save()
        if mode == "direct":
            text = str(dataset_id)
        else:
            given._in_mode(mode, None)  # tables cannot be
            folder, single = folder_for(dataset)
            text = self._placed(
                given.name, literal_text(folder), given.path_on_compute, mode == "download"
            )
            if single and mode == "mount":  # seen in the SDK: only then the file itself
                text = f"{text}/{literal_text(single)}"
        self._tell(given.name, text)
        version = None if dataset.version is None else str(dataset.version)
        self.inputs[given.name] = {
            "dataLocation": {
                "dataset": {"id": dataset_id, "name": dataset.name, "version": version}
            },
            "mechanism": mode,
            "environmentVariableName": given.name,
            "pathOnCompute": given.path_on_compute,
        }
        return text

    def _tell(self, name: str, text: str) -> None:
        """Set a variable of the name of an input or output, as the SDK does."""
        check_variable(name)
        self.environment[name] = text

    def _output(self, output: Any) -> str:
        store = store_of(output)
        inside = output._inside()
        place = literal_text(store._place(inside)).replace("{run-id}", "${run_id}")
        if output.source is None:
            target, text = f"{_OUTPUT_FOLDER}/{output.name}", place
        else:
            target = f"${{working_folder}}/{literal_text(os.path.normpath(str(output.source)))}"
            text = target
        self.staged_inputs.append(StagedInput(target, place, makes_source=True))
        self._tell(output.name, text)
        self.outputs[output.name] = {
            "outputLocation": {"dataPath": {"datastoreName": store.name, "relativePath": inside}},
            "mechanism": output.mode,
        }
        promised = output._promised(store.name)
        if promised is not None:
            self.promises.append(promised)
        return text


def check_variable(name: str) -> None:
    """Refuse to hide a variable that processes need behind an input or output of its name.

    Raises:
        UserErrorException: Processes need a variable of this name.
    """
    if name in _NEEDED or name.startswith(("AZUREML_", "HYPERLOCAL_")):
        raise UserErrorException(
            f"An input or output cannot be named {name!r}: scripts find it in a variable of "
            "its name, and processes need this one. Choose another name."
        )

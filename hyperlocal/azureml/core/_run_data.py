"""Data of a run: its input datasets by name, as its script or its driver asks for them."""

from __future__ import annotations

from hyperlocal.azureml.core._run_base import _RunBase

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

    from hyperlocal.azureml.core._run_datasets import InputDatasets, OutputDatasets

__all__ = ["_RunData"]


class _RunData(_RunBase):
    """The data of a run."""

    @property
    def input_datasets(self) -> InputDatasets:
        """The input datasets, by name.

        In the run's own script those that are mounted or downloaded are paths, as in the cloud.
        """
        from hyperlocal.azureml.core._run_datasets import inputs_of

        names = self._of_own_process("AZUREML_DATASET_ENVIRONMENT_VARS")
        definition = {} if names else self._definition()
        return inputs_of(self.experiment.workspace, definition, names)

    @property
    def output_datasets(self) -> OutputDatasets:
        """What the run wrote into its outputs, by the output's name.

        In the run's own script they are the paths to write to, as in the cloud.
        """
        from hyperlocal.azureml.core._run_datasets import outputs_of

        names = self._of_own_process("AZUREML_DATASET_FILE_OUTPUTS")
        definition = {} if names else self._definition()
        return outputs_of(self.experiment.workspace, definition, self._run_id, names)

    def _of_own_process(self, variable: str) -> str:
        """Return a variable of the run's own process; in another one an empty text."""
        import os

        is_own = os.environ.get("AZUREML_RUN_ID") == self._run_id
        return os.environ.get(variable, "") if is_own else ""

    def _definition(self) -> dict[str, Any]:
        from hyperlocal.services.runs.definitions import definition_of

        return definition_of(self._history, self._record)

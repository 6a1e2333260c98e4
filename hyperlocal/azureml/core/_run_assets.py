"""What outlives a run or is shared by runs: registered models, secrets, compute targets."""

from __future__ import annotations

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_base import _RunBase

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["_RunAssets"]


class _RunAssets(_RunBase):
    """The workspace's things, as a run reaches them."""

    @as_sdk_errors
    def register_model(
        self,
        model_name: Any,
        model_path: Any = None,
        tags: Any = None,
        properties: Any = None,
        model_framework: Any = None,
        model_framework_version: Any = None,
        description: Any = None,
        datasets: Any = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Keep a file or folder of this run as the next version of a model.

        Args:
            model_name: Letters, digits, `-`, `.` and `_`.
            model_path: The file or folder as `get_file_names()` shows it, for instance
                `outputs/model.pkl`; by default what is called like the model.
            tags: Can be changed later. Values become texts.
            properties: Cannot be changed later. Values become texts.
            model_framework: One of the names in `Model.Framework`, or any text.
            model_framework_version: Its version.
            description: A text about the model.
            datasets: Pairs of a word for what it was used for and a dataset.
            sample_input_dataset: Shown back.
            sample_output_dataset: Shown back.
            resource_configuration: Shown back.
            **kwargs: None is known.

        Raises:
            ModelPathNotFoundException: The run has no such file; the text names those it has.
            WebserviceException: The name is refused.
        """
        if kwargs:
            raise TypeError(f"register_model() has no argument {next(iter(kwargs))!r}.")
        from hyperlocal.azureml._classes import class_named
        from hyperlocal.azureml.core._model_relations import described
        from hyperlocal.services import models as store

        store.check_name(model_name)
        workspace = self.experiment.workspace
        body = described(
            tags=tags,
            properties=properties,
            description=description,
            datasets=datasets,
            framework=model_framework,
            framework_version=model_framework_version,
            sample_input=sample_input_dataset,
            sample_output=sample_output_dataset,
            resources=resource_configuration,
            run=self,
        )
        files = store.files_of_run(self, model_name if model_path is None else model_path)
        asset = store.add(self._history, model_name, files, body)
        return class_named("Model")(workspace, _asset=asset, _history=self._history)

    def get_secret(self, name: Any) -> Any:
        """Return a secret of the workspace's key vault.

        Raises:
            ServiceException: There is none of this name.
        """
        from hyperlocal.azureml.core.keyvault import Keyvault

        return Keyvault(self.experiment.workspace).get_secret(name)

    def get_secrets(self, secrets: Any) -> Any:
        """Return secrets by name; None for those that are not there."""
        from hyperlocal.azureml.core.keyvault import Keyvault

        return Keyvault(self.experiment.workspace).get_secrets(secrets)

    def clean(self) -> Any:
        """Do nothing and return no names: a trial's working copy is removed when it ends."""
        return []

    @staticmethod
    def list_by_compute(
        compute: Any,
        type: Any = None,
        tags: Any = None,
        properties: Any = None,
        status: Any = None,
    ) -> Iterator[Any]:
        """Return the runs that were submitted to a compute target, newest first.

        Args:
            compute: The target.
            type: Only runs of this type.
            tags: A name that must be there, or a dict of names and values.
            properties: Likewise.
            status: Only runs with this status.
        """
        from hyperlocal.azureml.core._run_objects import runs_on

        return runs_on(compute, type=type, tags=tags, properties=properties, status=status)

"""Registered models: files with a name and a version, kept in the home."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._model_path import find_model_path, remote_model_path
from hyperlocal.azureml.core._model_relations import described
from hyperlocal.azureml.core._model_version import _ModelVersion
from hyperlocal.azureml.core.resource_configuration import ResourceConfiguration
from hyperlocal.azureml.exceptions import UserErrorException, WebserviceException
from hyperlocal.services import models as _store
from hyperlocal.services.connection import this_history

if TYPE_CHECKING:
    from hyperlocal.history import Asset, History

__all__ = ["Model", "ResourceConfiguration"]


class Model(_ModelVersion):
    """One version of a registered model: by `id`, by name and version, or the newest of a name.

    Differs:
        Models are kept in the home and are the same in all workspaces of it. Deploying,
        packaging and profiling them is not emulated.

    Raises:
        WebserviceException: There is no such model; the text begins with `ModelNotFound`.
    """

    class Framework:
        """Names of frameworks, for `model_framework`. Any other text can be given, too."""

        CUSTOM = "Custom"
        TENSORFLOW = "TensorFlow"
        SCIKITLEARN = "ScikitLearn"
        ONNX = "Onnx"
        TFKERAS = "TfKeras"
        PYTORCH = "PyTorch"
        MULTI = "Multi"

    def __init__(
        self,
        workspace: Any,
        name: Any = None,
        id: Any = None,
        tags: Any = None,
        properties: Any = None,
        version: Any = None,
        run_id: Any = None,
        model_framework: Any = None,
        expand: Any = True,
        **kwargs: Any,
    ) -> None:
        history: History = kwargs.get("_history") or this_history()
        asset: Asset | None = kwargs.get("_asset")
        if asset is None and workspace is not None:
            filters = {
                "tags": tags,
                "properties": properties,
                "run_id": run_id,
                "framework": model_framework,
            }
            asset = _find(history, name, id, version, filters)
        super().__init__(workspace, history, asset, is_whole=bool(expand))

    @staticmethod
    @as_sdk_errors
    def register(
        workspace: Any,
        model_path: Any,
        model_name: Any,
        tags: Any = None,
        properties: Any = None,
        description: Any = None,
        datasets: Any = None,
        model_framework: Any = None,
        model_framework_version: Any = None,
        child_paths: Any = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
    ) -> Model:
        """Keep a copy of a local file or folder as the next version of a model.

        Differs:
            The newest SDK (1.61) registers only what is below the working directory; here, as
            with all before it, the path may be anywhere.

        Args:
            workspace: The workspace; it is shown back.
            model_path: The file or folder.
            model_name: Letters, digits, `-`, `.` and `_`.
            tags: Can be changed later. Values become texts.
            properties: Cannot be changed later. Values become texts.
            description: A text about the model.
            datasets: Pairs of a word for what it was used for and a dataset.
            model_framework: One of the names in `Model.Framework`, or any text.
            model_framework_version: Its version.
            child_paths: Of a folder, only these files and folders.
            sample_input_dataset: Shown back.
            sample_output_dataset: Shown back.
            resource_configuration: Shown back.

        Raises:
            FileNotFoundError: There is no such file or folder.
            WebserviceException: Name or framework are refused, or a child is not there.
        """
        _store.check_name(model_name)
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
        )
        _store.check_path(model_path, child_paths)
        history = this_history()
        files = _store.files_of_path(model_path, child_paths)
        asset = _store.add(history, model_name, files, body)
        print(f"Registered {asset.name}, version {asset.version}.")
        return Model(workspace, _asset=asset, _history=history)

    @staticmethod
    def list(
        workspace: Any,
        name: Any = None,
        tags: Any = None,
        properties: Any = None,
        run_id: Any = None,
        latest: Any = False,
        dataset_id: Any = None,
        expand: Any = True,
        page_count: Any = 255,
        model_framework: Any = None,
    ) -> builtins.list[Model]:
        """Return the models of this home that fit all filters, newest first.

        Args:
            workspace: The workspace that they shall have.
            name: Only versions of this model.
            tags: A list of keys or of `[key, value]`.
            properties: Likewise.
            run_id: Only what this run was registered from.
            latest: Only the newest version of each name.
            dataset_id: Only what this dataset belongs to.
            expand: Give them their run and their datasets.
            page_count: Checked and not used: there are no pages.
            model_framework: Only models of this framework.

        Raises:
            UserErrorException: `tags` holds no keys, or `page_count` is not from 20 to 255.
        """
        if page_count and not 20 <= page_count <= 255:
            raise UserErrorException(
                f"Model.list: page_count is {page_count!r}, but must be from 20 to 255."
            )
        # Newer SDKs take a list only; older ones whatever holds keys, a dict for instance.
        if isinstance(tags, (str, bytes)) or not isinstance(tags or (), Iterable):
            raise UserErrorException(
                f"Model.list: tags is {tags!r}, but must be a list of keys or of [key, value], "
                "for instance ['area', ['quality', 'good']]."
            )
        history = this_history()
        found = _store.matching(
            history,
            name=name,
            tags=None if tags is None else list(tags),
            properties=properties,
            run_id=run_id,
            dataset_id=dataset_id,
            framework=model_framework,
        )
        if latest:
            newest = {asset.name: asset for asset in reversed(found)}
            found = [asset for asset in found if asset is newest[asset.name]]
        return [Model(workspace, _asset=a, _history=history, expand=expand) for a in found]

    @staticmethod
    def get_model_path(model_name: Any, version: Any = None, _workspace: Any = None) -> str:
        """Return where a model's file or folder is, relative to the working directory.

        With a workspace, and in a submitted run, which has one, a registered model is copied to
        `azureml-models/<name>/<version>/` if need be. Without, it must be there already, or below
        `$AZUREML_MODEL_DIR`, or be a file or folder of that name right here.

        Raises:
            ModelNotFoundException: It is nowhere.
            WebserviceException: Its `version` is not an int, or not there.
        """
        return find_model_path(model_name, version, _workspace, Model)

    @staticmethod
    def _get_model_path_remote(model_name: Any, version: Any, workspace: Any) -> str:
        return remote_model_path(model_name, version, workspace, Model)

    @staticmethod
    def deserialize(workspace: Any, model_payload: Any) -> Model:
        """Return the model that `serialize` described, as it is now."""
        return Model(workspace, id=model_payload["id"])


def _find(history: History, name: Any, id: Any, version: Any, filters: dict[str, Any]) -> Asset:
    if not id and not name:
        raise WebserviceException("Model: neither a name nor an id is given.")
    if id:
        found = _store.version_of(history, *str(id).rpartition(":")[::2])
    elif version:
        found = _store.version_of(history, name, version)
    else:
        found = next(iter(_store.matching(history, name=name, **filters)), None)
    if found is None:
        asked = {"id": id, "name": name, "version": version, **filters}
        wanted = ", ".join(f"{key}={value!r}" for key, value in asked.items() if value)
        known = ", ".join(f"{a.name}:{a.version}" for a in _store.matching(history)) or "none"
        raise WebserviceException(
            f"ModelNotFound: no registered model has {wanted}. Registered: {known}.",
            status_code=404,
        )
    return found


__getattr__ = _placeholders.lacking(__name__)

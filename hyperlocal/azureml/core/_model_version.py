"""One version of a registered model: its facts, its files, and what can be changed of it."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.core._model_relations import (
    dataset_id,
    dataset_of,
    dataset_pairs,
    dataset_references,
    resources_of,
)
from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.core.resource_configuration import ResourceConfiguration
from hyperlocal.azureml.exceptions import ServiceException, WebserviceException
from hyperlocal.services import models as _store
from hyperlocal.services.ids import derived_uuid

if TYPE_CHECKING:
    from hyperlocal.history import Asset, History

__all__ = ["_ModelVersion"]


class _ModelVersion(Emulated):
    """What a version of a model is; without `asset` it is empty, as `Model(None)` is."""

    def __init__(
        self, workspace: Any, history: History, asset: Asset | None, *, is_whole: bool
    ) -> None:
        self.workspace = workspace
        self._history = history
        self.created_by: Any = None
        self.created_time: Any = None
        self.description: Any = None
        self.id: Any = None
        self.mime_type: Any = None
        self.name: Any = None
        self.model_framework: Any = None
        self.model_framework_version: Any = None
        self.tags: Any = None
        self.properties: Any = None
        self.unpack: Any = None
        self.url: Any = None
        self.version: Any = None
        self.experiment_name: Any = None
        self.run_id: Any = None
        self.run: Any = None
        self.datasets: dict[str, list[Any]] = {}
        self.sample_input_dataset: Any = None
        self.sample_output_dataset: Any = None
        self.resource_configuration: Any = None
        self.parent_id: Any = None
        self.derived_model_ids: Any = None
        if asset is not None:
            self._fill(asset)
            if is_whole:
                self._fill_related(asset.body)

    def _fill(self, asset: Asset) -> None:
        body = asset.body
        self._asset = asset
        self.name, self.version = asset.name, asset.version
        self.id = f"{asset.name}:{asset.version}"
        asset_id = derived_uuid("model", str(self._history.home), self.id).replace("-", "")
        self.url = f"aml://asset/{asset_id}"
        self.created_time = datetime.fromtimestamp(asset.created_at, timezone.utc)
        self.created_by = body["created_by"]
        self.mime_type, self.unpack = "application/x-python", False
        self.description = body["description"]
        self.tags, self.properties = dict(body["tags"]), dict(body["properties"])
        self.model_framework = body["framework"]
        self.model_framework_version = body["framework_version"]
        self.experiment_name, self.run_id = body["experiment_name"], body["run_id"]
        self.resource_configuration = ResourceConfiguration.deserialize(body["resources"])

    def _fill_related(self, body: dict[str, Any]) -> None:
        self.run = _run_of(self.workspace, self.experiment_name, self.run_id)
        for word, id_ in body["datasets"]:
            self.datasets.setdefault(word, []).append(dataset_of(self.workspace, id_))
        self.sample_input_dataset = dataset_of(self.workspace, body["sample_input"])
        self.sample_output_dataset = dataset_of(self.workspace, body["sample_output"])

    def __repr__(self) -> str:
        shown = ("workspace", "name", "id", "version", "tags", "properties")
        values = (f"{attribute}={getattr(self, attribute)}" for attribute in shown)
        return f"{type(self).__name__}({', '.join(values)})"

    @as_sdk_errors
    def download(self, target_dir: Any = ".", exist_ok: Any = False, exists_ok: Any = None) -> str:
        """Copy the model's files into a folder; return the path of its file or folder there.

        Raises:
            WebserviceException: A file of that name is there already, and `exist_ok` is false.
        """
        if exists_ok is not None:
            raise WebserviceException(
                "Model.download: exists_ok and exist_ok are both given. Use exist_ok alone."
            )
        from hyperlocal.engine.staging import Staging, copy_into

        files = _store.files_below(self._history, self._asset)
        folder = os.path.normpath(target_dir)
        targets = {inner: os.path.join(folder, inner) for inner in files}
        taken = [target for target in targets.values() if os.path.exists(target)]
        if taken and not exist_ok:
            raise WebserviceException(
                f"Model.download: {taken[0]} is there already. Give exist_ok=True to replace it, "
                "or another target_dir."
            )
        pairs = [(source, inner.replace(os.sep, "/")) for inner, source in files.items()]
        with Staging(self._history.home) as staging:
            copy_into(staging, pairs, folder, with_times=False)
        return os.path.commonpath(list(targets.values()))

    def add_tags(self, tags: Any) -> None:
        """Add or change tags; others stay. Values become texts."""
        self.update_tags_properties(add_tags=tags)

    def remove_tags(self, tags: Any) -> None:
        """Remove one tag or a list of them."""
        self.update_tags_properties(remove_tags=tags)

    def add_properties(self, properties: Any) -> None:
        """Add properties, which cannot be changed later. Values become texts.

        Raises:
            WebserviceException: One of them is there already.
        """
        self.update_tags_properties(add_properties=properties)

    def update_tags_properties(
        self, add_tags: Any = None, remove_tags: Any = None, add_properties: Any = None
    ) -> None:
        """Add and remove tags, and add properties.

        Raises:
            WebserviceException: One of the properties is there already.
        """
        added = as_texts(add_properties or {})
        known = sorted(added.keys() & self.properties.keys())
        if known:
            raise WebserviceException(
                f"Model {self.id}: properties cannot be changed, and these are there already: "
                f"{', '.join(known)}. Use tags for what changes."
            )
        names = [remove_tags] if isinstance(remove_tags, str) else list(remove_tags or ())
        for name in names:
            if name not in {**self.tags, **(add_tags or {})}:
                print(f"Model {self.id} has no tag {name!r} to remove.")
        tags = {**self.tags, **as_texts(add_tags or {})}
        self._change(
            tags={key: value for key, value in tags.items() if key not in names},
            properties={**self.properties, **added},
        )

    def update(
        self,
        tags: Any = None,
        description: Any = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
    ) -> None:
        """Replace all tags, the description, or what is shown back; what is not given stays."""
        changes = {
            "tags": as_texts(tags) if tags else None,
            "description": description or None,
            "sample_input": dataset_id(sample_input_dataset),
            "sample_output": dataset_id(sample_output_dataset),
            "resources": resources_of(resource_configuration),
        }
        self._change(**{name: value for name, value in changes.items() if value is not None})

    def add_dataset_references(self, datasets: Any) -> None:
        """Add pairs of a word for what it was used for and a dataset."""
        pairs = dataset_pairs(datasets)
        self._change(datasets=[*self._asset.body["datasets"], *pairs])

    @as_sdk_errors
    def _change(self, **changes: Any) -> None:
        self._fill(_store.change(self._history, self._asset, **changes))
        self.datasets = {}
        self._fill_related(self._asset.body)

    def delete(self) -> None:
        """Remove this version and its files from the home. Its number is not given again."""
        _store.forget(self._history, self._asset)

    def serialize(self) -> dict[str, Any]:
        """Return this version as a dict, in the shape of the service's answers."""
        resources = self.resource_configuration
        return {
            "createdTime": self.created_time and self.created_time.isoformat(),
            "createdBy": self.created_by,
            "description": self.description,
            "id": self.id,
            "mimeType": self.mime_type,
            "name": self.name,
            "framework": self.model_framework,
            "frameworkVersion": self.model_framework_version,
            "tags": self.tags,
            "properties": self.properties,
            "unpack": self.unpack,
            "url": self.url,
            "version": self.version,
            "experimentName": self.experiment_name,
            "runId": self.run_id,
            "runDetails": str(self.run),
            "datasets": dataset_references(self.datasets),
            "resourceConfiguration": resources and resources.serialize(),
            "sampleInputDatasetId": getattr(self.sample_input_dataset, "id", None),
            "sampleOutputDatasetId": getattr(self.sample_output_dataset, "id", None),
        }


def _run_of(workspace: Any, experiment_name: Any, run_id: Any) -> Any:
    """Return the run that a model was registered from; None if there is none any more."""
    if not (experiment_name and run_id):
        return None
    from hyperlocal.azureml.core.run import Run

    try:
        return Run.get(workspace, run_id)
    except ServiceException:
        return None

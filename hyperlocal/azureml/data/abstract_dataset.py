"""Datasets: what tabular and file datasets have in common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.data import registry
from hyperlocal.services.data.definitions import Definition

if TYPE_CHECKING:
    from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

__all__ = ["AbstractDataset"]


class AbstractDataset(_placeholders.Emulated):
    """A definition of data, which is read anew whenever it is asked for.

    Nothing is copied when a dataset is made or registered. Make one with `Dataset.Tabular` or
    `Dataset.File`.
    """

    def __init__(self) -> None:
        raise UserErrorException(
            f"{type(self).__name__} is not made directly: use Dataset.File.from_files, "
            "Dataset.Tabular.from_delimited_files and the like, or Dataset.get_by_name."
        )

    _registration: registry.Registration
    _is_saved: bool

    @classmethod
    def _made(cls, registration: registry.Registration, *, is_saved: bool = False) -> Any:
        made = cls.__new__(cls)
        made._registration = registration
        made._is_saved = is_saved
        return made

    @classmethod
    def _new(cls, definition: Definition) -> Any:
        return cls._made(registry.Registration(definition))

    @property
    def _definition(self) -> Definition:
        return self._registration.definition

    def _then(self, *step: Any) -> Any:
        return type(self)._new(self._definition.then(*step))

    @as_sdk_errors
    def _save(self) -> str:
        self._is_saved = True
        return registry.save(self._definition)

    @staticmethod
    @as_sdk_errors
    def get_by_name(workspace: Any, name: Any, version: Any = "latest", **kwargs: Any) -> Any:
        """Return a registered dataset: its latest version, or the one asked for.

        Raises:
            UserErrorException: There is none.
        """
        from hyperlocal.azureml.data._kinds import dataset_of

        with as_sdk_errors:
            return dataset_of(registry.find(name, version))

    @staticmethod
    @as_sdk_errors
    def get_by_id(workspace: Any, id: Any, **kwargs: Any) -> Any:
        """Return the dataset of this id.

        Raises:
            UserErrorException: There is none.
        """
        from hyperlocal.azureml.data._kinds import dataset_of

        return dataset_of(registry.find_by_id(id))

    @staticmethod
    def get_all(workspace: Any) -> Any:
        """Return the latest version of each registered dataset, by name."""
        from hyperlocal.azureml.data._kinds import registered_datasets

        return registered_datasets()

    @property
    def id(self) -> str | None:
        """Its id, once it was registered or given to a run."""
        return self._definition.id if self._is_saved else None

    @property
    def name(self) -> str | None:
        """The name that it is registered under."""
        return self._registration.name or None

    @property
    def version(self) -> int | None:
        """The version, from 1."""
        return self._registration.version or None

    @property
    def description(self) -> str | None:
        """The text that it was registered with."""
        return self._registration.description

    @property
    def tags(self) -> dict[str, Any] | None:
        """The tags, once it is registered."""
        return None if self.name is None else dict(self._registration.tags or {})

    @property
    def data_changed_time(self) -> Any:
        """When the newest of its files changed.

        Raises:
            UserErrorException: There is none.
        """
        from hyperlocal.azureml.data._kinds import newest_change

        return newest_change(self._definition)

    @property
    def partition_keys(self) -> list[str]:
        """None: partition formats are not emulated."""
        return []

    def as_named_input(self, name: Any) -> DatasetConsumptionConfig:
        """Return this as an input of a run.

        Raises:
            UserErrorException: The name cannot be one of a variable.
        """
        from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

        return DatasetConsumptionConfig(name, self)

    @as_sdk_errors
    def register(
        self,
        workspace: Any,
        name: Any,
        description: Any = None,
        tags: Any = None,
        create_new_version: Any = False,
    ) -> Any:
        """Register this dataset and return it; the same again adds no version.

        Raises:
            UserErrorException: Another dataset has this name, and `create_new_version` is False.
        """
        registration = registry.register(
            self._definition, name, description, tags, create_new_version=create_new_version
        )
        return self._made(registration, is_saved=True)

    @as_sdk_errors
    def update(self, description: Any = None, tags: Any = None) -> Any:
        """Change the description, or all tags, of this registered dataset.

        Raises:
            UserErrorException: It is not registered.
        """
        known = self._registered("update")
        self._registration = registry.update(
            known,
            known.description if description is None else description,
            known.tags if tags is None else tags,
        )
        return self

    def add_tags(self, tags: Any = None) -> Any:
        """Add or change tags of this registered dataset.

        Raises:
            UserErrorException: It is not registered.
        """
        known = self._registered("add_tags")
        return self.update(tags={**(known.tags or {}), **(tags or {})})

    def remove_tags(self, tags: Any = None) -> Any:
        """Remove tags, named in a list, of this registered dataset.

        Raises:
            UserErrorException: It is not registered.
        """
        known = self._registered("remove_tags")
        kept = {key: v for key, v in (known.tags or {}).items() if key not in (tags or ())}
        return self.update(tags=kept)

    def unregister_all_versions(self) -> None:
        """Forget all versions of this registered dataset. Its files stay.

        Raises:
            UserErrorException: It is not registered.
        """
        registry.forget(self._registered("unregister_all_versions").name)
        self._registration = registry.Registration(self._definition)

    def _registered(self, method: str) -> registry.Registration:
        if not self._registration.name:
            raise UserErrorException(
                f"{method}: this dataset is not registered. Register it first."
            )
        return self._registration

    def __repr__(self) -> str:
        definition = self._definition
        shown: dict[str, Any] = {
            "source": [str(source) for source in definition.sources],
            "definition": [definition.reader.get("format", "files")]
            + [step[0] for step in definition.steps],
        }
        if self._is_saved:
            shown["registration"] = {
                "id": self.id,
                "name": self.name,
                "version": self.version,
                "description": self.description,
                "tags": self.tags,
            }
        return f"{type(self).__name__}\n{json.dumps(shown, indent=2, default=str)}"


__getattr__ = _placeholders.lacking(__name__)

"""Datasets of a home: saved ones by id, and registered ones by name and version.

Besides what scripts register, two things become registered datasets when somebody looks: what the
data map names, and what completed runs promised to register.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Status
from hyperlocal.errors import ArgumentError, HistoryError, RunNotFound
from hyperlocal.services.connection import this_history
from hyperlocal.services.data.data_map import DataMap
from hyperlocal.services.data.definitions import Definition, Source
from hyperlocal.services.locking import locked
from hyperlocal.services.runs.kinds import HYPERDRIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.history import Asset, History

__all__ = [
    "Registration",
    "all_registered",
    "find",
    "find_by_id",
    "forget",
    "promise",
    "register",
    "save",
    "update",
    "versions",
]

_SAVED = "saved dataset"
_REGISTERED = "dataset"
_PROMISED = "promised dataset"
_LATEST = "latest"


@dataclass(frozen=True)
class Registration:
    """A definition, and under which name it was registered, if it was.

    Attributes:
        definition: What the dataset is.
        name: Its name; empty if it is only saved.
        version: Its version; 0 if it is only saved.
        description: A text about it.
        tags: Its tags.
    """

    definition: Definition
    name: str = ""
    version: int = 0
    description: str | None = None
    tags: Mapping[str, Any] | None = None


def save(definition: Definition) -> str:
    """Remember a definition under its id, and return that."""
    assets, dataset_id = this_history().assets, definition.id
    if assets.get(_SAVED, dataset_id) is None:
        assets.add(_SAVED, dataset_id, definition.plain())
    return dataset_id


def register(
    definition: Definition,
    name: Any,
    description: Any = None,
    tags: Any = None,
    *,
    create_new_version: Any = False,
) -> Registration:
    """Register a definition; the same definition again adds no version.

    Raises:
        ArgumentError: The name is none, or another dataset has it and `create_new_version`
            is false.
    """
    if not isinstance(name, str) or not name.strip():
        raise ArgumentError(f"The dataset's name is {name!r}, but must be a text.")
    with _alone():
        latest = this_history().assets.get(_REGISTERED, name)
        if latest is not None and latest.body["id"] != definition.id and not create_new_version:
            raise ArgumentError(
                f"Another dataset is registered as {name!r} (version {latest.version}). Register "
                "with create_new_version=True, or under another name."
            )
        return _add(definition, name, description, tags)


def _alone() -> Any:
    """Keep other processes of this home from registering meanwhile."""
    return locked(os.path.join(this_history().home, "data", "datasets.lock"))


def _add(
    definition: Definition, name: str, description: Any, tags: Any, promise: str | None = None
) -> Registration:
    assets, dataset_id = this_history().assets, save(definition)
    latest = assets.get(_REGISTERED, name)
    more = {} if promise is None else {"promise": promise}
    if latest is not None and latest.body["id"] == dataset_id:
        body = {
            **latest.body,
            **more,
            "id": dataset_id,
            "description": latest.body["description"] if description is None else description,
            "tags": latest.body["tags"] if tags is None else dict(tags),
        }
        assets.replace(_REGISTERED, name, body)
    else:
        body = {**more, "id": dataset_id, "description": description, "tags": dict(tags or {})}
        latest = assets.add(_REGISTERED, name, body)
    return Registration(definition, name, latest.version, body["description"], body["tags"])


def find(name: Any, version: Any = _LATEST) -> Registration:
    """Return a registered dataset.

    Raises:
        ArgumentError: There is none of that name and version.
    """
    _settle()
    versions = [a for a in _assets(all_versions=True) if a.name == name]
    if version in (None, _LATEST):
        found = versions[-1:]
    else:
        found = [asset for asset in versions if str(asset.version) == str(version)]
    if found:
        return _registration(found[0])
    if versions:
        known = ", ".join(str(asset.version) for asset in versions)
        raise ArgumentError(
            f'Cannot find dataset registered with name "{name}" (version: {version!r}). It has '
            f"these versions: {known}."
        )
    from shlex import quote

    known = ", ".join(repr(asset.name) for asset in _assets()) or "none"
    raise ArgumentError(
        f'Cannot find dataset registered with name "{name}". There is: {known}. If you '
        f"have its file, say where it is:\n    hyperlocal data add {quote(str(name))} FILE"
    )


def find_by_id(dataset_id: Any) -> Registration:
    """Return a saved dataset, with its name and version if it is registered too.

    Raises:
        ArgumentError: There is none.
    """
    saved = this_history().assets.get(_SAVED, str(dataset_id))
    if saved is None:
        raise ArgumentError(
            f"There is no dataset with the id {dataset_id!r} in this home, and the id does not "
            "tell its data. Register its file with\n    hyperlocal data add NAME FILE\nand ask "
            "for it by that name."
        )
    for asset in reversed(_assets(all_versions=True)):
        if asset.body["id"] == saved.name:
            return _registration(asset)
    return Registration(Definition.from_plain(saved.body))


def all_registered() -> list[Registration]:
    """Return the latest version of each registered dataset, in order of creation."""
    _settle()
    return [_registration(asset) for asset in _assets()]


def update(registration: Registration, description: Any, tags: Any) -> Registration:
    """Change description and tags of a registered dataset."""
    name, version = registration.name, registration.version
    asset = this_history().assets.get(_REGISTERED, name, version)
    body = {
        **(asset.body if asset is not None else {}),
        "id": registration.definition.id,
        "description": description,
        "tags": {str(key): value for key, value in (tags or {}).items()},
    }
    this_history().assets.replace(_REGISTERED, name, body, version)
    return Registration(registration.definition, name, version, description, body["tags"])


def forget(name: str) -> None:
    """Forget all versions of a registered dataset. No file is removed."""
    this_history().assets.delete(_REGISTERED, name)


def versions(history: History) -> list[tuple[Asset, Definition | None]]:
    """Return all versions of all registered datasets, with what they are if that is known."""
    found: list[tuple[Asset, Definition | None]] = []
    for asset in history.assets.list(_REGISTERED, all_versions=True):
        saved = history.assets.get(_SAVED, asset.body["id"])
        found.append((asset, None if saved is None else Definition.from_plain(saved.body)))
    return found


def _assets(*, all_versions: bool = False) -> list[Asset]:
    return this_history().assets.list(_REGISTERED, all_versions=all_versions)


def _registration(asset: Asset) -> Registration:
    saved = this_history().assets.get(_SAVED, asset.body["id"])
    if saved is None:
        raise HistoryError(
            f"The definition of dataset {asset.name!r} is gone: the history is damaged. Register "
            "the dataset again."
        )
    definition = Definition.from_plain(saved.body)
    return Registration(
        definition, asset.name, asset.version, asset.body["description"], asset.body["tags"]
    )


def promise(run_id: str, outputs: list[dict[str, Any]]) -> None:
    """Note what a run, or each run of a sweep, registers when it completes.

    Args:
        run_id: The run.
        outputs: Dicts with `name`, `description`, `tags` and `definition`, in whose places
            `{run-id}` stands for the run.
    """
    this_history().assets.add(_PROMISED, run_id, {"outputs": outputs, "kept": []})


def _settle() -> None:
    """Register what the data map names and what completed runs promised."""
    history = this_history()
    named = DataMap.load(str(history.home)).datasets
    promised = history.assets.list(_PROMISED)
    if not named and not promised:
        return
    with _alone():
        for name, entry in named.items():
            _settle_named(name, entry)
        for asset in history.assets.list(_PROMISED):
            _keep_promise(history, asset)


def _settle_named(name: str, entry: Mapping[str, Any]) -> None:
    from hyperlocal.services.data.entries import definition_of

    definition = definition_of(entry)
    known = {asset.body["id"] for asset in _assets(all_versions=True) if asset.name == name}
    if definition.id not in known:
        _add(definition, name, "From the data map.", None)


def _keep_promise(history: History, asset: Asset) -> None:
    try:
        top = history.runs.get(asset.name)
    except RunNotFound:
        return  # a step of a pipeline that has not come to it yet
    runs = history.runs.children(top.run_id) if top.kind == HYPERDRIVE else [top]
    runs.sort(key=lambda run: run.ended_at or 0.0)
    kept = list(asset.body["kept"])
    for run in runs:
        if run.status is Status.COMPLETED and run.run_id not in kept:
            for number, output in enumerate(asset.body["outputs"]):
                _keep(run.run_id, number, output)
            kept.append(run.run_id)
    if top.status.is_terminal:
        history.assets.delete(_PROMISED, asset.name)
    elif kept != asset.body["kept"]:
        history.assets.replace(_PROMISED, asset.name, {**asset.body, "kept": kept})


def _keep(run_id: str, number: int, output: Mapping[str, Any]) -> None:
    """Register an output of a run, unless somebody did who was killed before he noted it."""
    promise = f"{run_id} {number}"
    versions = [asset for asset in _assets(all_versions=True) if asset.name == output["name"]]
    if not any(asset.body.get("promise") == promise for asset in versions):
        definition = _filled(Definition.from_plain(output["definition"]), run_id)
        _add(definition, output["name"], output["description"], output["tags"], promise)


def _filled(definition: Definition, run_id: str) -> Definition:
    places = (s.place.replace("{run-id}", run_id) for s in definition.sources)
    sources = tuple(
        Source(place, source.datastore)
        for place, source in zip(places, definition.sources, strict=True)
    )
    return Definition(definition.kind, sources, definition.reader, definition.steps)

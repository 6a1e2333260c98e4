"""Checks of what the face keeps in a home, for `hyperlocal doctor`: models, datasets, downloads.

Writers that are killed leave a version without its files, or files without their version, only in
homes of earlier versions of hyperlocal, or where somebody removed something by hand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hyperlocal.engine.doctor import Check, Finding
from hyperlocal.engine.files import remove_tree

if TYPE_CHECKING:
    from hyperlocal.history import Asset, History, RunRecord

__all__ = ["CHECKS"]

_OLD_DRAFT = re.compile(r".+\.(\d+)\.draft")
_OLD_DRAFTS = {"models": "*/.arriving-*", "data/web": ".draft-*"}


def check_models(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every version of a model has files, and all files have a version."""
    from hyperlocal.services import models as store

    versions = {(a.name, a.version): a for a in store.matching(history)}
    for (name, version), asset in versions.items():
        if not _has_files(store.folder_of(history, name, version)):
            yield Finding(
                None,
                f"Version {version} of the model {name!r} has no files.",
                "Whoever registered it was killed, or somebody removed them; --repair forgets "
                "the version. Register it again.",
                partial(_forget_if_empty, history, asset),
            )
    for folder in sorted((history.home / "models").glob("*/*")):
        is_version = folder.name.isdecimal() and folder.is_dir()
        if is_version and (folder.parent.name, int(folder.name)) not in versions:
            yield Finding(
                None,
                f"The files in {folder} belong to no version of the model {folder.parent.name!r}.",
                "It was deleted, or whoever registered it was killed; --repair removes them.",
                partial(_remove_unless_known, history, folder),
            )


def _has_files(folder: Path) -> bool:
    return any(files for _, _, files in os.walk(folder))


def _forget_if_empty(history: History, asset: Asset) -> None:
    from hyperlocal.services import models as store

    if not _has_files(store.folder_of(history, asset.name, asset.version)):
        store.forget(history, asset)


def _remove_unless_known(history: History, folder: Path) -> None:
    from hyperlocal.services import models as store

    if store.version_of(history, folder.parent.name, folder.name) is None:
        remove_tree(os.fspath(folder))


def check_datasets(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every version of a registered dataset says where its data is, and it is in the datastore."""
    from hyperlocal.services.data import registry

    for asset, definition in registry.versions(history):
        what = f"Version {asset.version} of the dataset {asset.name!r}"
        if definition is None:
            yield Finding(
                None,
                f"{what} does not say what it is.",
                "--repair forgets it. Register it again.",
                partial(history.assets.delete, asset.kind, asset.name, asset.version),
            )
            continue
        for source in definition.sources:
            if source.datastore is not None and not _has_data(history, source):
                yield Finding(
                    None,
                    f"{what} has no files: there is nothing at {source.place or '/'!r} in the "
                    f"datastore {source.datastore!r}.",
                    "Upload them again, or unregister the dataset.",
                )


def _has_data(history: History, source: object) -> bool:
    import warnings

    from hyperlocal.errors import DataError
    from hyperlocal.services.data.files import find

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(find([source], os.fspath(history.home)))  # type: ignore[list-item]
    except DataError:
        return False


def check_environments(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every environment that was built is complete, or somebody builds it."""
    from hyperlocal.services.environments.build import unfinished

    for folder in unfinished(os.fspath(history.home)):
        yield Finding(
            None,
            f"The environment {folder} was not built to its end.",
            "The next run that asks for it builds it anew; --repair removes it.",
            partial(remove_tree, folder),
        )


def check_old_drafts(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Nothing is left of writers of earlier versions, which wrote drafts beside their targets."""
    for below, pattern in _OLD_DRAFTS.items():
        for folder in sorted((history.home / below).glob(pattern)):
            yield Finding(
                None,
                f"{folder} was left by somebody who was killed while writing it.",
                "Nobody reads it; --repair removes it.",
                partial(remove_tree, os.fspath(folder)),
            )
    for parent, _, names in os.walk(history.home / "data" / "datastores"):
        for name in names:
            match = _OLD_DRAFT.fullmatch(name)
            if match is not None:
                draft = os.path.join(parent, name)
                yield Finding(
                    None,
                    f"{draft} looks like the half of a file that an upload left which was killed, "
                    "and is read as data.",
                    "Remove it unless you have put it there.",
                )


CHECKS: tuple[Check, ...] = (check_models, check_datasets, check_environments, check_old_drafts)
"""What `examine` is given as `more`."""

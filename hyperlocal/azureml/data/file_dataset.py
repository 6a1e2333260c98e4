"""File datasets: files of any kind, to be downloaded or seen by a trial as a folder."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data._kinds import home_now
from hyperlocal.azureml.data.abstract_dataset import AbstractDataset
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.data.steps import checked_count, checked_probability, checked_seed
from hyperlocal.services.data.transfer import copy_files
from hyperlocal.services.ids import random_uuid

if TYPE_CHECKING:
    from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

__all__ = ["AbstractDataset", "FileDataset"]


class FileDataset(AbstractDataset):
    """Files of any kind.

    Differs:
        Filters by metadata, partitions, caches and HDFS are not emulated. What is mounted is a
        folder of links to the files, and of a single file the file itself.
    """

    def to_path(self) -> list[str]:
        """Return the names of the files, each after a slash, as below the mount point."""
        return [f"/{file.name}" for file in self._found()]

    def _found(self) -> list[Any]:
        from hyperlocal.services.data.listing import listed

        with as_sdk_errors:
            return list(listed(self._definition, home_now()))

    @as_sdk_errors
    def download(
        self, target_path: Any = None, overwrite: Any = False, ignore_not_found: Any = False
    ) -> list[str]:
        """Copy the files into a folder; return their paths there.

        Args:
            target_path: The folder; a temporary one by default.
            overwrite: Replace files that are there already.
            ignore_not_found: Do without files that are not there.

        Raises:
            UserErrorException: A file is missing, or there already.
        """
        folder = os.fspath(target_path) if target_path is not None else tempfile.mkdtemp()
        try:
            found = self._found()
        except UserErrorException:
            if not ignore_not_found:
                raise
            return []
        places = [os.path.join(folder, *file.name.split("/")) for file in found]
        if not overwrite:
            _check_free(places)
        pairs = [(file.path, file.name) for file in found]
        copy_files(pairs, folder, home=home_now(), overwrite=True)
        return places

    def mount(self, mount_point: Any = None, **kwargs: Any) -> Any:
        """Return a context in which the files can be seen in a folder, `mount_point`.

        Differs:
            The folder holds links to the files.
        """
        from hyperlocal.azureml.data._mounts import MountContext

        return MountContext(self._found(), mount_point)

    def as_mount(self, path_on_compute: Any = None) -> DatasetConsumptionConfig:
        """Return this as an input that a trial sees as a folder.

        Args:
            path_on_compute: Where, in its working directory.
        """
        return self._as_input().as_mount(path_on_compute)

    def as_download(self, path_on_compute: Any = None) -> DatasetConsumptionConfig:
        """Return this as an input that each trial gets a copy of.

        Args:
            path_on_compute: Where, in its working directory.
        """
        return self._as_input().as_download(path_on_compute)

    def as_hdfs(self) -> DatasetConsumptionConfig:
        """Return this as an input in HDFS, which is refused when a run is submitted with it."""
        return self._as_input().as_hdfs()

    def _as_input(self) -> DatasetConsumptionConfig:
        return self.as_named_input(f"input__{random_uuid()[:8]}")

    def take(self, count: Any) -> FileDataset:
        """Keep the first files."""
        return self._next("take", checked_count(count))

    def skip(self, count: Any) -> FileDataset:
        """Leave out the first files."""
        return self._next("skip", checked_count(count))

    def take_sample(self, probability: Any, seed: Any = None) -> FileDataset:
        """Keep each file with a probability."""
        share = checked_probability("probability", probability)
        return self._next("sample", share, checked_seed(seed))

    def random_split(self, percentage: Any, seed: Any = None) -> tuple[FileDataset, FileDataset]:
        """Put each file into the first of two datasets with a probability, else into the second.

        Differs:
            A seed gives other files than in the cloud.
        """
        share, number = checked_probability("percentage", percentage), checked_seed(seed)
        return self._next("split", share, number, 0), self._next("split", share, number, 1)

    def _next(self, *step: Any) -> FileDataset:
        made: FileDataset = self._new(self._definition.then(*step))
        return made


def _check_free(places: list[str]) -> None:
    for place in places:
        if os.path.lexists(place):
            raise UserErrorException(
                f"{place} is there already. Give overwrite=True, or another target_path."
            )


__getattr__ = _placeholders.lacking(__name__)

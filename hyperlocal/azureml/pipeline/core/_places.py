"""Places: where on this machine the data of pipelines is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hyperlocal.azureml._errors import as_sdk_errors

__all__ = ["Place"]


@dataclass(frozen=True)
class Place:
    """An output of a step.

    Attributes:
        name: Its name.
        path: Where it is, absolute.
        datastore_name: The datastore that it is in.
        path_on_datastore: Where it is in there, with forward slashes.
    """

    name: str
    path: str
    datastore_name: str
    path_on_datastore: str

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Place:
        """Return the place that `body()` described."""
        return cls(**body)

    def body(self) -> dict[str, str]:
        """Return it as plain values."""
        return asdict(self)

    @as_sdk_errors
    def copy_to(self, target: str, overwrites: bool, shows_progress: bool) -> int:
        """Copy the file, or the folder's files; return how many were copied.

        Raises:
            FileNotFoundError: Nothing is there.
        """
        from hyperlocal.azureml.data._kinds import home_now
        from hyperlocal.engine.staging import Staging, copy_into
        from hyperlocal.services.data.transfer import files_below

        if not os.path.exists(self.path):
            raise FileNotFoundError(
                f"Output {self.name!r} is not there: nothing was written to {self.path}."
            )
        is_file = os.path.isfile(self.path)
        folder, last = os.path.split(os.path.abspath(target)) if is_file else (target, "")
        files = [(self.path, last)] if is_file else files_below(self.path)
        chosen = [
            (file, name)
            for file, name in files
            if overwrites or not os.path.exists(os.path.join(folder, name))
        ]
        with Staging(home_now()) as staging:
            copy_into(staging, chosen, folder, with_times=False)
        for _, name in chosen if shows_progress else ():
            print(f"Downloaded {os.path.join(folder, name)}")
        return len(chosen)

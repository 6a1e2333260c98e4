"""Places: where on this machine the data of pipelines is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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

    def copy_to(self, target: str, overwrites: bool, shows_progress: bool) -> int:
        """Copy the file, or the folder's files; return how many were copied.

        Raises:
            FileNotFoundError: Nothing is there.
        """
        if not os.path.exists(self.path):
            raise FileNotFoundError(
                f"Output {self.name!r} is not there: nothing was written to {self.path}."
            )
        n_copied = 0
        for source, relative in self._files():
            place = os.path.join(target, relative) if relative else target
            if os.path.exists(place) and not overwrites:
                continue
            os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
            shutil.copyfile(source, place)
            n_copied += 1
            if shows_progress:
                print(f"Downloaded {place}")
        return n_copied

    def _files(self) -> Iterator[tuple[str, str]]:
        if os.path.isfile(self.path):
            yield self.path, ""
            return
        for folder, _, files in os.walk(self.path):
            for name in sorted(files):
                file = Path(folder, name)
                yield str(file), os.path.relpath(file, self.path)

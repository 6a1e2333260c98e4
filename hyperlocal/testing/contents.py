"""Contents: the files that a trial is said to leave."""

from __future__ import annotations

from collections.abc import Mapping

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.runs.storage import clean_name

__all__ = ["content_of"]


def content_of(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Return the files by their names in the run, as bytes.

    Raises:
        ValueError: A name that no file of a run has.
        TypeError: A content that is neither text nor bytes, or no mapping at all.
    """
    if not isinstance(files, Mapping):
        raise TypeError(
            f"files is {files!r}, but must map names to contents: {{'outputs/m.txt': 'text'}}."
        )
    told = {}
    for name, content in files.items():
        if not isinstance(content, (str, bytes)):
            raise TypeError(
                f"The content of {name!r} is {content!r}, but must be a text or bytes."
            )
        try:
            kept = clean_name(name)
        except UserErrorException as error:
            raise ValueError(f"A trial cannot have done that: {error.message}") from None
        told[kept] = content.encode() if isinstance(content, str) else content
    return told

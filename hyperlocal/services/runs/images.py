"""Images: what `log_image` keeps, and whether it is one."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from hyperlocal.errors import FileError, MetricError
from hyperlocal.reading import file_bytes, shown
from hyperlocal.services.runs.storage import keep_bytes, keep_file, note_uploads

if TYPE_CHECKING:
    from hyperlocal.history import RunFolder

__all__ = ["keep_image"]

# How files of the formats that the SDK takes begin.
_BEGINNINGS = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\x00",  # TIFF
    b"MM\x00*",
)


def keep_image(folder: RunFolder, name: str, path: Any, plot: Any) -> str:
    """Keep an image with the run; return the name of its file.

    A file keeps its own name; a plot is named after the metric and the time.

    Raises:
        MetricError: Not exactly one of both was given, or it is no image.
        FileNotFoundError: There is no file at `path`.
    """
    if (path is None) == (plot is None):
        given = "neither was given" if path is None else "both were given"
        raise MetricError(f"log_image({name!r}) needs either path or plot, but {given}.")
    if hasattr(path, "savefig"):
        raise MetricError(
            f"log_image({name!r}): path is {path!r}, which is a plot. Name it: "
            f"run.log_image({name!r}, plot=...)."
        )
    if plot is not None:
        return keep_bytes(folder, f"{name}_{int(time.time())}.png", _drawn(name, plot))
    if not isinstance(path, (str, os.PathLike)):
        raise MetricError(f"log_image({name!r}): path is {shown(path)}, but must be a path.")
    try:
        beginning = file_bytes(path)[:12]
    except FileError as error:
        raise MetricError(f"log_image({name!r}): {error}") from error
    is_webp = beginning[:4] == b"RIFF" and beginning[8:] == b"WEBP"
    if not (beginning.startswith(_BEGINNINGS) or is_webp):
        raise MetricError(
            f"log_image({name!r}): {os.fspath(path)!r} is not an image (PNG, JPEG, GIF, BMP, TIFF "
            "or WebP) by what is in it. Use upload_file() for other files."
        )
    parts = os.fspath(path).replace("\\", "/").split("/")
    kept = keep_file(folder, "/".join(part for part in parts if part not in ("..", "")), path)
    note_uploads(folder, [kept])
    return kept


def _drawn(name: str, plot: Any) -> bytes:
    import io

    buffer = io.BytesIO()
    try:
        plot.savefig(buffer, format="png")
    except AttributeError as error:
        raise MetricError(
            f"log_image({name!r}): plot is {plot!r}, but must be matplotlib.pyplot or a figure of "
            "matplotlib, which can be saved."
        ) from error
    return buffer.getvalue()

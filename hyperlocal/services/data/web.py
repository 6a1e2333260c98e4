"""The web: a URL as a local file, from the data map, the cache, or downloaded once.

A download is kept in `<home>/data/web/<key>/`, under its own name beside `about.json`, which holds
its size, hash and ETag. It gets there in one step when it is whole; a broken one never does.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import time
from contextlib import closing
from shlex import quote
from typing import IO, Any
from urllib.parse import unquote

from hyperlocal.errors import DataError
from hyperlocal.reading import file_json
from hyperlocal.services.data.data_map import DataMap
from hyperlocal.services.data.urls import is_url, parts_of
from hyperlocal.services.locking import locked

__all__ = ["cached_file", "is_url", "local_path", "map_command", "mapped_path"]

_ABOUT = "about.json"
_CHUNK = 1 << 18
_TIMEOUT_S = 30
_LONGEST_NAME, _LONGEST_ENDING = 160, 16
_checked: dict[str, tuple[int, int]] = {}  # hashed once in a process, unless it changes


def map_command(url: str, file: str = "FILE") -> str:
    """Return the command that says which local file answers a URL."""
    return f"hyperlocal data map {quote(url)} {file}"


def mapped_path(url: str, home: str | None = None) -> str | None:
    """Return the file or folder that the data map has for a URL, or None.

    Raises:
        DataError: What it is mapped to is gone.
    """
    mapped = DataMap.load(home).file_for(url)
    if mapped is not None and not os.path.exists(mapped):
        raise DataError(
            f"{url} is mapped to {mapped}, but there is nothing. Put the file there, or name "
            f"another one:\n    {map_command(url)}"
        )
    return mapped


def local_path(url: str, home: str) -> str:
    """Return the local file (or mapped folder) that answers a URL.

    Raises:
        DataError: It is not mapped and cannot be downloaded, or what it is mapped to is gone.
    """
    mapped = mapped_path(url, home)
    if mapped is not None:
        return mapped
    if parts_of(url).scheme.lower() not in ("http", "https"):
        raise DataError(f"{url} cannot be read here.{_remedy(url)}")
    with locked(_entry(url, home) + ".lock"):  # trials ask for the same URL at the same time
        return cached_file(url, home) or _fetch(url, home)


def cached_file(url: str, home: str) -> str | None:
    """Return the file of an earlier download that is still what was downloaded, or None."""
    entry = _entry(url, home)
    try:
        about = file_json(os.path.join(entry, _ABOUT))
        file = os.path.join(entry, about["name"])
        if _is_sound(file, about):
            return file
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def _is_sound(file: str, about: dict[str, Any]) -> bool:
    status = os.stat(file)
    seen = (status.st_size, status.st_mtime_ns)
    if status.st_size != about["size"]:
        return False
    if _checked.get(file) != seen:
        if _sha256(file) != about["sha256"]:
            return False
        _checked[file] = seen
    return True


def _sha256(file: str) -> str:
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _entry(url: str, home: str) -> str:
    key = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return os.path.join(home, "data", "web", key)


def _fetch(url: str, home: str) -> str:
    from hyperlocal.engine.staging import Staging

    entry = _entry(url, home)
    name = _file_name(os.path.basename(unquote(parts_of(url).path)))
    name = f"{name}.data" if name == _ABOUT else name
    try:
        with Staging(home) as staging:
            draft = staging.draft_for(entry)
            os.mkdir(draft)
            about = _download(url, os.path.join(draft, name))
            about["name"] = name
            with open(os.path.join(draft, _ABOUT), "w", encoding="utf-8") as stream:
                json.dump(about, stream, indent=1)
            staging.put(draft, entry, replaces=True)  # what was there is broken
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DataError(f"{url} cannot be read: {_why(error)}.{_remedy(url)}") from error
    return os.path.join(entry, name)


def _file_name(name: str) -> str:
    """Return a name that a file can have: a URL's may hold anything, and as much as it likes."""
    root, ending = os.path.splitext(name.replace("\0", "_"))
    short = root.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"{short}{ending[:_LONGEST_ENDING]}".encode("utf-8", "replace").decode() or "content"


def _download(url: str, file: str) -> dict[str, Any]:
    """Download into a file; return what is known of it.

    Raises:
        OSError: There is no answer, or one that says no.
        HTTPException: The connection broke.
        ValueError: What arrived is not what was announced.
    """
    from urllib.request import Request, urlopen

    request = Request(url, headers={"User-Agent": "hyperlocal"})
    with closing(urlopen(request, timeout=_TIMEOUT_S)) as answer, open(file, "wb") as stream:
        size, sha256, md5 = _pour(answer, stream)
        headers = answer.headers
    announced = headers.get("Content-Length")
    if announced is not None and int(announced) != size:
        raise ValueError(f"the connection broke after {size} of {announced} bytes")
    if headers.get("Content-MD5") not in (None, base64.b64encode(md5).decode()):
        raise ValueError("what arrived has another MD5 sum than the server says")
    return {
        "url": url.partition("?")[0],  # without the query: it may hold a token
        "size": size,
        "sha256": sha256,
        "etag": headers.get("ETag"),
        "last_modified": headers.get("Last-Modified"),
        "downloaded_at": time.time(),
    }


def _pour(answer: Any, stream: IO[bytes]) -> tuple[int, str, bytes]:
    size, sha256, md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    while chunk := answer.read(_CHUNK):
        size += stream.write(chunk)
        sha256.update(chunk)
        md5.update(chunk)
    return size, sha256.hexdigest(), md5.digest()


def _why(error: Exception) -> str:
    from urllib.error import HTTPError, URLError

    if isinstance(error, HTTPError):
        error.close()
        return f"the server answers {error.code} {error.reason}".rstrip()
    if isinstance(error, URLError):
        reason = str(error.reason).partition(". If you have")[0]  # the advice follows anyway
        return f"there is no connection ({reason})"
    if isinstance(error, http.client.IncompleteRead):
        return f"the connection broke after {len(error.partial)} bytes of the last part"
    return str(error) or type(error).__name__


def _remedy(url: str) -> str:
    return f" If you have the file, say where it is:\n    {map_command(url)}"

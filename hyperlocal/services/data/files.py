"""Files: where the files that a definition names are on this machine, now."""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from hyperlocal.engine.contents import contents_of
from hyperlocal.errors import DataError
from hyperlocal.services.advice import warn_caller
from hyperlocal.services.data.definitions import Source
from hyperlocal.services.data.pointers import check_fetched
from hyperlocal.services.data.web import local_path

__all__ = ["Found", "datastore_folder", "find"]

_WILD = "*?["


class Found(NamedTuple):
    """A file of a dataset.

    Attributes:
        path: Where it is on this machine.
        name: Its name below the dataset's mount point, with forward slashes.
        origin: Where it comes from, as a `Path` column shows it.
    """

    path: str
    name: str
    origin: str


class _Match(NamedTuple):
    path: str
    place: str  # in the datastore, on the machine, or on the web; with forward slashes
    source: Source


def find(sources: Iterable[Source], home: str) -> list[Found]:
    """Return the files of the sources, in their order, those of a wildcard sorted.

    Raises:
        DataError: A source has no file, or cannot be had, or a file has not been fetched.
    """
    matches = [match for source in sources for match in _matches(source, home)]
    check_fetched(match.path for match in matches)
    top = _top(matches)
    return [Found(m.path, _name(m, top), _origin(m)) for m in matches]


def _matches(source: Source, home: str) -> list[_Match]:
    if source.is_url:
        return _on_web(source, home)
    folder = os.sep if source.datastore is None else datastore_folder(home, source.datastore)
    wanted = os.path.join(folder, source.place) if source.datastore else source.place
    paths = _expand(wanted)
    if not paths:
        raise DataError(_nothing(source, wanted))
    return [_Match(path, _inside(path, folder), source) for path in paths]


def _on_web(source: Source, home: str) -> list[_Match]:
    path = local_path(source.place, home)
    if not os.path.isdir(path):
        return [_Match(path, source.place.partition("?")[0], source)]
    top = source.place.rstrip("/")
    return [_Match(file, f"{top}/{_inside(file, path)}", source) for file in _expand(path)]


def datastore_folder(home: str, name: str) -> str:
    """Return the folder that a datastore is."""
    return os.path.join(home, "data", "datastores", name)


def _expand(wanted: str) -> list[str]:
    """Return the files that a path with or without wildcards names; of a folder, all below."""
    if os.path.exists(wanted):  # also where a name happens to hold a wildcard's letter
        found = [wanted]
    elif "**" in wanted.split("/"):
        return _match_any_depth(wanted)
    elif any(letter in wanted for letter in _WILD):
        found = sorted(glob.glob(wanted))
    else:
        return []
    files: dict[str, None] = {}
    for path in found:
        for file in _below(path) if os.path.isdir(path) else [path]:
            if not os.path.isfile(file):
                continue  # a pipe or a device, which may have no end
            files[file] = None  # `**` names a file by itself and by its folder
    return list(files)


def _below(folder: str) -> list[str]:
    contents = contents_of(folder)
    complaint = contents.complaint()
    if complaint is not None:
        warn_caller(complaint)
    # As a walk gives them: the files of a folder before those of the folders in it.
    files = sorted(contents.files, key=lambda pair: _walking_order(pair[1]))
    return [path for path, _ in files]


def _walking_order(name: str) -> list[tuple[bool, str]]:
    *folders, last = name.split("/")
    return [*((True, folder) for folder in folders), (False, last)]


def _match_any_depth(wanted: str) -> list[str]:
    """Return the files that fit a path with `**`; `glob` itself goes round where links do."""
    parts = wanted.split("/")
    n_plain = next(n for n, part in enumerate(parts) if any(letter in part for letter in _WILD))
    base = "/".join(parts[:n_plain]) or "/"
    if not os.path.isdir(base):
        return []
    names = ((file, _inside(file, base).split("/")) for file in _below(base))
    return [file for file, name in names if _fits(name, [p for p in parts[n_plain:] if p])]


def _fits(name: list[str], pattern: list[str]) -> bool:
    """Tell whether a path, or a folder that it is in, fits a pattern, as `glob` sees it."""
    if not pattern:
        return True
    if pattern[0] == "**" and _fits(name, pattern[1:]):
        return True
    if not name or (name[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    if pattern[0] == "**":
        return _fits(name[1:], pattern)
    if len(name) == 1 and len(pattern) > 1:
        return False  # what comes next is in a folder, and this is the file
    return fnmatch.fnmatch(name[0], pattern[0]) and _fits(name[1:], pattern[1:])


def _inside(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _nothing(source: Source, wanted: str) -> str:
    if source.datastore is None:
        return f"There is no file {wanted}."
    folder = wanted[: -len(source.place)] if source.place else wanted
    return (
        f"There is no file {source.place or 'at all'!r} in the datastore {source.datastore!r}. "
        f"Upload it, or put it into its folder: {folder.rstrip(os.sep)}"
    )


def _top(matches: list[_Match]) -> str:
    """Return the folder that is left out of names: the deepest that all sources share."""
    roots = {(match.source.is_url, match.source.datastore) for match in matches}
    if len(roots) != 1:
        return ""
    if matches[0].source.is_url:
        # Seen in the SDK: one URL is a bare name, several keep their whole address.
        n_sources = len({match.source for match in matches})
        return _web_folder(matches[0]) if n_sources == 1 else ""
    folders = [_base(match) for match in matches]
    return os.path.commonpath(folders) if all(folders) else ""


def _web_folder(match: _Match) -> str:
    url = match.source.place
    return (
        url.rstrip("/") if match.place.startswith(url.rstrip("/") + "/") else _above(match.place)
    )


def _above(place: str) -> str:
    return place.rpartition("/")[0]


def _base(match: _Match) -> str:
    """Return the folder of a source before its first wildcard."""
    place = match.source.place.lstrip("/")
    parts = []
    for part in place.split("/"):
        if any(letter in part for letter in _WILD):
            break
        parts.append(part)
    base = "/".join(parts)
    return _above(base) if base == match.place else base


def _name(match: _Match, top: str) -> str:
    if top:
        return match.place[len(top) :].lstrip("/")
    if match.source.is_url:
        scheme, _, rest = match.place.partition("://")
        host, _, path = rest.partition("/")
        return f"{quote(scheme + ':')}/{quote('/' + host, safe='')}/{path}"
    return match.place


def _origin(match: _Match) -> str:
    if match.source.is_url:
        return match.place
    return match.path if match.source.datastore is None else f"/{match.place}"

"""Data: which URLs and registered datasets a file reads, and whether they are there."""

from __future__ import annotations

import os
import re
from shlex import quote

from hyperlocal.check.findings import Finding, Kind, Place
from hyperlocal.check.values import Foreign, Many, Member, Text, Value, texts_of
from hyperlocal.history.home import DATABASE_NAME, locate_home
from hyperlocal.services.data.data_map import DataMap, locate_map
from hyperlocal.services.data.urls import what_is_wrong
from hyperlocal.services.data.web import cached_file, is_url, map_command

__all__ = ["DataUse", "Shelf", "data_use"]

_FACTORIES = ("TabularDatasetFactory", "FileDatasetFactory")
_OPENERS = re.compile(
    r"^(urllib\.request\.(urlopen|urlretrieve)|wget\.download|requests\.get"
    r"|pandas\.read_(csv|excel|json|parquet|table))$"
)
_HOST_HERE = re.compile(r"^https?://(localhost|127\.|\[::1\])", re.I)


class DataUse:
    """What one call or look-up has to do with data.

    Attributes:
        urls: What is read through a dataset.
        name: The registered dataset that is asked for.
        registers: The name under which a dataset is registered.
        opened: URLs that another library reads by itself, where the data map answers too.
    """

    def __init__(
        self,
        urls: tuple[str, ...] = (),
        name: str = "",
        registers: str = "",
        opened: tuple[str, ...] = (),
    ) -> None:
        self.urls = urls
        self.name = name
        self.registers = registers
        self.opened = opened


def data_use(function: Value, arguments: list[Value], named: dict[str, Value]) -> DataUse:
    """Return what a call has to do with data."""
    if isinstance(function, Foreign):
        is_opener = _OPENERS.match(function.name)
        return DataUse(opened=_far_urls(arguments[:1])) if is_opener else DataUse()
    if not isinstance(function, Member) or isinstance(function.thing, Many):
        return DataUse()
    owner, method = function.owner.__name__, function.name
    if owner in _FACTORIES and method.startswith("from_"):
        path = named.get("path", arguments[0] if arguments else None)
        return DataUse(urls=tuple(text for text in texts_of(path) if is_url(text)))
    position = {"get_by_name": 1, "get": 1, "register": 1, "register_pandas_dataframe": 2}
    if "Dataset" not in owner or method not in position:
        return (
            DataUse(registers=_text(named.get("name") or _nth(arguments, 0)))
            if (method == "register_on_complete")
            else DataUse()
        )
    # That of pipeline data is told no workspace before the name.
    number = 0 if owner.startswith("PipelineOutput") else position[method]
    name = _text(named.get("name") or _nth(arguments, number))
    return DataUse(registers=name) if method.startswith("register") else DataUse(name=name)


def _far_urls(values: list[Value]) -> tuple[str, ...]:
    urls = (text for value in values for text in texts_of(value) if is_url(text))
    return tuple(url for url in urls if not _HOST_HERE.match(url))


def _nth(values: list[Value], number: int) -> Value:
    return values[number] if len(values) > number else None


def _text(value: Value) -> str:
    return value.text if isinstance(value, Text) else ""


class Shelf:
    """What data there are: mapped, downloaded before, or registered."""

    def __init__(self) -> None:
        self._home = locate_home()
        self._map = DataMap(locate_map(self._home))
        self.registered = {*self._map.datasets, *_registered_in(self._home)}

    def missing_url(self, url: str, place: Place) -> Finding | None:
        """Return what to do about a URL, None if a file answers it."""
        mapped = self._map.file_for(url)
        if mapped is not None and os.path.exists(mapped):
            return None
        wrong = what_is_wrong(url)
        if wrong is not None:
            return Finding(Kind.DATA, place, url, wrong.removesuffix("."))
        if mapped is None and cached_file(url, self._home) is not None:
            return None
        if mapped is not None:
            text = f"{url} is mapped to {mapped}, but there is nothing"
        elif url.lower().startswith("http"):
            text = f"{url} is read: with a network it is downloaded, without one map it to a file"
        else:
            text = f"{url} is read, and can only be mapped to a file"
        return Finding(Kind.DATA, place, url, text, map_command(url))

    def unmapped_url(self, url: str, place: Place) -> Finding | None:
        """Return that a URL needs a network or a file, None if a file answers it."""
        if self._map.file_for(url) is not None or what_is_wrong(url) is not None:
            return self.missing_url(url, place)
        text = f"{url} is read over the network: without one map it to a file"
        return Finding(Kind.NETWORK, place, url, text, map_command(url), is_obstacle=False)

    def missing_name(self, name: str, place: Place) -> Finding | None:
        """Return what to do about a registered dataset, None if there is one."""
        if not name or name in self.registered:
            return None
        text = f"the registered dataset {name!r} is asked for, and there is none"
        return Finding(Kind.DATA, place, name, text, f"hyperlocal data add {quote(name)} FILE")


def _registered_in(home: str) -> set[str]:
    if not os.path.exists(os.path.join(home, DATABASE_NAME)):
        return set()  # looking must not make one
    from hyperlocal.services.data.registry import all_registered

    return {registration.name for registration in all_registered()}

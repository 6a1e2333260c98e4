"""Mappings over what a workspace has: strict to iterate, lenient to look up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn, TypeVar, overload

__all__ = ["LenientMapping", "StrictMapping"]

_V = TypeVar("_V")
_D = TypeVar("_D")


class LenientMapping(Mapping[str, _V]):
    """What exists, by name; `[name]` also finds what only some cloud could have.

    `in`, `get` and iteration show what exists. So a script that first looks and then creates does
    create, and a script that relies on something that was made in the cloud goes on.
    """

    def __init__(self, known: dict[str, _V], otherwise: Callable[[str], _V]) -> None:
        self._known = known
        self._otherwise = otherwise

    def __getitem__(self, name: str) -> _V:
        return self._known[name] if name in self._known else self._otherwise(name)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    @overload
    def get(self, name: str, /) -> _V | None: ...
    @overload
    def get(self, name: str, /, default: _V | _D) -> _V | _D: ...
    def get(self, name: str, /, default: object = None) -> object:
        """Return what exists under the name, or the default."""
        return self._known.get(name, default)

    def __call__(self) -> LenientMapping[_V]:
        """Return this; in the first SDKs `compute_targets` and the like were methods."""
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        return repr(self._known)


class StrictMapping(dict[str, _V]):
    """What exists, by name; anything else is a `KeyError` that names what there is.

    It can also be called and then gives itself: in the first SDKs `models` and the like were
    methods.
    """

    def __init__(self, known: Mapping[str, _V], kind: str, advice: str = "") -> None:
        super().__init__(known)
        self._kind = kind
        self._advice = advice

    def __call__(self) -> StrictMapping[_V]:
        return self

    def __missing__(self, name: object) -> NoReturn:
        known = ", ".join(self) or "none"
        raise KeyError(
            f"There is no {self._kind} {name!r}. There is: {known}. {self._advice}".rstrip()
        )

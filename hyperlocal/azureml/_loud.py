"""Loud objects: what scripts get and hold of the SDK, and what is loud when it is used.

Some are results that most scripts never use, of calls that only the service serves. Refusing the
call would end a notebook that publishes its pipeline and goes on; so the call warns, and what it
returns can be kept, shown and handed on, and is loud when anything is asked of it.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import warn_caller

__all__ = ["LoudObject", "OnlyInCloud"]

_Made = TypeVar("_Made", bound="OnlyInCloud")


class _Loud:
    """Can be held, and shown; nothing else.

    Args:
        feature: What it is in the SDK, with its full name.
        advice: What to do instead.
    """

    _feature: str
    _advice: str

    def __init__(self, feature: str, advice: str = "") -> None:
        _set(self, feature, advice)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # Python's own questions, of copies and displays
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
        raise NotEmulatedError(f"{self._feature}.{name}", self._advice)


class LoudObject(_Loud):
    """Stands for an object that is not emulated, a function among others."""

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        raise NotEmulatedError(self._feature, self._advice)

    def __repr__(self) -> str:
        return f"<{self._feature}, which hyperlocal does not emulate>"


class OnlyInCloud(_Loud, Emulated):
    """Base of the classes of results that only the service makes, as it does their objects."""

    _call: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotEmulatedError(_name_of(type(self)))

    @classmethod
    def _returned_by(cls: type[_Made], call: str) -> _Made:
        """Warn that a call did nothing, and return what stands for its result."""
        warn_caller(
            f"{call} is not emulated by hyperlocal: nothing was done. What it returns can be "
            "kept, and raises NotEmulatedError when it is used."
        )
        made = object.__new__(cls)
        _set(made, _name_of(cls))
        object.__setattr__(made, "_call", call)
        return made

    @property
    def id(self) -> Any:
        """What is handed to other calls of the kind; loud when it is looked at."""
        return _Id(f"{self._feature}.id")

    def __setattr__(self, name: str, value: Any) -> None:
        raise NotEmulatedError(f"{self._feature}.{name}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._call}, which is not emulated>"


class _Id(_Loud):
    """The id of something that does not exist."""

    def __str__(self) -> str:
        raise NotEmulatedError(self._feature)

    def __format__(self, wanted: str) -> str:
        raise NotEmulatedError(self._feature)

    def __repr__(self) -> str:
        return f"<{self._feature}, which is not emulated>"


def _set(made: _Loud, feature: str, advice: str = "") -> None:
    # Past the `__setattr__` of those that take nothing.
    object.__setattr__(made, "_feature", feature)
    object.__setattr__(made, "_advice", advice)


def _name_of(cls: type) -> str:
    return f"{cls.__module__.removeprefix('hyperlocal.')}.{cls.__name__}"

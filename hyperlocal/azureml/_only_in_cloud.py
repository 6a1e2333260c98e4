"""Only in the cloud: results that most scripts never use, of calls that only the service serves.

Refusing the call would end a notebook that publishes its pipeline and goes on; so the call warns,
and what it returns can be kept, shown and handed on, and is loud when anything is asked of it.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import warn_caller

__all__ = ["OnlyInCloud"]

_Made = TypeVar("_Made", bound="OnlyInCloud")


class OnlyInCloud(Emulated):
    """Base of the classes of such results. Their own constructors are the service's."""

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
        object.__setattr__(made, "_call", call)
        return made

    @property
    def id(self) -> Any:
        """What is handed to other calls of the kind; loud when it is looked at."""
        return _Id(f"{_name_of(type(self))}.id")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
        raise NotEmulatedError(f"{_name_of(type(self))}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise NotEmulatedError(f"{_name_of(type(self))}.{name}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._call}, which is not emulated>"


class _Id:
    """The id of something that does not exist."""

    def __init__(self, feature: str) -> None:
        self._feature = feature

    def __str__(self) -> str:
        raise NotEmulatedError(self._feature)

    def __format__(self, wanted: str) -> str:
        raise NotEmulatedError(self._feature)

    def __repr__(self) -> str:
        return f"<{self._feature}, which is not emulated>"


def _name_of(cls: type) -> str:
    return f"{cls.__module__.removeprefix('hyperlocal.')}.{cls.__name__}"

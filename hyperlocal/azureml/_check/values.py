"""Values: what is known of an expression without running it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

__all__ = [
    "Foreign",
    "Instance",
    "Known",
    "Made",
    "Many",
    "Member",
    "Text",
    "Texts",
    "Value",
    "texts_of",
]


@dataclass(frozen=True)
class Known:
    """The very module, class or function of the face."""

    thing: Any


@dataclass(frozen=True)
class Instance:
    """An object of one of these classes of the face."""

    classes: tuple[type, ...]


@dataclass(frozen=True)
class Many:
    """A list or mapping of objects of these classes."""

    classes: tuple[type, ...]
    origin: str = ""


@dataclass(frozen=True)
class Member:
    """A method of an object, or another member, by the class that has it."""

    owner: type
    name: str
    thing: Any


@dataclass(frozen=True)
class Foreign:
    """Something of another library, by its full name."""

    name: str


@dataclass(frozen=True)
class Made:
    """An object of another library's class, by the full name of the class."""

    name: str


@dataclass(frozen=True)
class Text:
    """A text that is known, and no more."""

    text: str


@dataclass(frozen=True)
class Texts:
    """A list that holds these texts, among others."""

    texts: tuple[str, ...]


Value = Union[Known, Instance, Many, Member, Foreign, Made, Text, Texts, None]


def texts_of(value: Value) -> tuple[str, ...]:
    """Return the texts that a value is, or holds."""
    if isinstance(value, Text):
        return (value.text,)
    return value.texts if isinstance(value, Texts) else ()

"""Values: what is known of an expression without running it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Union

__all__ = [
    "UNKNOWN",
    "Foreign",
    "Instance",
    "Known",
    "Made",
    "Many",
    "Member",
    "Plain",
    "Text",
    "Texts",
    "Value",
    "texts_of",
    "thing_of",
    "unsure",
]

UNKNOWN = object()  # in place of a thing that only running would tell


@dataclass(frozen=True)
class Known:
    """The very module, class or function of the face."""

    thing: Any


@dataclass(frozen=True)
class Instance:
    """An object of one of these classes of the face; `thing` is one just like it, if known."""

    classes: tuple[type, ...]
    thing: Any = field(default=UNKNOWN, compare=False, repr=False)


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
    """A text that is known, and no more; not for sure where its name is bound in branches."""

    text: str
    is_sure: bool = True


@dataclass(frozen=True)
class Texts:
    """A list that holds these texts, among others; `thing` is the list, if all of it is known."""

    texts: tuple[str, ...]
    thing: Any = field(default=UNKNOWN, compare=False, repr=False)


@dataclass(frozen=True)
class Plain:
    """A number, list, mapping or the like that stands in the file.

    Attributes:
        thing: It; of a mapping only what is known.
        is_whole: Whether it is all there.
    """

    thing: Any = field(compare=False)
    is_whole: bool = True


Value = Union[Known, Instance, Many, Member, Foreign, Made, Text, Texts, Plain, None]


def texts_of(value: Value) -> tuple[str, ...]:
    """Return the texts that a value is, or holds."""
    if isinstance(value, Text):
        return (value.text,)
    return value.texts if isinstance(value, Texts) else ()


def thing_of(value: Value) -> Any:
    """Return what a value is when the file runs, UNKNOWN if that is not for sure."""
    if isinstance(value, Text):
        return value.text if value.is_sure else UNKNOWN
    if isinstance(value, Plain):
        return value.thing if value.is_whole else UNKNOWN
    return value.thing if isinstance(value, (Instance, Texts)) else UNKNOWN


def unsure(value: Value) -> Value:
    """Return a value without what would have to be for sure."""
    if isinstance(value, Text):
        return replace(value, is_sure=False)
    if isinstance(value, (Instance, Texts)):
        return replace(value, thing=UNKNOWN)
    return None if isinstance(value, Plain) else value

"""What a report says of a run, as plain values for its template."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Best",
    "Block",
    "Cell",
    "Chart",
    "Column",
    "Failure",
    "Part",
    "Picture",
    "Row",
    "Table",
]


@dataclass(frozen=True)
class Cell:
    """One value in a table.

    Attributes:
        text: What is shown.
        whole: All digits, or all of a long text; empty if that is shown.
        order: What it is sorted by; None for its text.
        is_number: Whether it stands at the right.
        badge: How a status is marked.
        link: What it leads to on this page.
    """

    text: str
    whole: str = ""
    order: float | None = None
    is_number: bool = False
    badge: str = ""
    link: str = ""

    @classmethod
    def of_number(cls, value: Any, text: str, whole: str = "") -> Cell:
        """Return the cell of a number, or of the lack of one."""
        is_known = isinstance(value, (int, float)) and math.isfinite(value)
        order = float(value) if is_known else None
        return cls(text, whole if whole != text else "", order, is_number=True)


@dataclass(frozen=True)
class Column:
    """A column's title, and whether its values are numbers."""

    title: str
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A row, and the name by which it is led to."""

    cells: Sequence[Cell]
    anchor: str = ""


@dataclass(frozen=True)
class Table:
    """A table, and a sentence on what is not in it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    is_sortable: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure, what it shows and leaves out, and its height in pixels if it has one."""

    title: str
    about: str
    figure: dict[str, Any]
    anchor: str
    is_wide: bool = False
    height: float | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Picture:
    """An image that a run logged, as a data URL."""

    title: str
    source: str


@dataclass(frozen=True)
class Failure:
    """A run that failed: why, and the last lines that it printed."""

    title: str
    reason: str
    log_title: str = ""
    log: str = ""


@dataclass(frozen=True)
class Best:
    """The best trial of a sweep, or why there is none."""

    title: str
    metric: str
    value: str
    by: str = ""
    parameters: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Block:
    """Lines as they are, under a title."""

    title: str
    text: str


@dataclass
class Part:
    """What is said of one run. What is empty is left out."""

    anchor: str
    kind: str
    experiment: str
    title: str
    status: str
    badge: str
    facts: Iterable[tuple[str, str]]
    warnings: Sequence[str] = ()
    best: Best | None = None
    learnt: Sequence[str] = ()
    parameters: Sequence[tuple[str, str]] = ()
    settings: Sequence[tuple[str, str]] = ()
    charts: Sequence[Chart] = ()
    pictures: Sequence[Picture] = ()
    tables: list[Table] = field(default_factory=list)
    failures: Sequence[Failure] = ()
    failures_note: str = ""
    blocks: list[Block] = field(default_factory=list)

"""Layout of a weekly summary: sections with lines, tables and pictures, the same for page, DOCX, XLSX and PDF."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from calendar_rules.regulation import LimitName
from service.reports.weekly import phrases
from service.reports.weekly.summary import WeeklySummary

Value = int | float | timedelta | str | None
"""None: not told, or nothing to tell of."""

PICTURE_WIDTH: Final = 680
"""Pixels of a picture as wide as the page."""
TIMES_SHARPER: Final = 2.5
"""Than these a picture for Word is."""


class Kind(StrEnum):
    """What a column holds, by which it is written and aligned."""

    TEXT = "text"
    COUNT = "count"
    MEAN = "mean"
    SHARE = "share"
    TIME = "time"


class Sheet(StrEnum):
    """A sheet of the workbook."""

    SUMMARY = "Сводка"
    BODIES = "Органы"
    LIMITS = "Сроки"
    QUALITY = "Качество"
    VERDICTS = "Оценки авторов"
    PROMISES = "Обещания"
    TOPICS = "Темы"
    WEEKS = "Динамика"
    PLACES = "Места и сети"
    AUTHORS = "Авторы"
    LOAD = "Нагрузка"
    DEFINITIONS = "Определения"


class Picture(StrEnum):
    """A picture of the summary."""

    BODIES = "bodies"
    WEEKS = "weeks"
    TOPICS = "topics"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in templates, its heading, what it holds, and its share of the width."""

    key: str
    title: str
    kind: Kind = Kind.COUNT
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. `key`, `limit`: of what it is, for links; None where there is no such thing."""

    cells: tuple[Value, ...]
    key: str | None = None
    limit: LimitName | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `total` stands below its rows, and is of the same columns. `empty` is said where there are none."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    empty: str = "Нет."
    note: str | None = None
    grouped: bool = False
    """Whether rows with the same first cell follow one another, so that it may be shown once for them."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the summary under a heading: lines, then a picture, then tables."""

    key: str
    heading: str
    sheet: Sheet
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """A summary as it is read."""

    summary: WeeklySummary
    title: str
    status: str
    balance: str
    sections: tuple[Section, ...]

    def tables(self) -> Iterable[Table]:
        """All of them, in their order."""
        return (table for section in self.sections for table in section.tables)


def written(value: Value, kind: Kind) -> str:
    """A value as people read it; a number with its thousands set off, an amount of time that does not break."""
    if value is None:
        return "—"
    if isinstance(value, timedelta):
        return phrases.time(value)
    if isinstance(value, str):
        return value
    return phrases.share(value) if kind is Kind.SHARE else phrases.number(value)

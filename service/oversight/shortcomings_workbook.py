"""The register of shortcomings as a workbook of Excel: for those who go on counting elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from calendar_rules import titles
from calendar_rules.regulation import HolderRole
from service.messages.lists import MessageLists
from service.messages.view import ChargedView
from service.oversight.shortcomings import Line, Shortcomings
from service.reports.list_workbook import MOST_ROWS, written
from service.runs.rules import Rules
from store.database.engines import Database
from store.oversight.shortcomings import Sought
from store.people import persons as people
from store.people import titles as titles_on
from store.people.persons import Actor

_HOUR = timedelta(hours=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read for keys."""

    bodies: Mapping[str, str]
    persons: Mapping[str, str]

    def body(self, key: str | None) -> str:
        return self.bodies.get(key, key) if key else ""

    def person(self, key: str | None) -> str:
        return self.persons.get(key, key) if key else ""

    def bodies_charged(self, charged: Sequence[ChargedView]) -> str:
        """Whose the breach is, as offices; the one most over first."""
        return "; ".join(dict.fromkeys(self.holder(item.role, item.body) for item in charged)) or "ни за кем"

    def persons_charged(self, charged: Sequence[ChargedView]) -> str:
        return "; ".join(dict.fromkeys(self._charged(item) for item in charged if item.person))

    def _charged(self, item: ChargedView) -> str:
        """«Ерёмин Павел Сергеевич (замещение: Соколова Вера Андреевна)»."""
        absent = f" (замещение: {self.person(item.acting_for)})" if item.acting_for else ""
        return f"{self.person(item.person)}{absent}"

    def holder(self, role: HolderRole, body: str | None) -> str:
        return "куратор" if role is HolderRole.CURATOR else self.body(body)


_COLUMNS: Mapping[str, tuple[int, Callable[[Line, _Words], Any]]] = {
    "Сообщение": (12, lambda line, _: int(line.view.message)),
    "О чём": (60, lambda line, _: line.subject),
    "Срок": (38, lambda line, _: titles.LIMITS[line.view.limit]),
    "Пункт": (8, lambda line, _: line.view.clause),
    "За кем учтено": (40, lambda line, words: words.bodies_charged(line.view.charged)),
    "Сотрудник": (40, lambda line, words: words.persons_charged(line.view.charged)),
    "За кем был срок": (
        40,
        lambda line, words: words.holder(line.view.holder.role, line.view.holder.body),
    ),
    "Истёк": (16, lambda line, _: _local(line.view.due_at)),
    "Опоздание, рабочих часов": (14, lambda line, _: round(line.view.late_by / _HOUR, 2)),
    "Выполнено": (16, lambda line, _: _local(line.view.met_at)),
    "Не выполнено": (13, lambda line, _: "да" if line.is_open else "нет"),
    "Получение подтверждено": (16, lambda line, _: _local(line.view.acknowledged_at)),
    "Принятые меры": (60, lambda line, _: line.view.measures),
    "Меры записаны": (16, lambda line, _: _local(line.view.measures_at)),
    "Кем записаны": (30, lambda line, words: words.person(line.view.measures_by)),
}
"""Each column's width in characters, and what stands in it; moments as Excel knows them, by the Department's clock."""


async def made(database: Database, lists: MessageLists, rules: Rules, caller: Actor, sought: Sought) -> bytes:
    """All that the caller reads of the register, up to `MOST_ROWS`. Raises ForbiddenError."""
    # Bodies are called what they were called as the period ended.
    last = sought.to - _INSTANT if sought.to else datetime.now(UTC)
    async with database.read() as session:
        called = await (await session.connection()).run_sync(titles_on.bodies_on, last.date())
        words = _Words({key: body.title for key, body in called.items()}, await people.names(session))
    columns = {title: (width, partial(_with, words, value)) for title, (width, value) in _COLUMNS.items()}
    return await Shortcomings(database, lists, rules).exported(
        *(caller, sought, MOST_ROWS + 1),
        lambda lines, now: written(
            "Недостатки", columns, lines[:MOST_ROWS], now, is_all=len(lines) <= MOST_ROWS
        ),
    )


def _with(words: _Words, value: Callable[[Line, _Words], Any], line: Line) -> Any:
    return value(line, words)


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=None) if moment else None

"""The register of promises as a workbook of Excel."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from calendar_rules import titles
from service.promises import register
from service.promises.register import Line
from service.reports.list_workbook import MOST_ROWS, written
from service.runs.rules import Rules
from store.database.engines import Database
from store.people import persons as people
from store.people import titles as titles_on
from store.people.persons import Actor
from store.promises.rows import Sought


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read for keys."""

    bodies: Mapping[str, str]
    persons: Mapping[str, str]


_COLUMNS: Mapping[str, tuple[int, Callable[[Line, _Words], Any]]] = {
    "Сообщение": (12, lambda line, _: int(line.view.message)),
    "О чём": (60, lambda line, _: line.subject),
    "Орган": (40, lambda line, words: words.bodies.get(line.view.body, line.view.body)),
    "Что обещано": (60, lambda line, _: line.view.what),
    "Срок": (16, lambda line, _: _local(line.view.until)),
    "Состояние": (18, lambda line, _: titles.PROMISE_STATES[line.view.state]),
    "Переносов": (12, lambda line, _: len(line.view.moves)),
    "Причина последнего переноса": (
        50,
        lambda line, _: line.view.moves[-1].reason if line.view.moves else None,
    ),
    "Размещено": (16, lambda line, _: _local(line.view.published_at)),
    "Сделано": (16, lambda line, _: _local(line.view.done_at)),
    "Кем указано": (30, lambda line, words: words.persons.get(line.view.person, line.view.person)),
}
"""Each column's width in characters, and what stands in it; moments as Excel knows them, by the Department's clock."""


async def made(database: Database, rules: Rules, caller: Actor, sought: Sought) -> bytes:
    """All that the caller reads of the register, up to `MOST_ROWS` of each kind."""
    now = datetime.now(rules.zone)
    async with database.read() as session:
        called = await (await session.connection()).run_sync(titles_on.bodies_on, now.date())
        words = _Words({key: body.title for key, body in called.items()}, await people.names(session))
    found = await register.read(database, rules, caller, sought, running=MOST_ROWS, settled=MOST_ROWS)
    columns = {title: (width, partial(_with, words, value)) for title, (width, value) in _COLUMNS.items()}
    lines, is_all = found.lines[:MOST_ROWS], sum(found.counts.values()) <= MOST_ROWS
    return await asyncio.to_thread(written, "Обещания", columns, lines, now, is_all=is_all)


def _with(words: _Words, value: Callable[[Line, _Words], Any], line: Line) -> Any:
    return value(line, words)


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=None) if moment else None

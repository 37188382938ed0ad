"""The register of promises as a workbook of Excel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pydantic import TypeAdapter
from xlsxwriter import Workbook

from calendar_rules import titles
from calendar_rules.moments import As, moment_text
from service.promises import register
from service.promises.register import Line
from service.reports.list_workbook import OPTIONS, write
from service.reports.workbooks import MOST_ROWS, Hands, Kind, Maker, Tell
from store.people import persons as people
from store.people import titles as titles_on
from store.people.persons import Actor
from store.promises.rows import Sought

_READ = 0.6
"""The share of the work that is done once all is read of the database."""


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


async def _count(hands: Hands, caller: Actor, sought: Sought) -> int:
    return await register.count(hands.database, caller, sought)


async def _made(hands: Hands, caller: Actor, sought: Sought, tell: Tell) -> bytes:
    """All that the caller reads of the register, up to `MOST_ROWS` of each kind."""
    now = datetime.now(hands.rules.zone)
    async with hands.database.read() as session:
        called = await (await session.connection()).run_sync(titles_on.bodies_on, now.date())
        words = _Words({key: body.title for key, body in called.items()}, await people.names(session))
    found = await register.read(
        hands.database, hands.rules, caller, sought, running=MOST_ROWS, settled=MOST_ROWS
    )
    tell(_READ)
    return _workbook(found.lines[:MOST_ROWS], sum(found.counts.values()), words, now)


MAKER: Maker[Sought] = Maker(Kind.PROMISES, TypeAdapter(Sought), _count, _made)
"""The register of promises."""


def _workbook(lines: Sequence[Line], total: int, words: _Words, now: datetime) -> bytes:
    content = BytesIO()
    with Workbook(content, OPTIONS) as book:
        sheet = book.add_worksheet("Обещания")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left"})
        for place, (title, (width, _)) in enumerate(_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, bold)
        for row, line in enumerate(lines, 1):
            for place, (_, value) in enumerate(_COLUMNS.values()):
                write(sheet, row, place, value(line, words), moment)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(lines), len(_COLUMNS) - 1)
        about = book.add_worksheet("О выгрузке")
        about.set_column(0, 0, 100)
        about.write_string(0, 0, f"Выгружено {moment_text(now, As.ROW)}. Обещаний: {len(lines)}.")
        if total > len(lines):
            about.write_string(1, 0, f"Это не все: выгружаются первые {MOST_ROWS}. Сузьте условия отбора.")
    return content.getvalue()


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=None) if moment else None

"""The register of shortcomings as a workbook of Excel: for those who go on counting elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from time import sleep
from typing import Any

from pydantic import TypeAdapter
from xlsxwriter import Workbook

from calendar_rules import titles
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import HolderRole
from service.messages.lists import PAUSE
from service.messages.view import ChargedView
from service.oversight.shortcomings import Line, Shortcomings
from service.reports.list_workbook import OPTIONS, PAGE, write
from service.reports.workbooks import MOST_ROWS, Hands, Kind, Maker, Tell
from store.oversight.shortcomings import Sought
from store.people import persons as people
from store.people import titles as titles_on
from store.people.persons import Actor

_HOUR = timedelta(hours=1)
_INSTANT = timedelta(microseconds=1)
_READ = 0.6
"""The share of the work that is done once all is read of the database."""


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


async def _count(hands: Hands, caller: Actor, sought: Sought) -> int:
    return await _register(hands).count(caller, sought)


async def _made(hands: Hands, caller: Actor, sought: Sought, tell: Tell) -> bytes:
    """All that the caller reads of the register, up to `MOST_ROWS`. Raises ForbiddenError."""
    # Bodies are called what they were called as the period ended.
    last = sought.to - _INSTANT if sought.to else datetime.now(UTC)
    async with hands.database.read() as session:
        called = await (await session.connection()).run_sync(titles_on.bodies_on, last.date())
        words = _Words({key: body.title for key, body in called.items()}, await people.names(session))
    return await _register(hands).exported(
        *(caller, sought, MOST_ROWS + 1),
        lambda lines, now: _workbook(lines, words, now, tell),
        lambda share: tell(_READ * share),
    )


def _register(hands: Hands) -> Shortcomings:
    return Shortcomings(hands.database, hands.lists, hands.rules)


MAKER: Maker[Sought] = Maker(Kind.SHORTCOMINGS, TypeAdapter(Sought), _count, _made)
"""The register of shortcomings."""


def _workbook(lines: Sequence[Line], words: _Words, now: datetime, tell: Tell) -> bytes:
    content = BytesIO()
    with Workbook(content, OPTIONS) as book:
        sheet = book.add_worksheet("Недостатки")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left"})
        for place, (title, (width, _)) in enumerate(_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, bold)
        for row, line in enumerate(lines[:MOST_ROWS], 1):
            if row % PAGE == 0:
                tell(_READ + (1 - _READ) * row / len(lines))
                sleep(PAUSE)
            for place, (_, value) in enumerate(_COLUMNS.values()):
                write(sheet, row, place, value(line, words), moment)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(lines[:MOST_ROWS]), len(_COLUMNS) - 1)
        about = book.add_worksheet("О выгрузке")
        about.set_column(0, 0, 100)
        about.write_string(
            0, 0, f"Выгружено {moment_text(now, As.ROW)}. Нарушений: {len(lines[:MOST_ROWS])}."
        )
        if len(lines) > MOST_ROWS:
            about.write_string(1, 0, f"Это не все: выгружаются первые {MOST_ROWS}. Сузьте условия отбора.")
    return content.getvalue()


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=None) if moment else None

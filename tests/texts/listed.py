"""The list: notices as they are read, titles of every enumeration, and all texts of the sources."""

from collections.abc import Iterator
from itertools import groupby

from calendar_rules import titles
from calendar_rules.regulation import LimitName
from service.access.recorded_calls import CALL_TITLES
from service.commands.journal_titles import ROW_TITLES
from tests.texts.notices import charges_of, of_every_kind, read
from tests.texts.sources import all_texts
from workflows import notice_facts as facts

_BODIES = {
    "first": "Департамент дорожного хозяйства и транспорта",
    "second": "Администрация Фурмановского района",
}


def notices() -> Iterator[str]:
    """Every kind of notice about a message, once each; of breaches each way in which they may be charged."""
    said = []
    for notice in of_every_kind("first", "second"):
        limit = notice.limit if isinstance(notice, facts.Breach | facts.Escalation) else None
        every = limit in (LimitName.DRAFT, LimitName.ANSWER)
        said += [read(notice, _BODIES, charged) for charged in charges_of("first")[: None if every else 2]]
    yield from dict.fromkeys(said)


def listed() -> Iterator[str]:
    """The lines of the list."""
    yield "== Уведомления о сообщениях"
    yield from notices()
    for enumeration, table in titles.TABLES.items():
        yield f"\n== {enumeration.__name__}"
        yield from table.values()
    yield "\n== Журнал сообщения"
    yield from ROW_TITLES.values()
    yield "\n== Журнал доступа"
    yield from CALL_TITLES.values()
    for where, texts in groupby(all_texts(), key=lambda text: text.where):
        yield f"\n== {where}"
        yield from (text.words for text in texts)

"""Made-up papers, with one of everything, by which a Word template is tried before it is used."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from service.reports.papers import destruction_act, templates
from service.reports.papers.destruction_act import Document, Line
from service.reports.papers.form import Party, Requisites
from service.reports.papers.memo import Memo, MemoLine, docx
from service.reports.papers.templates import Template
from service.reports.weekly import contents, word
from service.reports.weekly.sample import sample

REQUISITES: Final = Requisites(
    authority="Департамент (пример)",
    ground="пункт 21 Положения (пример)",
    title="Сводная информация (пример)",
    as_of="по состоянию на 08:00 23.11.2026",
    place="г. Пример",
    addressee=Party(office="Заместителю Председателя (пример)", name="Петрову П.\u00a0П."),
    signatory=Party(office="Начальник Департамента (пример)", name="А.\u00a0А.\u00a0Смирнова"),
    compiler=Party(office="консультант отдела (пример)", name="С.\u00a0С.\u00a0Сидорова"),
    executor="Сидорова Светлана Сергеевна",
    telephone="(0000) 00-00-00",
)
_AT: Final = datetime(2026, 11, 23, 8, tzinfo=UTC)
MEMO: Final = Memo(
    requisites=REQUISITES,
    opening="Сведения о нарушениях направлены (пример).",
    lines=(
        MemoLine(
            message="№\u00a01",
            limit="Срок ответа (пункт 9)",
            charged="Департамент (пример)",
            told="Петров П.\u00a0П., заместитель Председателя",
            told_at="23.11.2026 в 09:00",
        ),
    ),
    closing="Сообщаю для рассмотрения (пример).",
)
ACT: Final = Document(
    number=1,
    operator="Департамент (пример)",
    address="г. Пример",
    place="г. Пример",
    person=("Сидорова С.\u00a0С.", "консультант"),
    begun_at=_AT,
    ended_at=_AT,
    ground="обращение субъекта (пример)",
    categories=[("имя автора", 1, 1)],
    messages=["1"],
    where=["база данных"],
    not_there="в журналах данных нет",
    how="стирание средствами системы",
    backups_until=_AT,
    lines=[Line(_AT, "1", "имя автора", 1)],
)


def try_out(file: Path) -> bytes:
    """Return the sample paper of a template. Raises TemplateFaultError, and OSError for an unreadable file."""
    template = file.read_bytes()
    match templates.named(file):
        case Template.MEMO:
            return docx(MEMO, template)
        case Template.DESTRUCTION:
            return destruction_act.draw_up(ACT, template)
        case _:
            return word.made(contents.of(sample()), {}, template, REQUISITES)

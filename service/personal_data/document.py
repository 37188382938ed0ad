"""The act of destruction as a document: what order 179 of Roskomnadzor (28.10.2022) wants of an act and of the extract
from the journal that goes with it where the machine destroys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import docx
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Cm, Pt

from calendar_rules.moments import As, moment_text

SYSTEM = "Информационная система «Отклик»"
_BLANK = "_" * 40
_RIGHT = Cm(15)


class Line(NamedTuple):
    """A line of the extract: when, of which message, what, and how much."""

    at: datetime
    message: str | None
    category: str
    amount: int


@dataclass(frozen=True, slots=True)
class Document:
    """What an act says; moments in the zone of the Department. Where the operator is not named, there is a blank."""

    number: int
    operator: str | None
    address: str | None
    place: str
    """Of the office; empty where the act does not say."""
    person: tuple[str, str] | None
    """Name and position; None where it was the machine."""
    begun_at: datetime
    ended_at: datetime
    ground: str
    categories: Sequence[tuple[str, int, int]]
    """Title, how much, of how many messages."""
    messages: Sequence[str]
    where: Sequence[str]
    not_there: str
    how: str
    backups_until: datetime
    lines: Sequence[Line]


def draw_up(act: Document) -> bytes:
    """The act with its extract as DOCX; for a thread of its own."""
    document = docx.Document()
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Times New Roman", Pt(12)
    document.core_properties.title = f"Акт об уничтожении персональных данных № {act.number}"
    document.core_properties.author = act.operator or ""
    _heading(document, f"АКТ № {act.number}\nоб уничтожении персональных данных")
    document.add_paragraph(
        f"{act.place}\t{act.ended_at:%d.%m.%Y}".lstrip()
    ).paragraph_format.tab_stops.add_tab_stop(_RIGHT, WD_TAB_ALIGNMENT.RIGHT)
    _facts(document, act)
    _signatures(document, act)
    document.add_page_break()  # type: ignore[no-untyped-call]
    _extract(document, act)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _heading(document: Docx, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).bold = True


def _facts(document: Docx, act: Document) -> None:
    subjects = (
        f"Авторы сообщений № {', '.join(act.messages)}" if act.messages else "Служащие, работавшие в системе"
    )
    if act.messages and len(act.messages) == 1:
        subjects = f"Автор сообщения № {act.messages[0]}"
    categories = "\n".join(
        f"– {title}: {_amount(amount, messages)}" for title, amount, messages in act.categories
    )
    rows = (
        ("Оператор", act.operator or _BLANK),
        ("Адрес оператора", act.address or _BLANK),
        ("Обработка по поручению оператора", "не поручалась"),
        ("Субъекты персональных данных", subjects),
        ("Категории уничтоженных персональных данных", categories),
        ("Информационная система персональных данных", SYSTEM),
        ("Где уничтожены", "\n".join(f"– {place}" for place in act.where)),
        ("Где их не было", act.not_there),
        ("Способ уничтожения", act.how),
        ("Причина уничтожения", act.ground),
        ("Дата уничтожения", _when(act)),
        (
            "Резервные копии",
            "В копиях, сделанных до уничтожения, данные остаются до удаления этих копий, не позднее "
            f"{act.backups_until:%d.%m.%Y}. После восстановления из такой копии стирание повторяется.",
        ),
    )
    _table(document, None, rows)


def _when(act: Document) -> str:
    begun, ended = (moment_text(at, As.ROW_TO_THE_SECOND) for at in (act.begun_at, act.ended_at))
    return ended if begun == ended else f"с {begun} по {ended}"


def _amount(amount: int, messages: int) -> str:
    return f"{amount}, сообщений {messages}" if messages > 1 else str(amount)


def _signatures(document: Docx, act: Document) -> None:
    document.add_paragraph()
    if act.person is None:
        document.add_paragraph(
            "Уничтожено программой автоматически. Ответственный за организацию обработки персональных данных:"
        )
        document.add_paragraph(f"{_BLANK}\n(должность, фамилия, имя, отчество (при наличии), подпись)")
    else:
        name, position = act.person
        document.add_paragraph(f"Уничтожил: {name}, {position}")
        document.add_paragraph(f"{_BLANK}\n(подпись)")
    document.add_paragraph("Акт и выгрузка из журнала хранятся три года с момента уничтожения.")


def _extract(document: Docx, act: Document) -> None:
    _heading(
        document, "Выгрузка из журнала\nрегистрации событий в информационной системе персональных данных"
    )
    document.add_paragraph(f"{SYSTEM}. К акту № {act.number}. Причина уничтожения: {act.ground}")
    head = ("Дата и время", "Сообщение №", "Категория персональных данных", "Количество")
    _table(
        document,
        head,
        (
            (moment_text(line.at, As.ROW_TO_THE_SECOND), line.message or "–", line.category, str(line.amount))
            for line in act.lines
        ),
    )


def _table(document: Docx, head: Sequence[str] | None, rows: Iterable[Sequence[str]]) -> None:
    given = [*([head] if head else []), *rows]
    table = document.add_table(rows=0, cols=len(given[0]), style="Table Grid")
    for row in given:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text

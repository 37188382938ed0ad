"""The paper on what nobody acknowledged in Word: every line of it, and blanks for who is not known."""

from io import BytesIO

import docx

from service.reports.papers.form import BLANK, Party, Requisites
from service.reports.papers.memo import Memo, MemoLine
from service.reports.papers.memo import docx as in_word
from service.reports.papers.templates import Template, provided


def test_a_memo_in_word_has_its_lines_and_blanks_for_whom_it_does_not_know() -> None:
    line = MemoLine(
        message="№\u00a012",
        limit="Срок ответа (пункт 10)",
        charged="Отдел <№ 1> & «Б»",
        told="Тихомиров Г. Н.",
        told_at="12.11.2026",
    )
    form = Requisites(
        authority='Департамент "А" & «Б»',
        title="О сведениях",
        place="г. Иваново",
        addressee=Party(office="Председателю"),
        signatory=Party(office="Начальник"),
    )
    memo = Memo(requisites=form, opening="Сообщаю.", lines=(line, line), closing="Прошу {{ x }}.")
    document = docx.Document(BytesIO(in_word(memo, provided(Template.MEMO))))
    letterhead, lines, signature = (
        [[cell.text for cell in row.cells] for row in table.rows] for table in document.tables
    )
    assert letterhead == [
        [f"{form.authority}\n_____________ № _____________\nг. Иваново", f"Председателю\n{BLANK}"]
    ]
    assert lines[1:] == [list(line.model_dump().values())] * 2
    assert signature == [["Начальник", "_" * 16, BLANK]]
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts == [
        *("Докладная записка", "О сведениях", "Сообщаю.", "Прошу {{ x }}."),
        f"Исполнитель: {BLANK}\nтел. {BLANK}",
    ]
    assert (document.core_properties.title, document.core_properties.author) == (form.title, form.authority)

"""The act of destruction in Word: who destroyed, whose data, and the extract from the journal."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import docx

from service.reports.papers.destruction_act import Document, Line, draw_up
from service.reports.papers.templates import Template, provided

ENDED = datetime(2026, 11, 23, 8, 1, 2, tzinfo=ZoneInfo("Europe/Moscow"))


def _act(**other: Any) -> Document:
    told: dict[str, Any] = {
        "number": 7,
        "operator": 'Департамент "А" & «Б»',
        "address": "г. Иваново, ул. <1>",
        "place": "г. Иваново",
        "person": ("Иванов Иван Иванович", "консультант"),
        "begun_at": ENDED,
        "ended_at": ENDED,
        "ground": "Требование № 14",
        "categories": [("имя автора", 2, 1), ("тексты", 5, 3)],
        "messages": ["12"],
        "where": ["в базе данных", "в файлах"],
        "not_there": "в журналах сервера",
        "how": "перезаписаны",
        "backups_until": ENDED + timedelta(days=30),
        "lines": [Line(ENDED, "12", "имя автора", 2), Line(ENDED, None, "входы", 5)],
    }
    return Document(**(told | other))


def _read(act: Document) -> tuple[list[str], Mapping[str, str], list[list[str]]]:
    """Its paragraphs, its facts by their names, and its extract."""
    document = docx.Document(BytesIO(draw_up(act, provided(Template.DESTRUCTION))))
    facts, extract = ([[cell.text for cell in row.cells] for row in it.rows] for it in document.tables)
    assert document.core_properties.author == (act.operator or "")
    return [it.text for it in document.paragraphs], {row[0]: row[1] for row in facts}, extract


def test_an_act_of_a_person_has_their_name_and_every_line() -> None:
    paragraphs, facts, extract = _read(_act())
    assert paragraphs[:2] == ["АКТ № 7\nоб уничтожении персональных данных", "г. Иваново\t23.11.2026"]
    assert "Уничтожил: Иванов Иван Иванович, консультант" in paragraphs
    assert not any("автоматически" in it for it in paragraphs)
    assert facts["Оператор"] == 'Департамент "А" & «Б»'
    assert facts["Адрес оператора"] == "г. Иваново, ул. <1>"
    assert facts["Субъекты персональных данных"] == "Автор сообщения № 12"
    assert facts["Категории уничтоженных персональных данных"] == "– имя автора: 2\n– тексты: 5, сообщений 3"
    assert facts["Где уничтожены"] == "– в базе данных\n– в файлах"
    assert facts["Дата уничтожения"] == "23.11.2026 08:01:02"
    assert "не позднее 23.12.2026" in facts["Резервные копии"]
    assert extract[1:] == [
        ["23.11.2026 08:01:02", "12", "имя автора", "2"],
        ["23.11.2026 08:01:02", "–", "входы", "5"],
    ]


def test_an_act_of_the_machine_has_blanks_for_what_nobody_named() -> None:
    begun = ENDED - timedelta(seconds=5)
    paragraphs, facts, _ = _read(
        _act(person=None, operator=None, address=None, place="", messages=[], begun_at=begun)
    )
    assert paragraphs[1] == "23.11.2026"
    assert any(it.startswith("Уничтожено программой автоматически") for it in paragraphs)
    assert not any(it.startswith("Уничтожил:") for it in paragraphs)
    assert facts["Оператор"] == facts["Адрес оператора"] == "_" * 40
    assert facts["Субъекты персональных данных"] == "Служащие, работавшие в системе"
    several = _read(_act(messages=["1", "2"]))[1]
    assert several["Субъекты персональных данных"] == "Авторы сообщений № 1, 2"
    assert facts["Дата уничтожения"] == "с 23.11.2026 08:00:57 по 23.11.2026 08:01:02"

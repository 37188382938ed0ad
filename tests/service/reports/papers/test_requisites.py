"""The form of a paper comes from the act and the directory, in the right case."""

from datetime import UTC, date, datetime, timedelta

from service.reports.papers.form import Party
from service.reports.papers.requisites import Office
from service.runs import rules
from settings import Settings
from store.database.engines import Database
from tests.rows import absence_row, put

AT = datetime(2027, 2, 24, 5, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def test_a_summary_is_of_the_department_by_the_clause_and_to_the_deputy_by_name(office: Office) -> None:
    found = await office.of_report(date(2027, 2, 15), date(2027, 2, 21), AT)
    assert found.authority == "Департамент внутренней политики Ивановской области"
    assert found.ground == "пункт 21 Положения, утверждённого приказом № 238 от 17.08.2020"
    assert plain(found.title) == (
        "Сводная информация о своевременности и качестве работы исполнительных органов государственной власти "
        "Ивановской области с сообщениями из открытых источников за период с 15 по 21 февраля 2027 г."
    )
    assert found.as_of == "по состоянию на 08:00 24.02.2027"
    assert found.addressee.office == "Заместителю Председателя Правительства Ивановской области"
    assert plain(found.addressee.name) == "Копылову А. М."
    assert found.signatory.office == "Начальник Департамента внутренней политики Ивановской области"
    assert plain(found.signatory.name) == "И. В. Лобанова"
    assert found.compiler is not None and plain(found.compiler.name) == "В. А. Соколова"
    assert found.compiler.office.startswith("консультант отдела")
    note = await office.to_governor("Справка", AT)
    assert note.addressee.office == "Губернатору Ивановской области"
    assert plain(note.addressee.name) == "Селезнёву В. Г."


async def test_a_summary_of_one_body_names_it_in_its_title(office: Office) -> None:
    body = "Департамент здравоохранения Ивановской области"
    found = await office.of_report(date(2026, 12, 1), date(2027, 2, 28), AT, body)
    assert "работы Департамента здравоохранения Ивановской области с сообщениями" in found.title
    assert plain(found.title).endswith("за период с 1 декабря 2026 г. по 28 февраля 2027 г.")


async def test_who_is_away_does_not_sign(office: Office, demo: Database) -> None:
    at = AT + timedelta(days=90)
    await put(
        demo, absence_row("head", "curator2", at - timedelta(days=1), at + timedelta(days=1), recorded_at=AT)
    )
    found = await office.of_report(date(2027, 5, 17), date(2027, 5, 23), at)
    assert found.signatory.office == (
        "Исполняющий обязанности начальника Департамента внутренней политики Ивановской области"
    )
    assert plain(found.signatory.name) == "П. С. Ерёмин"


async def test_whom_the_settings_name_is_at_the_foot_and_addressed(office: Office, demo: Database) -> None:
    title = "О неподтверждённых сведениях"
    found = await office.to_chairman(title, AT)
    assert (found.executor, found.telephone) == ("Соколова Вера Андреевна", "")
    assert found.addressee == Party(office="Председателю Правительства Ивановской области")
    named = Settings(
        papers_curator="curator2", papers_telephone="(4932) 12-34-56", chairman_name="Иванова Анна Петровна"
    )
    found = await Office(demo, rules.load(None, None), named).to_chairman(title, AT)
    assert (found.executor, found.telephone) == ("Ерёмин Павел Сергеевич", "(4932) 12-34-56")
    assert plain(found.addressee.name) == "Ивановой А. П."

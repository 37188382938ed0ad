"""The weekly summary and its documents over HTTP (cl. 21): made on Monday, kept, made again; the note to the Governor.

Each test is of a week of its own: what is made in one changes nothing in another.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from service.reports.weekly import contents
from service.reports.weekly.summary import WeeklySummary
from tests.api.messages.apart import installation
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, refused, taken
from tests.api.messages.week import at

__all__ = ["installation"]
# An installation of these tests alone: what others register would be counted here.

FIGURES = {
    *("received", "answered", "declined", "unanswered", "open", "in_time", "breached"),
    *("returns", "rework_rounds", "content", "discontent", "unclear", "none"),
}
_DETAIL = re.compile(r"\s+|\u00ad")


def week_of(moment: datetime) -> str:
    return f"{moment.isocalendar().year}-W{moment.isocalendar().week:02}"


WEEK, NEXT, GOING_ON = (week_of(at(monday)) for monday in ("mon 09:00", "mon+1 09:00", "mon+2 09:00"))


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    """Of the first week two messages answered, one with two bodies, four that wait, and one registered by mistake."""
    async with installation.office() as office:
        for topic, bodies in (("potholes", ("roads",)), ("kindergarten-places", ("housing", "roads"))):
            case = await Case.begin(office)
            await case.route(*bodies, topic=topic)
            for _ in bodies[1:]:
                await case.contribute()
            await case.answer(url=f"https://vk.com/wall-1_{case.id}")
        for starts in ("tue 09:00", "wed 09:00", "thu 09:00"):
            await Case.begin(office, starts, to=["health"])
        await Case.begin(office, "sun 12:00")
        mistake = await Case.begin(office, "wed 09:00")
        await mistake.close("registered_by_mistake")
        yield office


async def summary(office: Office, week: str = WEEK, person: str = "curator") -> dict[str, Any]:
    return taken(await office.get(person, f"/reports/weekly/{week}"))


async def test_programs_are_told_the_numbers_of_a_week(office: Office) -> None:
    """That each is right, `test_reports` counts again."""
    found = await summary(office)
    same = taken(await office.get("deputy-policy", f"/reports/weekly/{WEEK}.json"))
    assert same | {"made_at": found["made_at"]} == found
    assert (found["week"], found["made_by"]) == (WEEK, None)
    assert (found["totals"]["received"], found["totals"]["answered"], found["totals"]["open"]) == (6, 2, 4)
    assert {it["body"] for it in found["bodies"]} == {"roads", "health", "housing"}
    assert "Без темы, ещё не направлены: 1 сообщение." in found["gaps"]
    for of in (found["totals"], *found["bodies"], *found["topics"]):
        assert set(of) >= FIGURES | {"previous"}
        assert set(of["previous"]) == FIGURES


async def test_documents_have_the_numbers_of_the_json_and_are_on_the_record_of_access(office: Office) -> None:
    found = WeeklySummary.model_validate(await summary(office))
    balance = contents.of(found).balance
    book = await office.get("deputy-policy", f"/reports/weekly/{WEEK}.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(book.content))["Сводка"]
    assert balance in [row[0] for row in sheet.iter_rows(values_only=True)]
    asked = {"person": "deputy-policy", "call": "export"}
    assert len(taken(await office.call("admin", "GET", "/access", params=asked))["items"]) == 1
    pdf = await office.get("head", f"/reports/weekly/{WEEK}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert f'filename="otklik-{WEEK}.pdf"' in pdf.headers["content-disposition"]
    text = "".join(each.extract_text() for each in pypdf.PdfReader(BytesIO(pdf.content)).pages)
    assert squeezed(balance) in squeezed(text)
    word = await office.get("head", f"/reports/weekly/{WEEK}.docx")
    assert balance in [paragraph.text for paragraph in docx.Document(BytesIO(word.content)).paragraphs]
    everything = text + word.text + found.model_dump_json()
    assert "Советск" not in everything and "Житель" not in everything


def squeezed(text: str) -> str:
    return _DETAIL.sub("", text)


async def test_it_is_made_on_monday_kept_and_made_again_with_what_was_reported_since(office: Office) -> None:
    await Case.begin(office, "tue+1 09:00")
    monday = at("mon+2 08:00")
    await office.drive("weekly", monday - timedelta(seconds=1))  # the week before
    assert (await summary(office, NEXT))["version"] == 0
    assert [await office.drive("weekly", monday) for _ in range(2)] == [1, 0]
    kept = await summary(office, NEXT, "head")
    assert (kept["version"], kept["totals"]["received"]) == (1, 1)
    notices = taken(await office.get("deputy-policy", "/notices", limit=50))["items"]
    (notice,) = (item for item in notices if f"({NEXT})" in item["text"])
    assert (notice["kind"], notice["message"], notice["at"]) == ("weekly_summary", None, monday.isoformat())
    assert "поступило 1 сообщение" in notice["text"]

    case = await Case.begin(office, "thu+1 12:00")
    await case.route("roads", topic="potholes")
    await case.report("Тему обсуждает весь город.")
    assert (await summary(office, NEXT))["totals"]["received"] == 1
    refused(await office.post("curator", f"/reports/weekly/{NEXT}"), 403)
    assert "Составить заново" in await office.page("head", f"/reports/weekly/{NEXT}")
    again = taken(await office.post("deputy-policy", f"/reports/weekly/{NEXT}"))
    assert (again["version"], again["made_by"], again["totals"]["received"]) == (2, "deputy-policy", 2)
    assert await summary(office, NEXT) == again
    listed = taken(await office.get("curator", "/reports/weekly"))["items"]
    assert [(it["version"], it["made_by"]) for it in listed if it["week"] == NEXT] == [(2, "deputy-policy")]
    shown = await office.page("head", f"/reports/weekly/{NEXT}")
    assert "версия 2" in shown.replace("\u00a0", " ")
    (line,) = re.findall(rf"<tr[^>]*>(?:(?!</tr>).)*№ {case.id}<(?:(?!</tr>).)*</tr>", shown, re.DOTALL)
    assert "Ямы" in line and "potholes" not in line, "the topic by its title"


async def test_a_week_that_goes_on_has_a_page_with_its_documents_and_is_not_made_yet(office: Office) -> None:
    await Case.begin(office, "tue+2 09:00")
    assert (await summary(office, GOING_ON))["version"] == 0
    refused(await office.post("head", f"/reports/weekly/{GOING_ON}"), 409, "не закончилась")
    shown = await office.page("curator", f"/reports/weekly/{GOING_ON}")
    assert "Предварительно, по" in shown.replace("\u00a0", " ")
    for ending in ("docx", "xlsx", "pdf"):
        assert f'href="/reports/weekly/{GOING_ON}.{ending}"' in shown
        assert (await office.browse("curator", f"/reports/weekly/{GOING_ON}.{ending}")).status_code == 200
    assert "Составить заново" not in shown
    assert "style=" not in shown


async def test_weeks_that_nobody_can_have(office: Office) -> None:
    refused(await office.get("head", "/reports/weekly/2020-W10"), 404, WEEK)
    refused(await office.get("head", "/reports/weekly/2999-W10.docx"), 404, "ещё не началась")
    refused(await office.post("head", "/reports/weekly/2999-W10"), 404, "ещё не началась")
    refused(await office.get("head", "/reports/weekly/2026-47"), 422, "2026-W47")
    refused(await office.get("head", "/reports/weekly", cursor="x"), 422)


async def test_a_note_tells_the_governor_of_what_was_reported(office: Office) -> None:
    case = await Case.begin(office, "thu 12:00", to=["roads"])
    refused(await case.get("governor", "/governor-note.pdf"), 404, "не докладывали")
    assert "Справка (PDF)" not in await office.page("head", f"/messages/{case.id}")
    await case.report("Тему обсуждает весь город.")
    for person in ("governor", "head", "executor-roads"):
        note = await case.get(person, "/governor-note.pdf")
        assert note.headers["content-type"] == "application/pdf"
        (only,) = pypdf.PdfReader(BytesIO(note.content)).pages
        told = only.extract_text()
        assert "Тему обсуждает весь город." in told
        assert f"№ {case.id}" in told and "исполнитель не назначен" in told and "(п. 9)" in told
        assert "Житель" not in told
    refused(await case.get("executor-health", "/governor-note.pdf"), 404)
    for person, address in (("governor", "/overview"), ("head", f"/messages/{case.id}")):
        assert f"/messages/{case.id}/governor-note.pdf" in await office.page(person, address)

"""Documents and the page of a weekly summary, and the note to the Governor, as people get them (cl. 21)."""

import re
from collections.abc import AsyncIterator
from io import BytesIO

import docx
import openpyxl
import pypdf
import pytest

from api.web.session import COOKIE
from service.reports.weekly import contents
from service.reports.weekly.summary import WeeklySummary
from tests.api.messages.apart import installation
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, refused, taken
from tests.api.messages.week import at

__all__ = ["installation"]

WEEK = f"{at('mon 09:00').isocalendar().year}-W{at('mon 09:00').isocalendar().week:02}"
_DETAIL = re.compile(r"\s+|\u00ad")


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    """Two messages answered, one with two bodies, one that waits, and one registered by mistake."""
    async with installation.office() as office:
        for bodies in (("roads",), ("housing", "roads")):
            case = await Case.begin(office)
            await case.route(*bodies)
            for _ in bodies[1:]:
                await case.contribute()
            await case.answer(url=f"https://vk.com/wall-1_{case.id}")
        await Case.begin(office, "wed 12:00")
        mistake = await Case.begin(office, "wed 12:00")
        await mistake.close("registered_by_mistake")
        yield office


def squeezed(text: str) -> str:
    return _DETAIL.sub("", text)


async def test_documents_have_the_numbers_of_the_json(office: Office) -> None:
    summary = WeeklySummary.model_validate(taken(await office.get("curator", f"/reports/weekly/{WEEK}")))
    balance = contents.of(summary).balance
    assert summary.totals.received == 3
    for person in ("curator", "head", "deputy-policy"):
        book = await office.get(person, f"/reports/weekly/{WEEK}.xlsx")
        sheet = openpyxl.load_workbook(BytesIO(book.content))["Сводка"]
        assert balance in [row[0] for row in sheet.iter_rows(values_only=True)]
    pdf = await office.get("head", f"/reports/weekly/{WEEK}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert f'filename="otklik-{WEEK}.pdf"' in pdf.headers["content-disposition"]
    text = "".join(each.extract_text() for each in pypdf.PdfReader(BytesIO(pdf.content)).pages)
    assert squeezed(balance) in squeezed(text)
    word = await office.get("head", f"/reports/weekly/{WEEK}.docx")
    assert balance in [paragraph.text for paragraph in docx.Document(BytesIO(word.content)).paragraphs]
    everything = text + word.text
    assert "Советск" not in everything and "Житель" not in everything


async def test_documents_are_on_the_record_of_access(office: Office) -> None:
    await office.get("deputy-policy", f"/reports/weekly/{WEEK}.xlsx")
    asked = {"person": "deputy-policy", "call": "export"}
    found = taken(await office.call("admin", "GET", "/access", params=asked))["items"]
    assert len(found) == 2


async def test_there_is_no_document_of_a_week_that_is_none(office: Office) -> None:
    for ending in ("docx", "xlsx", "pdf"):
        refused(await office.get("head", f"/reports/weekly/2999-W10.{ending}"), 404, "ещё не началась")
        refused(await office.get("executor-roads", f"/reports/weekly/{WEEK}.{ending}"), 403)


async def test_the_page_says_what_it_is_of_and_has_its_documents(office: Office) -> None:
    shown = (await office.browse("curator", f"/reports/weekly/{WEEK}")).text
    assert "Предварительно, по" in shown.replace("\u00a0", " ")
    for ending in ("docx", "xlsx", "pdf"):
        assert f'href="/reports/weekly/{WEEK}.{ending}"' in shown
        assert (await office.browse("curator", f"/reports/weekly/{WEEK}.{ending}")).status_code == 200
    assert "Составить заново" not in shown
    assert 'aria-label="Неделей раньше' in shown
    assert "style=" not in shown


async def test_pictures_come_by_themselves_and_then_with_the_page(office: Office) -> None:
    address = f"/reports/weekly/{WEEK}/pictures/bodies"
    while "Рисунок готовится" in (drawn := (await office.browse("head", address)).text):
        pass
    assert "<svg" in drawn and "var(--good)" in drawn and "style=" not in drawn
    shown = (await office.browse("head", f"/reports/weekly/{WEEK}")).text
    assert shown.count("<svg") >= 4 and "Рисунок готовится" not in shown


async def test_a_summary_is_made_again_by_the_page_with_what_was_reported_since(office: Office) -> None:
    driven = await office.post("curator", "/training/schedules/weekly", {"at": at("mon+1 08:00").isoformat()})
    assert taken(driven)["done"] == 1
    shown = (await office.browse("head", f"/reports/weekly/{WEEK}")).text
    assert "Составлена" in shown and "Составить заново" in shown
    case = await Case.begin(office, "thu 12:00")
    await case.route("roads", topic="potholes")
    await case.report("Тему обсуждает весь город.")
    headers = {"Cookie": f"{COOKIE}={await office.token('head')}", "Sec-Fetch-Site": "same-origin"}
    answer = await office.http.post(f"/reports/weekly/{WEEK}", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reports/weekly/{WEEK}?made=true")
    shown = (await office.browse("head", f"/reports/weekly/{WEEK}")).text
    assert "версия 2" in shown.replace("\u00a0", " ")
    (line,) = re.findall(rf"<tr[^>]*>(?:(?!</tr>).)*№ {case.id}<(?:(?!</tr>).)*</tr>", shown, re.DOTALL)
    assert "Ямы" in line and "potholes" not in line, "the topic by its title"
    newest = await office.browse("curator", "/reports/weekly")
    assert newest.headers["location"] == f"/reports/weekly/{WEEK}"


# ---- the Governor


async def test_a_note_tells_the_governor_of_what_was_reported(office: Office) -> None:
    case = await Case.begin(office, "thu 12:00", to=["roads"])
    refused(await case.get("governor", "/governor-note.pdf"), 404, "не докладывали")
    assert "Справка (PDF)" not in (await office.browse("head", f"/messages/{case.id}")).text
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
        assert f"/messages/{case.id}/governor-note.pdf" in (await office.browse(person, address)).text


async def test_a_note_on_the_longest_text_is_one_page(office: Office) -> None:
    case = await Case.begin(
        office,
        "thu 12:00",
        text="Нет тепла. " * 1_800,
    )
    await case.report("Замерзает дом. " * 1_300)
    note = await case.get("governor", "/governor-note.pdf")
    (only,) = pypdf.PdfReader(BytesIO(note.content)).pages
    assert "Текст приведён не полностью" in only.extract_text()

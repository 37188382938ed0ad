"""Papers as people get them: the file of a message, and what the head tells of what nobody acknowledged."""

import re
from hashlib import sha256
from io import BytesIO
from typing import Any

import docx
import pypdf
import pytest

from calendar_rules.vocabulary import NoticeKind
from tests.api.messages.apart import installation, office
from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

__all__ = ["installation", "office"]
# An installation of these tests alone: what others escalated would be told of here.


def read(content: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


async def test_the_file_of_a_message_has_everything_of_it_in_an_archive(office: Office) -> None:
    case = await Case.begin(office, "mon 09:00", text="Нет света 😡 третий день.", to=["roads"])
    await case.at("mon 16:00")
    await case.submit(attachments=[await case.attach("executor-roads", name="фото двора.png")])
    found = await case.get("head", "/file.pdf")
    assert found.status_code == 200 and found.headers["content-type"] == "application/pdf"
    assert f"otklik-materialy-{case.id}.pdf" in found.headers["content-disposition"]
    reader = pypdf.PdfReader(BytesIO(found.content))
    catalog: Any = reader.trailer["/Root"]
    marks = catalog["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in marks
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/OutputIntents"]
    (name, (content,)) = next(iter(reader.attachments.items()))
    assert name == "prilozhenie-01.png" and content.startswith(b"\x89PNG")
    (inside,) = catalog["/AF"]
    assert inside.get_object()["/AFRelationship"] == "/Supplement"
    assert inside.get_object()["/Desc"] == "фото двора.png"

    told = read(found.content)
    for said in (
        f"Материалы по сообщению № {case.id}",
        "Департамент внутренней политики Ивановской области",
        "Нет света [U+1F621] третий день.",
        "Сообщение зарегистрировано",
        "Направлено для ответа",
        "Срок подготовки проекта ответа (пункт 10)",
        "обед",
        "Журнал цел",
        "Направлены сведения",
    ):
        assert said in told, said
    assert "Департамент дорожного хозяйства и транспорта Ивановской области, Горелова С. Ю." in told.replace(
        "\u00a0", " "
    )
    assert sha256(content).hexdigest()[:16] in told
    rows = await case.journal()
    assert f"Строк {len(rows)}" in told


@pytest.mark.server
async def test_the_file_tells_what_an_answer_promised_and_what_its_author_said(office: Office) -> None:
    case = await Case.begin(office, "mon 09:00", to=["roads"])
    promise = {"what": "Засыпать яму у дома 14.", "by": case.moment("wed 18:00").isoformat()}
    await case.answer(promises=[promise])
    (given,) = (await case.look())["promises"]
    moved = {"by": case.moment("fri 12:00").isoformat(), "reason": "Нет материала."}
    for how, body in (
        ("moved", moved),
        ("kept", {"evidence": "https://vk.com/wall-1_9", "note": "Сделано."}),
    ):
        taken(await office.post("executor-roads", f"/promises/{given['id']}/{how}", body))
    said = {"verdict": "content", "reply": "Спасибо, доехали."}
    taken(await office.call("head", "PUT", f"/messages/{case.id}/verdict", json=said))
    told = read((await case.get("head", "/file.pdf")).content).replace("\u00a0", " ")
    for words in (
        "Засыпать яму у дома 14.",
        "Перенесено",
        "Нет материала.",
        "https://vk.com/wall-1_9",
        "Сделано.",
        "Автор доволен",
        "Спасибо, доехали.",
    ):
        assert words in told, words


async def test_whoever_may_not_see_the_message_gets_no_file_of_it(office: Office) -> None:
    case = await Case.begin(office, to=["roads"])
    refused(await case.get("executor-health", "/file.pdf"), 404)
    assert (await case.get("executor-roads", "/file.pdf")).status_code == 200
    shown = await case.page("executor-roads")
    assert f'href="/messages/{case.id}/file.pdf"' in shown and "Материалы по сообщению" in shown
    asked = {"person": "executor-roads", "call": "export", "message": case.id}
    assert taken(await office.call("admin", "GET", "/access", params=asked))["items"]


async def test_the_head_tells_the_chairman_of_what_nobody_acknowledged(office: Office) -> None:
    refused(await office.get("head", "/shortcomings/unacknowledged.docx"), 404, "составлять нечего")
    refused(await office.get("deputy", "/shortcomings/unacknowledged.docx"), 403)
    case = await Case.begin(office, "mon 09:00", to=["housing"])
    await case.at("fri 16:00")
    await office.drive("channels", at("fri 16:00"))
    found = await office.get("head", "/shortcomings/unacknowledged.docx")
    assert found.status_code == 200, found.text
    told = in_word(found.content)
    for said in (
        "Докладная записка",
        "Председателю Правительства Ивановской области",
        "В соответствии с пунктом 20 Положения, утверждённого приказом № 238 от 17.08.2020",
        "не подтверждено в течение 4 рабочих часов с направления",
        "Тихомиров Г. Н., заместитель Председателя Правительства Ивановской области",
        "И. В. Лобанова",
    ):
        assert said in told, said
    assert told.count(f"№ {case.id} ") == 1
    shown = await office.page("head", "/shortcomings")
    assert "/shortcomings/unacknowledged.docx" in shown

    await acknowledge(office, "head", NoticeKind.UNACKNOWLEDGED)
    again = await office.get("head", "/shortcomings/unacknowledged.docx")
    assert f"№ {case.id} " in in_word(again.content)
    await acknowledge(office, "deputy", NoticeKind.ESCALATION)
    refused(await office.get("head", "/shortcomings/unacknowledged.docx"), 404, "составлять нечего")


def in_word(content: bytes) -> str:
    word = docx.Document(BytesIO(content))
    cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
    return " ".join([*(paragraph.text for paragraph in word.paragraphs), *cells]).replace("\u00a0", " ")


async def acknowledge(office: Office, person: str, kind: NoticeKind) -> None:
    told = taken(await office.get(person, "/notices"))["items"]
    for notice in [it for it in told if it["kind"] == kind]:
        taken(await office.post(person, f"/notices/{notice['id']}/acknowledgement", {}))

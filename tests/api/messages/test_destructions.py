"""Acts of destruction over HTTP: whom they are shown, what they say, and the document."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlmodel import select

from store.commands.tables import CommandRow
from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken

BASIS = {"basis": "subject_request", "document": "№ 14", "dated": "2027-01-12"}
GROUND = "Требование субъекта персональных данных или его представителя: № 14 от 12.01.2027"


async def acts_of(office: Office, case: Case) -> list[dict[str, Any]]:
    return taken(await office.get("admin", "/destructions", message=case.id))["items"]  # type: ignore[no-any-return]


async def an_erased_message(office: Office) -> Case:
    case = await Case.begin(office, author="Пелагея Редкая", text="Лужа у дома.")
    await case.note("Снимок.", attachments=[await case.attach()])
    taken(await case.post("admin", "/erasure", BASIS))
    return case


async def test_what_there_is_not_is_said(office: Office) -> None:
    refused(await office.get("admin", "/destructions/999999"), 404, "999999")
    refused(await office.get("admin", "/destructions/999999.docx"), 404, "999999")
    refused(await office.get("admin", "/destructions/x"), 422)
    refused(await office.get("admin", "/destructions", message="x"), 422, "номер")
    refused(await office.call("admin", "GET", "/destructions?person=x"), 422)


async def test_an_erasure_leaves_one_act_and_its_document_without_a_name(office: Office) -> None:
    case = await an_erased_message(office)
    # Erasing once more destroys nothing.
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    [summary] = await acts_of(office, case)
    act = taken(await office.get("admin", f"/destructions/{summary['id']}"))
    assert (act["person"], act["ground"]) == ("admin", GROUND)
    assert act["messages"] == [case.id]
    assert {item["key"]: item["amount"] for item in act["categories"]}.keys() == {
        *("author_and_link", "texts", "files", "requests")
    }
    ended, until = (datetime.fromisoformat(act[name]) for name in ("ended_at", "backups_until"))
    assert until - ended == timedelta(days=30)
    assert sum(entry["amount"] for entry in act["entries"]) == sum(
        item["amount"] for item in act["categories"]
    )
    answer = await office.get("admin", f"/destructions/{summary['id']}.docx")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'"destruction-{summary["id"]}.docx"')
    document = docx.Document(BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for part in (f"АКТ № {summary['id']}", f"Автор сообщения № {case.id}", GROUND, "г. Иваново"):
        assert part in said
    assert "Пелаг" not in said
    assert "администратора" not in said, "the head signs, whoever gave the command"


@pytest.mark.parametrize(
    ("key", "kept"),
    [("0b6d4c1e-7a55-4f0e-9d53-0d6a5d1c2f11", "0b6d4c1e"), ("note of vk.com/wall-1_2", "masked")],
    ids=["by chance", "of something"],
)
async def test_a_step_repeated_under_its_key_after_an_erasure_tells_its_outcome(
    office: Office, key: str, kept: str
) -> None:
    case, note = await Case.begin(office), {"text": "Снимок."}
    taken(await case.post("curator", "/notes", note, key=key))
    await office.service.messages.outcomes.settled()
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    async with office.database.read() as session:
        commands = await session.exec(select(CommandRow).where(CommandRow.message == int(case.id)))
        keys = [row.key for row in commands if row.name == "note"]
    assert [key.partition("-")[0] for key in keys] == [kept]
    rows = len(await case.journal())
    taken(await case.post("curator", "/notes", note, key=key))
    assert len(await case.journal()) == rows
    other = await Case.begin(office)
    refused(await other.post("curator", "/notes", note, key=key), 422, "Idempotency-Key")

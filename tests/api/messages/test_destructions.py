"""Acts of destruction over HTTP: whom they are shown, what they say, and the document."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlmodel import select

from store.commands.tables import CommandRow
from store.messages.tables import MessageTextRow
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


async def test_an_erasure_leaves_one_act_without_a_name(office: Office) -> None:
    case = await an_erased_message(office)
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


async def test_erasing_once_more_destroys_nothing_and_leaves_no_act(office: Office) -> None:
    case = await an_erased_message(office)
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    assert len(await acts_of(office, case)) == 1


async def test_acts_are_listed_page_by_page_newest_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.personal_data import destructions

    monkeypatch.setattr(destructions, "PAGE", 1)
    for _ in range(2):
        await an_erased_message(office)
    first = taken(await office.get("admin", "/destructions"))
    second = taken(await office.get("admin", "/destructions", cursor=first["next"]))
    assert first["items"][0]["id"] > second["items"][0]["id"]


async def test_the_document_has_what_the_order_of_roskomnadzor_names(office: Office) -> None:
    case = await an_erased_message(office)
    [summary] = await acts_of(office, case)
    answer = await office.get("admin", f"/destructions/{summary['id']}.docx")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'"destruction-{summary["id"]}.docx"')
    document = docx.Document(BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for part in (
        *(f"АКТ № {summary['id']}", "Оператор", "Адрес оператора", f"Автор сообщения № {case.id}"),
        *("Категории уничтоженных персональных данных", "имя (псевдоним) автора", "«Отклик»"),
        *(
            "Способ уничтожения",
            GROUND,
            "Дата уничтожения",
            "(подпись)",
        ),
        *("г. Иваново", "в служебных журналах сервера исполнения процессов"),
        *("Выгрузка из журнала", "Резервные копии", "три года"),
    ):
        assert part in said
    assert "Пелаг" not in said
    department = next(cells[place + 1] for place, text in enumerate(cells) if text == "Оператор")
    assert department.startswith("Департамент")


async def test_a_step_repeated_under_its_key_after_an_erasure_tells_its_outcome(office: Office) -> None:
    case = await Case.begin(office)
    key = "0b6d4c1e-7a55-4f0e-9d53-0d6a5d1c2f11"
    note = {"text": "Снимок."}
    taken(await case.post("curator", "/notes", note, key=key))
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    rows = len(await case.journal())
    taken(await case.post("curator", "/notes", note, key=key))
    assert len(await case.journal()) == rows
    other = await Case.begin(office)
    refused(await other.post("curator", "/notes", note, key=key), 422, "Idempotency-Key")


async def test_a_key_made_of_something_is_masked_and_still_answers_its_repetition(office: Office) -> None:
    case = await Case.begin(office)
    taken(await case.post("curator", "/notes", {"text": "Снимок."}, key="note of vk.com/wall-1_2"))
    await office.service.messages.outcomes.settled()
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    async with office.database.read() as session:
        keys = [
            row.key
            for row in await session.exec(select(CommandRow).where(CommandRow.message == int(case.id)))
            if row.name == "note"
        ]
    assert [key.partition("-")[0] for key in keys] == ["masked"]
    rows = len(await case.journal())
    taken(await case.post("curator", "/notes", {"text": "Снимок."}, key="note of vk.com/wall-1_2"))
    assert len(await case.journal()) == rows


async def test_the_ground_is_kept_as_it_is_shown(office: Office) -> None:
    case = await an_erased_message(office)
    async with office.database.read() as session:
        texts = await session.exec(select(MessageTextRow).where(MessageTextRow.message == int(case.id)))
        grounds = [row.content for row in texts if row.lasting]
    assert grounds == [GROUND]

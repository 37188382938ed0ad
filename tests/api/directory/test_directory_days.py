"""Entries of the directory hold from a day, and nobody stops working with something open that nobody is shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlmodel import select

from service.directory.replacement import note_command_line
from store.database.engines import Database
from store.directory import change as directory_change
from store.directory import rows as directory_rows
from store.directory.file import DirectoryError
from store.messages.tables import LimitRunRow
from store.people.tables import BodyRow, DatedValueRow, PersonRoleRow
from tests.api.conftest import token_of
from tests.api.directory.test_admin_pages import admin, sit, text_of
from tests.api.directory.test_directory_editing import ROADS, ledger, saved
from tests.api.directory.test_directory_page import applied, compared, downloaded, row_of
from tests.message_row import message_row, message_state
from workflows.state import Holder, LimitRun

__all__ = ["admin", "sit"]

DAY = timedelta(days=1)


@pytest.fixture
def now(app: FastAPI) -> datetime:
    return datetime.now(app.state.rules.zone)


async def open_message(db: Database, number: int, now: datetime, *, name: str, **fields: Any) -> None:
    due = now + DAY
    run = LimitRun.model_validate(
        {
            "number": 1,
            "name": name,
            "clause": 14 if name == "final_draft" else 10,
            "holder": Holder.model_validate({"role": "executor", "body": "roads"}),
            "calendar": "roads",
            "term": {"amount": "PT5H", "unit": "working_hours"},
            "started_at": now,
            "due_at": due,
        }
    )
    snapshot = message_state(now, str(number)).model_dump(mode="json", exclude={"limits"})
    async with db.write() as session:
        session.add(message_row(number, now, snapshot=snapshot, **fields))
        await session.flush()
        session.add(
            LimitRunRow(
                message=number,
                number=1,
                name=name,
                holder_role="executor",
                holder_body="roads",
                started_at=now,
                due_at=due,
                run=run.model_dump(mode="json", by_alias=True),
            )
        )


# ---- from a day


async def test_a_title_from_a_day_to_come_is_shown_on_record_and_can_be_withdrawn(
    admin: AsyncClient, db: Database, now: datetime
) -> None:
    later = now.date() + 10 * DAY
    typed = {**ROADS, "title": "Департамент транспорта", "short": "Транспорт", "since": f"{later:%d.%m.%Y}"}
    assert (await saved(admin, "/admin/bodies/roads", typed)).status_code == 303
    page = text_of(await admin.get("/admin/bodies/roads"))
    assert f"с {later:%d.%m.%Y} наименование: Департамент транспорта (Транспорт)" in page
    async with db.read() as session:
        row = await session.get(BodyRow, "roads")
        assert row is not None
        assert row.title != "Департамент транспорта"
    assert f"С какого числа {later:%d.%m.%Y}" in ledger(await admin.get("/admin/changes"))
    gone = await admin.post("/admin/bodies/roads/withdraw", data={"since": later.isoformat()})
    assert gone.status_code == 303
    assert "Запланировано" not in text_of(await admin.get("/admin/bodies/roads"))
    assert f"Отменено: с {later:%d.%m.%Y}" in ledger(await admin.get("/admin/changes"))
    again = await admin.post("/admin/bodies/roads/withdraw", data={"since": later.isoformat()})
    assert again.status_code == 404


async def test_a_title_that_was_entered_late_holds_from_its_day(
    admin: AsyncClient, db: Database, now: datetime
) -> None:
    before = now.date() - 10 * DAY
    typed = {**ROADS, "title": "Департамент транспорта", "since": before.isoformat()}
    assert (await saved(admin, "/admin/bodies/roads", typed)).status_code == 303
    async with db.read() as session:
        rows = await session.exec(select(DatedValueRow).where(DatedValueRow.subject == "roads"))
        titles = {row.since: row.value[0] for row in rows}
        row = await session.get(BodyRow, "roads")
    assert titles[before] == "Департамент транспорта"
    assert len(titles) == 2
    assert row is not None
    assert row.title == "Департамент транспорта"


async def test_a_day_that_is_none_is_refused_and_what_was_typed_stays(admin: AsyncClient) -> None:
    page = await saved(admin, "/admin/bodies/roads", {**ROADS, "title": "Дороги и мосты", "since": "весной"})
    assert (page.status_code, "укажите дату" in text_of(page)) == (422, True)
    assert 'value="Дороги и мосты"' in page.text


async def test_an_office_from_a_day_to_come_is_shown_to_both(
    admin: AsyncClient, db: Database, now: datetime
) -> None:
    later = now.date() + 10 * DAY
    person = {"name": "Новый исполнитель", "position": "Консультант", "roles": "", "key": "newcomer"}
    added = await admin.post("/admin/people/new", data={**person, "executor": "roads"})
    assert added.status_code == 303
    typed = {**person, "executor": "housing", "active": "yes", "since": later.isoformat()}
    assert (await saved(admin, "/admin/people/newcomer", typed)).status_code == 303
    page = text_of(await admin.get("/admin/people/newcomer"))
    assert f"с {later:%d.%m.%Y}" in page
    assert "с этого числа" in page
    assert "до этого числа" in page
    of_body = text_of(await admin.get("/admin/bodies/housing"))
    assert "Исполнитель: Новый исполнитель — с этого числа" in of_body
    async with db.read() as session:
        held = select(PersonRoleRow.body, PersonRoleRow.until).where(PersonRoleRow.person == "newcomer")
        assert (await session.exec(held)).all() == [("roads", None)]


# ---- what is open


async def active_and_successor(db: Database) -> tuple[bool, str | None]:
    async with db.read() as session:
        row = await session.get(BodyRow, "roads")
    assert row is not None
    return row.active, row.successor


async def test_a_body_is_closed_once_its_successor_is_named(
    admin: AsyncClient, db: Database, now: datetime
) -> None:
    fields = {"current_body": "roads", "step_body": "roads"}
    await open_message(db, 1, now, name="draft", stage="preparation", assignee="executor-roads", **fields)
    await open_message(db, 2, now, name="final_draft", stage="awaiting_final", **fields)
    await open_message(db, 3, now, name="draft", stage="closed", **fields)
    page = text_of(await admin.get("/admin/bodies/roads"))
    assert "Не завершено у органа: 2" in page
    assert "Обещан окончательный ответ: 1" in page
    closing = {name: text for name, text in ROADS.items() if name != "active"}
    asked = await saved(admin, "/admin/bodies/roads", closing)
    assert (asked.status_code, "Укажите преемника" in text_of(asked)) == (422, True)
    assert 'href="/messages/2"' in asked.text
    assert (await saved(admin, "/admin/bodies/roads", {**closing, "successor": "housing"})).status_code == 303
    assert await active_and_successor(db) == (False, "housing")
    assert "Преемник housing" in ledger(await admin.get("/admin/changes"))


async def test_a_body_may_have_no_successor_and_that_is_said(
    admin: AsyncClient, db: Database, now: datetime
) -> None:
    await open_message(db, 1, now, name="draft", stage="preparation", current_body="roads")
    closing = {name: text for name, text in ROADS.items() if name != "active"}
    assert (await saved(admin, "/admin/bodies/roads", {**closing, "successor": "-"})).status_code == 303
    assert await active_and_successor(db) == (False, None)
    async with db.read() as session:
        assert await directory_rows.answering(session, ["roads", "housing"]) == {"housing": "ЖКХ"}
        assert "roads" in {body.key for body in await directory_rows.bodies(session)}, "its messages name it"


async def test_a_workbook_closes_a_body_once_its_successor_is_named(
    admin: AsyncClient, db: Database, now: datetime
) -> None:
    await open_message(db, 1, now, name="final_draft", stage="awaiting_final", current_body="roads")
    book = await downloaded(admin)
    row_of(book, "bodies", "roads")["Действует"].value = "нет"
    told = text_of(await compared(admin, book))
    assert "не завершено сообщений: 1 (№ 1), обещан окончательный ответ: 1. Укажите преемника" in told
    row_of(book, "bodies", "roads")["Преемник"].value = "housing"
    assert (await applied(admin, await compared(admin, book))).status_code == 303
    assert await active_and_successor(db) == (False, "housing")


async def test_a_file_closes_no_body_for_which_something_is_open(db: Database, now: datetime) -> None:
    async with db.read() as session:
        before = await directory_change.whole(session)
        closed = [body.model_copy(update={"active": body.key != "roads"}) for body in before.bodies]
        after = before.model_copy(update={"bodies": tuple(closed)})
        await note_command_line(session, before, after)
    await open_message(db, 1, now, name="draft", stage="preparation", current_body="roads")
    async with db.read() as session:
        with pytest.raises(DirectoryError, match=r"не завершено сообщений: 1 \(№ 1\).*на его странице"):
            await note_command_line(session, before, after)


async def test_what_is_open_is_listed_for_programs_too(
    http: AsyncClient, db: Database, now: datetime
) -> None:
    async def get(person: str, address: str) -> Response:
        token = await token_of(http, person)
        return await http.get(address, headers={"Authorization": f"Bearer {token}"})

    fields = {"stage": "awaiting_final", "current_body": "roads", "curator": "curator"}
    await open_message(db, 1, now, name="final_draft", assignee="executor-roads", **fields)
    for address in ("/api/bodies/roads/open", "/api/people/curator/open"):
        (item,) = (await get("admin", address)).json()["items"]
        assert (item["message"], item["promised"], item["limit"]) == ("1", True, "final_draft")
        assert datetime.fromisoformat(item["due_at"]) == now + DAY
    assert (await get("curator", "/api/bodies/housing/open")).json() == {"items": [], "next": None}
    assert (await get("executor-roads", "/api/bodies/roads/open")).status_code == 403

"""Texts typed and not sent yet: kept for whoever typed them, and gone once sent, erased or a week old."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from httpx import Response
from sqlmodel import select

from api.web.session import COOKIE
from store.messages.tables import UnsentTextRow
from store.personal_data.retention import delete_unsent_texts
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import refused, taken

DRAFT = {"kind": ["answer"], "text": ["Здравствуйте! Пелагея, засыплем завтра."]}


async def keep(
    case: Case,
    person: str,
    fields: object,
    *,
    key: str = "",
    over: str | None = None,
    command: str = "submit_draft",
) -> Response:
    cookie = f"{COOKIE}={await case.office.token(person)}"
    body: dict[str, Any] = {"key": key or uuid4().hex, "fields": fields, "over": over}
    return await case.office.http.post(
        f"/messages/{case.id}/unsent/{command}", json=body, headers={"Cookie": cookie}
    )


async def rows(case: Case) -> list[UnsentTextRow]:
    async with case.office.database.read() as session:
        return list(await session.exec(select(UnsentTextRow).where(UnsentTextRow.message == int(case.id))))


async def test_a_text_is_kept_over_the_version_it_was_written_over_only(begin: Begin) -> None:
    case = await begin(to=["roads"])
    first = taken(await keep(case, "executor-roads", DRAFT))
    other = {**DRAFT, "text": ["Другой текст."]}
    differs = await keep(case, "executor-roads", other)
    assert differs.status_code == 409
    assert differs.json()["fields"] == DRAFT
    second = taken(await keep(case, "executor-roads", other, over=first["saved_at"]))
    # The same words twice are not two versions.
    assert taken(await keep(case, "executor-roads", other))["saved_at"] == second["saved_at"]
    assert [row.fields for row in await rows(case)] == [other]


async def test_a_text_goes_once_it_is_sent_and_does_not_come_back_behind_it(begin: Begin) -> None:
    case = await begin(to=["roads"])
    key = uuid4().hex
    saved = taken(await keep(case, "executor-roads", DRAFT, key=key))
    body = {"kind": "answer", "text": DRAFT["text"][0]}
    taken(await case.post("executor-roads", "/drafts", body, key=key))
    await case.office.get("curator", "/messages")  # waits until the outcome is written
    assert await rows(case) == []
    late = {**DRAFT, "text": ["Здравствуйте! Пелагея, засыплем завтра. Ещё"]}
    assert taken(await keep(case, "executor-roads", late, key=key, over=saved["saved_at"])) == {"given": True}
    assert await rows(case) == []


async def test_only_the_writer_has_the_text_and_only_who_sees_the_message_may_write(begin: Begin) -> None:
    case = await begin(to=["roads"])
    assert (await keep(case, "executor-health", DRAFT)).status_code == 404
    taken(await keep(case, "executor-roads", DRAFT))
    page = await case.page("responsible-roads")
    assert "пишет ответ" in page
    assert "засыплем завтра" not in page


async def test_what_is_no_field_of_the_form_is_not_kept_and_too_much_is_refused(begin: Begin) -> None:
    case = await begin(to=["roads"])
    taken(await keep(case, "executor-roads", {"text": ["Да"], "password": ["1"], "key": ["2"]}))
    assert [row.fields for row in await rows(case)] == [{"text": ["Да"]}]
    assert (await keep(case, "executor-roads", {"text": ["я" * 60_001]})).status_code == 422
    assert (await keep(case, "executor-roads", ["text"])).status_code == 422
    assert (await keep(case, "executor-roads", DRAFT, command="no_such")).status_code == 422


async def test_what_is_not_sent_stays_until_nobody_touches_it_for_a_week_or_it_is_erased(
    begin: Begin,
) -> None:
    case, other = await begin(to=["roads"]), await begin(to=["roads"])
    taken(await keep(case, "executor-roads", {"text": ["Размещено."]}, command="author_replied"))
    refused(await case.post("executor-roads", "/author-reply", {"text": "Ответ"}), 403)
    taken(await keep(other, "executor-roads", DRAFT))
    async with case.office.database.write() as session:
        assert await delete_unsent_texts(session, datetime.now(UTC) - timedelta(hours=1), 500) == 0
    assert [len(await rows(each)) for each in (case, other)] == [1, 1]
    taken(await other.post("admin", "/erasure", {"basis": "subject_request"}))
    assert await rows(other) == []
    async with case.office.database.write() as session:
        assert await delete_unsent_texts(session, datetime.now(UTC) + timedelta(hours=1), 500) >= 1
    assert await rows(case) == []

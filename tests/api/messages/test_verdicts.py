"""Verdict of the author on the answer: put by a person, never by the program, and kept for good (cl. 19)."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from store.messages.tables import MessageRow, MessageTextRow
from store.verdicts import verdicts
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.test_author_replies import asked, found
from tests.api.messages.test_erasure import BASIS, ERASED

DENIED = "Никто не приехал, яма на месте."


async def put(case: Case, verdict: str, person: str = "head", **fields: Any) -> dict[str, Any]:
    body = {"verdict": verdict, **fields}
    answer = await case.office.call(person, "PUT", f"/messages/{case.id}/verdict", json=body)
    view: dict[str, Any] = taken(answer)["verdict"]
    return view


async def test_a_found_reply_is_read_by_a_person(begin: Begin, office: Office) -> None:
    case = await asked(begin, "answer")
    said = f"Спасибо! {uuid4().hex}"
    (reply,) = await found(office, case, said)
    assert (await case.look())["verdict"] is None
    after = await put(case, "content", "curator2", reply=reply["id"])
    assert (after["value"], after["reply"], after["url"]) == ("content", said, reply["url"])
    assert after["person"] == "curator2"
    (kept,) = taken(await office.get("curator", "/candidates", q=said))["items"]
    assert (kept["state"], kept["reason"]) == (
        "dismissed",
        f"Оценка автора, внесена в сообщение № {case.id}.",
    )
    assert await put(case, "content", "curator2", reply=reply["id"]) == after  # the same changes nothing
    listed = taken(await office.get("curator", "/messages", q=f"№ {case.id}"))["items"]
    assert [item["verdict"] for item in listed] == [after]
    (only, *_) = taken(await office.get("curator", "/messages", verdict="content"))["items"]
    assert only["id"] == case.id


async def test_a_reply_that_nothing_was_solved_may_still_become_a_repeated_message(
    begin: Begin, office: Office
) -> None:
    case, other = await asked(begin, "answer"), await asked(begin, "answer")
    said = f"{DENIED} {uuid4().hex}"
    (reply,) = await found(office, case, said)
    body = {"verdict": "content", "reply": reply["id"]}
    refused(await office.call("head", "PUT", f"/messages/{other.id}/verdict", json=body), 422)
    await put(case, "discontent", reply=reply["id"])
    (kept,) = taken(await office.get("curator", "/candidates", q=said))["items"]
    assert kept["state"] == "new"


async def test_what_was_said_before_stays_on_record(begin: Begin, office: Office) -> None:
    case = await asked(begin, "answer")
    path = f"/messages/{case.id}/verdict"
    answer = await office.call("curator", "PUT", path, json={"verdict": "content"})
    refused(answer, 403, "Вы согласовали этот ответ")
    await put(case, "content", "curator2", reply="Спасибо!")
    view = await put(case, "discontent", reply="Яма снова.")
    assert [(one["value"], one["person"], one["reply"]) for one in view["history"]] == [
        ("discontent", "head", "Яма снова."),
        ("content", "curator2", "Спасибо!"),
    ]
    for change in ("UPDATE verdict SET value = 'content'", "DELETE FROM verdict"):
        with pytest.raises(IntegrityError, match="verdicts are never changed or deleted"):
            async with office.database.write() as session:
                await (await session.connection()).execute(text(change))
    async with office.database.read() as session:
        connection = await session.connection()
        of_both = await connection.run_sync(verdicts.given, [int(case.id), 10**6])
    assert [one.value for one in of_both[int(case.id)]] == ["discontent", "content"]
    assert 10**6 not in of_both


async def test_refusals_come_in_the_order_of_the_contract(begin: Begin, office: Office) -> None:
    case = await begin("mon 09:00")
    path = f"/messages/{case.id}/verdict"
    good = {"verdict": "content"}
    refused(await office.call(None, "PUT", path, json=good), 401)
    refused(await office.call("executor-roads", "PUT", path, json={}), 404)
    refused(await office.call("governor", "PUT", path, json={}), 403)
    refused(await office.call("curator", "PUT", path, json={"verdict": "доволен"}), 422)
    refused(await office.call("curator", "PUT", path, json={**good, "reply": "1000000"}), 422, "под ответом")
    refused(await office.call("curator", "PUT", path, json=good), 409, "Ответа на это сообщение нет")
    assert (await case.look())["verdict"] is None


async def test_an_erasure_takes_the_words_and_leaves_the_verdict(begin: Begin, office: Office) -> None:
    case = await asked(begin, "answer")
    await put(case, "discontent", reply="Пелагея Щъдкая: яма на месте")
    taken(await case.post("admin", "/redact", {"fragment": "Щъдкая", **BASIS}))
    assert (await case.look())["verdict"]["reply"] == "Пелагея [удалено]: яма на месте"
    taken(await case.post("admin", "/erasure", BASIS))
    view = (await case.look())["verdict"]
    assert (view["value"], view["person"], view["reply"]) == ("discontent", "head", ERASED)
    refused(
        await office.call("head", "PUT", f"/messages/{case.id}/verdict", json={"verdict": "content"}), 409
    )
    async with office.database.read() as session:
        rows = await session.exec(select(MessageTextRow).where(MessageTextRow.message == int(case.id)))
        assert {row.content for row in rows if row.field.startswith("verdict")} == {ERASED}
        row = await session.get(MessageRow, int(case.id))
    assert row is not None and row.verdict == "discontent"

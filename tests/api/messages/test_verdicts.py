"""Verdict of the author on the answer: suggested by words of a reply, decided by a person, kept for good (cl. 19)."""

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


async def give(case: Case, verdict: str, person: str = "curator", **fields: Any) -> dict[str, Any]:
    body = {"verdict": verdict, **fields}
    answer = await case.office.call(person, "PUT", f"/messages/{case.id}/verdict", json=body)
    view: dict[str, Any] = taken(answer)["verdict"]
    return view


async def test_a_reply_suggests_and_a_person_decides(begin: Begin, office: Office) -> None:
    case = await asked(begin, "answer")
    said = f"{DENIED} {uuid4().hex}"
    (reply,) = await found(office, case, said)
    before = (await case.look())["verdict"]
    assert (before["value"], before["person"], before["history"]) == ("none", None, [])
    suggested = before["suggested"]
    assert (suggested["value"], suggested["reply"], suggested["text"]) == ("not_content", reply["id"], said)
    assert suggested["because"] == ["на месте", "Никто не приехал"]
    assert not suggested["by_author"]  # of «Житель 1» another «Житель» writes

    after = await give(case, "not_content", reply=reply["id"])
    assert (after["value"], after["text"], after["url"]) == ("not_content", said, reply["url"])
    assert (after["person"], after["suggested"]) == ("curator", None)
    (kept,) = taken(await office.get("curator", "/candidates", q=said))["items"]
    assert (kept["state"], kept["reason"]) == (
        "dismissed",
        f"Оценка автора, внесена в сообщение № {case.id}.",
    )
    assert await give(case, "not_content", reply=reply["id"]) == after  # the same again changes nothing
    listed = taken(await office.get("curator", "/messages", q=f"№ {case.id}"))["items"]
    assert [item["verdict"] for item in listed] == [after]


async def test_what_was_said_before_stays_on_record(begin: Begin, office: Office) -> None:
    case = await asked(begin, "answer")
    await give(case, "content", text="Спасибо!")
    view = await give(case, "not_content", "head", text="Яма снова.", url="https://vk.com/wall-1_1?reply=5")
    assert [(one["value"], one["person"], one["text"]) for one in view["history"]] == [
        ("not_content", "head", "Яма снова."),
        ("content", "curator", "Спасибо!"),
    ]
    for change in ("UPDATE verdict SET value = 'content'", "DELETE FROM verdict"):
        with pytest.raises(IntegrityError, match="verdicts are never changed or deleted"):
            async with office.database.write() as session:
                await (await session.connection()).execute(text(change))
    async with office.database.read() as session:
        connection = await session.connection()
        of_both = await connection.run_sync(verdicts.given, [int(case.id), 10**6])
    assert [one.value for one in of_both[int(case.id)]] == ["not_content", "content"]
    assert 10**6 not in of_both


async def test_refusals_come_in_the_order_of_the_contract(begin: Begin, office: Office) -> None:
    case = await begin("mon 09:00")
    path = f"/messages/{case.id}/verdict"
    good = {"verdict": "content"}
    refused(await office.call(None, "PUT", path, json=good), 401)
    refused(await office.call("executor-roads", "PUT", path, json={}), 404)
    refused(await office.call("governor", "PUT", path, json={}), 403)
    refused(await office.call("curator", "PUT", path, json={"verdict": "доволен"}), 422)
    refused(await office.call("curator", "PUT", path, json={**good, "url": "ftp://vk.com/1"}), 422)
    refused(await office.call("curator", "PUT", path, json={**good, "reply": "1000000"}), 422, "под ответом")
    refused(await office.call("curator", "PUT", path, json=good), 409, "Ответа на это сообщение нет")
    assert (await case.look())["verdict"] is None


async def test_a_reply_that_was_decided_of_is_not_taken_for_a_verdict(begin: Begin, office: Office) -> None:
    case, other = await asked(begin, "answer"), await asked(begin, "answer")
    (reply,) = await found(office, case, f"Спасибо! {uuid4().hex}")
    body = {"verdict": "content", "reply": reply["id"]}
    refused(await office.call("curator", "PUT", f"/messages/{other.id}/verdict", json=body), 422)
    taken(await office.post("curator", f"/candidates/{reply['id']}/dismiss", {"reason": "Благодарность."}))
    refused(
        await office.call("curator", "PUT", f"/messages/{case.id}/verdict", json=body), 409, "уже принято"
    )


async def test_lists_are_narrowed_by_it(begin: Begin, office: Office) -> None:
    content, not_content, awaited, unsaid = [await asked(begin, "answer") for _ in range(4)]
    unanswered = await begin("mon 09:00")
    await give(content, "content")
    await give(not_content, "not_content")
    before = await office.service.verdicts.count_awaited()
    await found(office, awaited, f"Не сделали. {uuid4().hex}")
    assert await office.service.verdicts.count_awaited() == before + 1
    cases = (content, not_content, awaited, unsaid, unanswered)

    async def listed(sought: str) -> list[Case]:
        items = taken(await office.get("curator", "/messages", verdict=sought, limit=100))["items"]
        numbers = {item["id"] for item in items}
        return [case for case in cases if case.id in numbers]

    assert await listed("content") == [content]
    assert await listed("not_content") == [not_content]
    assert await listed("none") == [awaited, unsaid]
    assert await listed("awaited") == [awaited]
    refused(await office.get("curator", "/messages", verdict="доволен"), 422)


async def test_an_erasure_takes_the_words_and_leaves_the_verdict(begin: Begin, office: Office) -> None:
    case = await asked(begin, "answer")
    link = f"https://vk.com/wall-1_1?reply={uuid4().int % 10**9}"
    await give(case, "not_content", text="Пелагея Щъдкая: яма на месте", url=link)
    taken(await case.post("admin", "/redact", {"fragment": "Щъдкая", **BASIS}))
    assert (await case.look())["verdict"]["text"] == "Пелагея [удалено]: яма на месте"
    taken(await case.post("admin", "/erasure", BASIS))
    view = (await case.look())["verdict"]
    assert (view["value"], view["person"], view["text"], view["url"]) == (
        "not_content",
        "curator",
        ERASED,
        ERASED,
    )
    refused(
        await office.call("curator", "PUT", f"/messages/{case.id}/verdict", json={"verdict": "content"}), 409
    )
    async with office.database.read() as session:
        rows = await session.exec(select(MessageTextRow).where(MessageTextRow.message == int(case.id)))
        assert {row.content for row in rows if row.field.startswith("verdict")} == {ERASED}
        row = await session.get(MessageRow, int(case.id))
    assert row is not None and row.verdict == "not_content"

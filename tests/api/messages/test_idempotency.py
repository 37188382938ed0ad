"""A command is applied once, whoever repeats it, and its key keeps what became of it."""

import asyncio
from typing import Any

from tests.api.messages.case import Case, about, registration, routing
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

AT_ONCE = 10


def starting(**changed: Any) -> dict[str, Any]:
    return registration(starts_at=at("mon 09:00").isoformat(), **changed)


async def refusals(case: Case) -> list[dict[str, Any]]:
    return [row for row in await case.journal() if row["kind"] == "refused"]


async def test_without_a_key_each_request_is_a_command_of_its_own(begin: Begin) -> None:
    case = await begin()
    headers = {"Authorization": f"Bearer {await case.office.token('curator')}"}
    for _ in range(2):
        answer = await case.office.http.post(
            f"/api/messages/{case.id}/governor-report", json={"reason": "Важно."}, headers=headers
        )
        assert answer.status_code in (200, 202)
    assert await case.kinds() == ["registered", "report_to_governor", "report_to_governor"]


async def test_the_same_key_with_another_request_is_422(begin: Begin, office: Office) -> None:
    case, other = await begin(), await begin()
    await case.post("curator", "/route", routing("roads"), key="route-2")
    another_body = await case.post("curator", "/route", routing("housing"), key="route-2")
    refused(another_body, 422, "Idempotency-Key")
    refused(await other.post("curator", "/route", routing("roads"), key="route-2"), 422, "Idempotency-Key")
    another_call = await case.post("curator", "/decline", {"ground": "harm_to_person"}, key="route-2")
    refused(another_call, 422, "Idempotency-Key")
    refused(await office.post("curator", "/messages", registration(), key="route-2"), 422, "Idempotency-Key")
    assert (await case.look())["bodies"] == ["roads"]
    assert await other.kinds() == ["registered"]


async def test_the_key_is_the_persons_own(begin: Begin) -> None:
    case = await begin()
    reason = {"reason": "Обсуждает весь город."}
    for person in ("curator", "curator2"):
        taken(await case.post(person, "/governor-report", reason, key="report"))
    rows = [row["person"] for row in await case.journal() if row["kind"] == "report_to_governor"]
    assert rows == ["curator", "curator2"]


async def test_a_repeated_rework_of_what_has_been_replaced_since_tells_its_outcome(begin: Begin) -> None:
    case = await begin(to=["roads", "housing"])
    await case.contribute("Первая.")
    old = case.view["contributions"][0]["id"]
    path, comment = f"/contributions/{old}/rework", {"comment": "Назовите срок."}
    taken(await case.post("curator", path, comment, key="rework-1"))
    await case.look()
    await case.contribute("Вторая.")
    again = taken(await case.post("curator", path, comment, key="rework-1"))
    assert [item["text"] for item in again["contributions"]] == ["Вторая."]
    refused(await case.post("curator", path, comment, key="rework-2"), 404)


async def test_a_409_is_kept_under_its_key_and_on_record(begin: Begin) -> None:
    case = await begin(to=["roads"])
    body = {"kind": "answer", "text": "Рано."}
    await case.at("mon 10:00")
    await case.give_back()
    first = refused(await case.post("executor-roads", "/drafts", body, key="early"), 409, "п. 7")
    await case.route("roads")
    again = refused(await case.post("executor-roads", "/drafts", body, key="early"), 409)
    assert again["detail"] == first["detail"]
    taken(await case.post("executor-roads", "/drafts", body, key="in-time"))
    (row,) = await refusals(case)
    assert (row["person"], row["data"]["command"]) == ("executor-roads", "submit_draft")
    assert row["data"]["reason"] == first["detail"]
    assert about(row["at"], case.moment("mon 10:00"))
    await case.decline()
    for _ in range(2):
        refused(await case.post("curator", "/route", routing("roads"), key="closed"), 409, "закрыто")
    assert [row["person"] for row in await refusals(case)] == ["executor-roads", "curator"]


async def test_422_403_and_404_are_not_kept(begin: Begin) -> None:
    case = await begin()
    key = "mended"
    refused(await case.post("curator", "/route", routing("no-such-body"), key=key), 422)
    refused(await case.post("curator", "/route", routing(topic="no-such-topic"), key=key), 422)
    taken(await case.post("curator", "/route", routing("roads"), key=key))
    key = "executor"
    unknown = case.office.post("executor-roads", "/messages/999999/return", {"reason": "Не наше."}, key=key)
    refused(await unknown, 404)
    refused(await case.post("executor-roads", "/decline", {"ground": "harm_to_person"}, key=key), 403)
    taken(await case.post("executor-roads", "/return", {"reason": "Не наше."}, key=key))


async def test_ten_registrations_at_once_with_one_key_are_one_message(office: Office) -> None:
    body = starting(url=f"https://vk.com/wall-1_1?{'р' * 5000}")
    answers = await asyncio.gather(
        *(office.post("curator", "/messages", body, key="register-2") for _ in range(AT_ONCE))
    )
    views = [taken(answer, 201) for answer in answers]
    assert all(view == views[0] for view in views)
    assert views[0]["url"] == body["url"]
    other = {**body, "author": "Другой"}
    refused(await office.post("curator", "/messages", other, key="register-2"), 422, "Idempotency-Key")
    # So is the 200 of a link that is known.
    assert taken(await office.post("curator", "/messages", body, key="known-link"))["id"] == views[0]["id"]
    refused(await office.post("curator", "/messages", starting(), key="known-link"), 422, "Idempotency-Key")
    case = Case(office, views[0])
    assert await case.kinds() == ["registered"]
    # Its clock has been moved to the beginning once.
    await case.route()
    assert about(case.run("routing")["met_at"], at("mon 09:00"))

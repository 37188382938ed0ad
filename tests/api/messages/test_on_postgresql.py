"""The production database under the whole road: what is written, listed, found, told and erased."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.api.messages.case import Case, registration
from tests.api.messages.office import Office, refused, taken, working_installation
from tests.api.messages.shape import assert_message
from tests.postgresql import new_database

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
async def office(
    postgresql: str, temporal: Client, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    folder, url = tmp_path_factory.mktemp("postgresql"), new_database(postgresql)
    async with (
        working_installation(folder, temporal_address, temporal, database_url=url) as installation,
        installation.office() as office,
    ):
        yield office


async def listed(office: Office, person: str, **params: object) -> list[str]:
    return [item["id"] for item in taken(await office.get(person, "/messages", **params))["items"]]


async def test_a_joint_answer_with_a_breach_rework_and_erasure(office: Office) -> None:
    case = await Case.begin(office, text="Ёлку у школы не убрали.", author="Фёдор")
    await case.at("mon 10:45")
    await case.route("housing", "roads")
    await case.contribute("Ёлка не наша.", attachments=[await case.attach("executor-housing")])
    await case.submit("answer", "Уберём.")
    assert await listed(office, "executor-roads", q="елку у школы") == [case.id]
    assert await listed(office, "executor-health") == []
    assert await listed(office, "deputy", body="housing", stage="approval") == [case.id]
    await case.rework("Когда?")
    await case.answer("answer", "Убрали.")
    assert_message(case.view)
    assert case.names(of="breached_at") == ["routing"]
    assert await case.kinds() == [
        *("registered", "warning", "breach", "route", "contribute", "submit_draft"),
        *("send_for_rework", "submit_draft", "approve", "confirm_publication"),
    ]
    assert {notice["kind"] for notice in await case.notices("curator")} >= {
        "warning",
        "breach",
        "draft_received",
    }
    [item] = taken(await office.get("curator", "/messages", q="елку у школы"))["items"]
    assert item == await case.look()

    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    assert (await case.look())["text"] == "[erased]"
    assert await listed(office, "curator", q="елку у школы") == []


async def test_corrections_and_a_message_opened_again(office: Office) -> None:
    case, other = await Case.begin(office), await Case.begin(office)
    spelling = other.view["url"].replace("https://vk.com", "https://m.vk.com")
    body = {"url": spelling, "reason": "Не та запись."}
    refused(await office.call("curator", "PATCH", f"/messages/{case.id}", body), 422, f"№ {other.id}")
    right = registration()["url"]
    bodies = [{"author": f"Соседка {number}", "reason": "Опечатка."} for number in range(5)]
    await case.correct(url=right)
    answers = await asyncio.gather(
        *(office.call("curator", "PATCH", f"/messages/{case.id}", body) for body in bodies)
    )
    assert [answer.status_code for answer in answers] == [200] * 5
    last = [row["data"]["author"] for row in await case.journal() if "author" in row["data"]][-1]
    assert await listed(office, "curator", q=last) == [case.id]
    assert (await case.look())["url"] == right

    await case.route()
    await case.close("deleted")
    handle = office.service.runs.workflows.handle(int(case.id))
    assert await handle.result() == "unanswered"
    refused(await case.post("curator", "/author-reply", {"text": "Дом 5."}), 409)
    assert (await case.reopen())["stage"] == "preparation"
    await case.answer()
    await handle.result()
    await case.correct_link("https://vk.com/wall-1_9", "executor-roads")
    assert [kind for kind in await case.kinds() if kind != "limit_moved"][-7:] == [
        *("close_unanswered", "refused", "reopened", "submit_draft", "approve", "confirm_publication"),
        "correct_link",
    ]


@pytest.mark.parametrize("number", [2**31, 2**63 - 1])
async def test_a_number_larger_than_any_message_is_nobodys(office: Office, number: int) -> None:
    path = f"/messages/{number}"
    refused(await office.get("curator", path), 404)
    assert (await office.http.get(f"/api{path}")).status_code == 401
    stranger = {"Authorization": "Bearer nothing"}
    assert (await office.http.post(f"/api{path}/route", json={}, headers=stranger)).status_code == 401

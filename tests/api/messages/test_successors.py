"""A body that no longer acts has a successor: its open duties and promises go there (cl. 14)."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, update

from store.people import persons
from store.people.tables import BodyRow
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.shape import assert_message

TO_HOUSING = {"body": "housing", "reason": "Орган присоединён приказом № 12."}
GONE = "ecology"


async def act(office: Office, body: str, *, active: bool) -> None:
    async with office.database.write() as session:
        await session.exec(update(BodyRow).where(col(BodyRow.key) == body).values(active=active))


@pytest.fixture
async def acting_again(office: Office) -> AsyncIterator[None]:
    yield
    await act(office, GONE, active=True)


async def promised(begin: Begin) -> Case:
    case = await begin()
    await case.route(GONE)
    await case.answer("interim")
    return case


@pytest.mark.usefixtures("acting_again")
async def test_the_successor_has_it_from_then_on_and_is_told(begin: Begin, office: Office) -> None:
    case = await promised(begin)
    due = case.run("final_draft")["due_at"]
    refused(await case.get("executor-housing"), 404)
    await act(office, GONE, active=False)
    view = await case.step("head", "/transfer", TO_HOUSING)
    assert_message(view)
    assert (view["current_body"], view["bodies"]) == ("housing", ["housing"])
    run = case.run("final_draft")
    assert (run["holder"], run["due_at"]) == ({"role": "executor", "body": "housing"}, due)
    assert taken(await case.get("executor-housing"))["id"] == case.id
    await case.until_told("executor-housing", "assigned")
    assert "как преемнику" in (await case.notices("executor-housing", "assigned"))[0]["text"]
    await case.until_told(f"executor-{GONE}", "recalled")
    listed = taken(await office.get("executor-housing", "/queue"))["items"]
    assert case.id in {item["id"] for item in listed}
    await case.answer("answer", url="https://vk.com/wall-1_3")
    assert case.view["outcome"] == "answered"


@pytest.mark.usefixtures("acting_again")
async def test_a_body_that_acts_keeps_its_own_and_a_successor_must_act_and_be_another(
    begin: Begin, office: Office
) -> None:
    case = await begin()
    await case.route(GONE)
    refused(await case.post("curator", "/transfer", TO_HOUSING), 409)
    await act(office, GONE, active=False)
    for body in (GONE, "nobody"):
        refused(await case.post("curator", "/transfer", {"body": body, "reason": "Приказ."}), 422)


@pytest.mark.usefixtures("acting_again")
async def test_all_of_a_body_goes_with_its_deactivation(begin: Begin, office: Office) -> None:
    successions = office.service.commands.successions
    first, second, other = await promised(begin), await begin(), await begin()
    await second.route("roads", GONE)
    await other.route("roads")
    opened = {
        item.message: item.promised for item in (await office.service.messages.open_work.of_body(GONE)).items
    }
    assert opened[first.id] is True
    assert opened[second.id] is False
    assert other.id not in opened
    await act(office, GONE, active=False)
    async with office.database.read() as session:
        admin = await persons.actor(session, "admin")
    assert admin is not None
    done = await successions.transfer_all(admin, GONE, "housing", "Приказ № 12.")
    assert {int(first.id), int(second.id)} <= set(done.messages)
    assert not done.refused
    assert (await first.look())["current_body"] == "housing"
    assert (await second.look())["bodies"] == ["roads", "housing"]
    assert (await office.service.messages.open_work.of_body(GONE)).items == []
    row = next(row for row in await first.journal() if row["kind"] == "transfer")
    assert (row["person"], row["data"]["body"], row["data"]["successor"]) == ("admin", GONE, "housing")

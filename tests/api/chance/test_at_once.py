"""Two people at one moment, and people who are no longer there: the outcome is one the order allows, on record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from httpx import Response
from sqlmodel import col, delete, update

from calendar_rules.vocabulary import Role
from store.people.tables import PersonRoleRow, PersonRow
from tests.api.messages.case import Case, View, routing
from tests.api.messages.office import Office, refused

Arrange = Callable[[Office], Awaitable[Case]]


# ---- two at once


async def preparing(office: Office) -> Case:
    return await Case.begin(office, to=["roads"])


async def drafted(office: Office) -> Case:
    case = await preparing(office)
    await case.submit()
    return case


async def approved(office: Office) -> Case:
    case = await drafted(office)
    await case.approve()
    return case


class Step(NamedTuple):
    """A request about a message, which may name its last draft."""

    person: str
    path: str
    body: View | None = None
    method: str = "POST"

    async def take(self, case: Case) -> Response:
        draft = (case.view["drafts"] or [{"id": ""}])[-1]["id"]
        path = f"/messages/{case.id}{self.path.format(draft=draft)}"
        return await case.office.call(self.person, self.method, path, self.body)


APPROVE = Step("curator", "/drafts/{draft}/approve")
WITHDRAW = Step("executor-roads", "/drafts/{draft}", method="DELETE")
GIVE_BACK = Step("executor-roads", "/return", {"reason": "Не наше."})
ROUTE_ELSEWHERE = Step("curator", "/route", routing("housing"))
PUBLISH = Step("executor-roads", "/publication", {"url": "https://vk.com/wall-1_2"})


class Pair(NamedTuple):
    """Two steps at once on a message brought there, and where it stands by how they were answered."""

    arrange: Arrange
    one: Step
    other: Step
    outcomes: dict[tuple[int, int], tuple[str, str | None, str | None]]


PAIRS = {
    "a decision and a withdrawal": Pair(
        drafted,
        APPROVE,
        WITHDRAW,
        {(200, 200): ("preparation", None, "roads"), (409, 200): ("preparation", None, "roads")},
    ),
    "a publication and a withdrawal": Pair(
        approved,
        PUBLISH,
        WITHDRAW,
        {(200, 409): ("closed", "answered", None), (409, 200): ("preparation", None, "roads")},
    ),
    "a return and another route": Pair(
        preparing,
        GIVE_BACK,
        ROUTE_ELSEWHERE,
        {(200, 200): ("preparation", None, "housing"), (409, 200): ("preparation", None, "housing")},
    ),
}


@pytest.mark.server
@pytest.mark.parametrize("name", PAIRS)
async def test_of_two_at_once_each_is_answered_by_the_order_in_which_they_came(
    office: Office, name: str
) -> None:
    pair = PAIRS[name]
    for turned in (False, True):
        case = await pair.arrange(office)
        before = len(await case.journal())
        if turned:
            second, first = await asyncio.gather(pair.other.take(case), pair.one.take(case))
        else:
            first, second = await asyncio.gather(pair.one.take(case), pair.other.take(case))
        view = await case.look()
        statuses = first.status_code, second.status_code
        assert pair.outcomes[statuses] == (view["stage"], view["outcome"], view["current_body"])
        rows = [row for row in (await case.journal())[before:] if "id" in row["data"]]
        assert len(rows) == 2
        assert [row["kind"] for row in rows].count("refused") == statuses.count(409)


# ---- people who are no longer there


@asynccontextmanager
async def without(office: Office, person: str) -> AsyncIterator[None]:
    """The person's account is closed, as long as the block lasts."""

    async def set_active(active: bool) -> None:
        async with office.database.write() as session:
            await session.exec(update(PersonRow).where(col(PersonRow.key) == person).values(active=active))

    await set_active(False)
    try:
        yield
    finally:
        await set_active(True)


@asynccontextmanager
async def joined_by(office: Office, person: str, body: str) -> AsyncIterator[None]:
    """The person is an executor of the body too, as long as the block lasts."""
    async with office.database.write() as session:
        session.add(PersonRoleRow(person=person, role=Role.EXECUTOR, body=body))
    try:
        yield
    finally:
        async with office.database.write() as session:
            await session.exec(
                delete(PersonRoleRow).where(
                    col(PersonRoleRow.person) == person, col(PersonRoleRow.body) == body
                )
            )


async def test_a_draft_waits_for_its_decision_though_its_author_has_left(office: Office) -> None:
    case = await drafted(office)
    await case.until_told("executor-roads", "assigned")
    async with without(office, "executor-roads"):
        refused(await WITHDRAW.take(case), 401)
        assert (await case.approve())["stage"] == "publication"
        # With no executor left, the body's responsible official is told.
        assert [item["kind"] for item in await case.notices("responsible-roads")] == ["approved"]
        async with joined_by(office, "executor-ecology", "roads"):
            url = {"url": "https://vk.com/wall-1_2"}
            assert (await case.step("executor-ecology", "/publication", url))["outcome"] == "answered"
    people = {row["kind"]: row["person"] for row in await case.journal() if row["person"]}
    assert people["submit_draft"] == "executor-roads"
    assert people["confirm_publication"] == "executor-ecology"

"""The register by days: whose breach it was to oversee when it came due, and who is asked what was done about it."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from store.database.engines import Database
from store.directory import change as directory_change
from store.journal.tables import ChargeRow
from store.messages.tables import LimitRunRow, MessageBodyRow
from store.people.dated_values import EffectiveDate
from store.people.tables import PersonRoleRow, PersonRow
from tests.api.conftest import bearer, token_of
from tests.message_row import message_row

DAY = timedelta(days=1)
BEFORE, AFTER = 1, 2


@pytest.fixture
async def overseen(app: FastAPI, db: Database, password_hash: str) -> Database:
    """Roads went from `deputy` to `second` ten days ago; a breach of roads came due before that, and one after."""
    now = datetime.now(app.state.rules.zone)
    async with db.write() as session:
        session.add(
            PersonRow(key="second", name="Second", position="заместитель", password_hash=password_hash)
        )
        await session.flush()
        session.add(PersonRoleRow(person="second", role="deputy", body="housing"))
        for number, days in ((BEFORE, 20), (AFTER, 5)):
            due = now - days * DAY
            session.add(message_row(number, due - DAY, stage="closed"))
            await session.flush()
            session.add(MessageBodyRow(message=number, body="roads"))
            session.add(
                LimitRunRow(
                    message=number,
                    number=1,
                    name="draft",
                    holder_role="executor",
                    holder_body="roads",
                    started_at=due - DAY,
                    due_at=due,
                    breached_at=due,
                    met_at=due + DAY,
                    run={"clause": 10, "calendar": "roads", "told": None, "stood": []},
                )
            )
            await session.flush()
            session.add(
                ChargeRow(
                    message=number,
                    run=1,
                    position=0,
                    role="executor",
                    body="roads",
                    limit_name="draft",
                    at=due,
                    over=3600,
                )
            )
    async with db.write(alone=True) as session:
        given = await directory_change.whole(session, everybody=True)
        oversees = {"deputy": ("housing",), "second": ("roads", "housing")}
        people = tuple(
            person.model_copy(update={"oversees": oversees.get(person.key, person.oversees)})
            for person in given.people
        )
        await directory_change.replace(
            session,
            given.model_copy(update={"people": people}),
            EffectiveDate(now, now.date(), now - 10 * DAY, now.date() - 10 * DAY),
        )
    return db


async def register(http: AsyncClient, person: str) -> set[int]:
    answer = await http.get("/api/shortcomings", headers=bearer(await token_of(http, person)))
    return {int(item["message"]) for item in answer.json()["items"]}


async def noted(http: AsyncClient, person: str, message: int) -> int:
    answer = await http.put(
        f"/api/shortcomings/{message}-1/measures",
        json={"text": "Проведена беседа."},
        headers=bearer(await token_of(http, person)),
    )
    return answer.status_code


async def test_each_overseer_answers_for_their_own_days(overseen: Database, http: AsyncClient) -> None:
    assert await register(http, "deputy") == {BEFORE}
    assert await register(http, "second") == {BEFORE, AFTER}
    assert await register(http, "head") == {BEFORE, AFTER}
    assert [await noted(http, "deputy", number) for number in (BEFORE, AFTER)] == [200, 404]
    assert [await noted(http, "second", number) for number in (BEFORE, AFTER)] == [403, 200]


async def test_for_one_who_has_left_the_present_overseer_answers(
    overseen: Database, http: AsyncClient
) -> None:
    async with overseen.write() as session:
        left = await session.get(PersonRow, "deputy")
        assert left is not None
        left.active, left.left_at = False, datetime.now().astimezone()
    assert await noted(http, "second", BEFORE) == 200

"""Substitutes are notified once, at the moment they begin to stand in, of the work that is open."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from service.people.substitutions import Substitutions
from service.runs import rules
from store.database.engines import Database
from store.messages.tables import LimitRunRow
from store.notices.tables import NoticeRow
from store.people.tables import PersonRow
from tests.databases import on_both
from tests.message_row import message_row
from tests.rows import Office, absence_row, add_office, limit_run_row, put

START = datetime(2026, 11, 23, 7, tzinfo=UTC)
"""Monday, 10:00 in Moscow."""
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
RULES = rules.load(None, None)


@pytest.fixture
async def url(migrated_url: Callable[[], str]) -> str:
    """A database with a few people: `ann` works in `roads`, which has twelve messages; `dan` curates one."""
    url = migrated_url()
    database = Database(url)
    async with database.write() as session:
        offices: dict[str, list[Office]] = {
            "ann": [("executor", "roads")],
            "eve": [("responsible", "roads")],
            "fay": [("head", None)],
            "dan": [("curator", None)],
        }
        await add_office(session, {"bob": [], "cid": [], **offices}, ["roads"])
        for key, name in (("ann", "Ильина А. А."), ("dan", "Дымов Д. Д.")):
            person = await session.get_one(PersonRow, key)
            person.name, person.position = name, "главный специалист"
        session.add(message_row(1, START, step_curator="dan"))
        for number in range(2, 14):
            due = START + number * HOUR
            session.add(message_row(number, START, step_body="roads", first_due=due))
            await session.flush()
            session.add_all([run(number, 1, "return", due), run(number, 2, "draft", due + HOUR)])
    await database.dispose()
    return url


def run(message: int, number: int, name: str, due: datetime) -> LimitRunRow:
    return limit_run_row(message, number, name, due, started_at=START)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.dispose()


class Case:
    """People of that database who go away, and what is told of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def be_away(
        self,
        person: str,
        substitute: str | None,
        start: datetime = START,
        end: datetime | None = None,
        recorded: datetime = START - HOUR,
    ) -> None:
        await put(self.database, absence_row(person, substitute, start, end, recorded_at=recorded))

    async def begun(self, now: datetime) -> None:
        await Substitutions(self.database, RULES).notify_of_begun(now)

    async def notices(self) -> list[NoticeRow]:
        async with self.database.read() as session:
            return list(await session.exec(select(NoticeRow).order_by(col(NoticeRow.id))))

    async def whose(self) -> list[tuple[str, str | None]]:
        return [(notice.person, notice.acting_for) for notice in await self.notices()]


@pytest.fixture
def case(database: Database) -> Case:
    return Case(database)


async def test_the_substitute_is_notified_when_the_absence_begins_and_not_before(case: Case) -> None:
    await case.be_away("ann", "bob")
    await case.begun(START - MICROSECOND)
    assert await case.notices() == []
    await case.begun(START)
    await case.begun(START + HOUR)
    (notice,) = await case.notices()
    assert (notice.person, notice.acting_for, notice.kind) == ("bob", "ann", "substitution")
    assert (notice.message, notice.at, notice.deliver_from) == (None, START, START)


@on_both
async def test_the_notice_has_the_open_work_the_first_due_first(case: Case) -> None:
    await case.be_away("ann", "bob", end=datetime(2026, 11, 27, 15, 0, tzinfo=UTC))
    await case.begun(START)
    (notice,) = await case.notices()
    assert notice.text.startswith(
        "Вы замещаете отсутствующего сотрудника до 27.11.2026 в 18:00: Ильина А. А., главный специалист. "
        "В работе 12 сообщений: № 2 — до 23.11.2026 в 13:00, проект ответа; № 3 — до 23.11.2026 в 14:00, "
    )
    assert notice.text.endswith(
        "; № 11 — до 23.11.2026 в 22:00, проект ответа; остальные (2) — в вашей очереди."
    )


async def test_a_message_without_a_limit_and_no_work_are_said_too(case: Case) -> None:
    await case.be_away("dan", "bob")
    await case.be_away("cid", "bob")
    await case.begun(START)
    texts = {notice.acting_for: notice.text for notice in await case.notices()}
    assert texts["dan"] == (
        "Вы замещаете отсутствующего сотрудника: Дымов Д. Д., главный специалист. "
        "В работе 1 сообщение: № 1 — без срока."
    )
    assert texts["cid"].endswith("Сообщений в работе сейчас нет.")


async def test_delivery_waits_for_the_opening_of_the_day(case: Case) -> None:
    night = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)  # Sunday begins
    # Recorded late, it is told of at once.
    await case.be_away("ann", "bob", start=night, recorded=night + HOUR)
    await case.begun(night + HOUR)
    (notice,) = await case.notices()
    assert (notice.at, notice.deliver_from) == (night + HOUR, datetime(2026, 11, 23, 6, 0, tzinfo=UTC))


async def test_a_chain_of_substitutes_ends_with_whoever_is_at_work(case: Case) -> None:
    await case.be_away("ann", "bob")
    await case.be_away("bob", "cid", start=START - HOUR)
    await case.begun(START - HOUR)
    assert await case.whose() == [("cid", "bob")]
    await case.begun(START)
    assert await case.whose() == [("cid", "bob"), ("cid", "ann")]


async def test_whoever_comes_later_into_a_chain_gets_all_its_work(case: Case) -> None:
    await case.be_away("ann", "bob")
    await case.be_away("bob", "cid", start=START + HOUR)
    await case.begun(START)
    await case.begun(START + HOUR)
    assert await case.whose() == [("bob", "ann"), ("cid", "bob")]
    assert "В работе 12 сообщений" in (await case.notices())[1].text


async def test_without_a_substitute_the_responsible_gets_the_open_work(case: Case) -> None:
    await case.be_away("ann", None)
    await case.begun(START)
    (notice,) = await case.notices()
    assert (notice.person, notice.acting_for) == ("eve", "ann")
    assert notice.text.startswith(
        "Отсутствует сотрудник, замещающий не назначен: Ильина А. А., главный специалист. "
        "Поступающее ей направляется вам. В работе 12 сообщений: № 2 — до 23.11.2026 в 13:00, проект ответа; "
    )


async def test_of_a_curator_without_a_substitute_the_head_is_told(case: Case) -> None:
    await case.be_away("dan", None)
    await case.begun(START)
    (notice,) = await case.notices()
    assert (notice.person, notice.acting_for) == ("fay", "dan")
    assert notice.text.endswith("В работе 1 сообщение: № 1 — без срока.")


async def test_what_was_over_before_it_was_recorded_is_nobodys(case: Case) -> None:
    await case.be_away("ann", "bob", end=START + HOUR, recorded=START + 2 * HOUR)
    await case.begun(START + 2 * HOUR)
    assert await case.notices() == []


@on_both
async def test_however_many_processes_look_each_absence_is_notified_of_once(case: Case) -> None:
    expected = []
    for number in range(25):  # more than a round takes
        await case.be_away("ann", "bob", start=START + number * MICROSECOND)
        expected.append(("bob", "ann"))
    others = [Database(case.database.url) for _ in range(3)]
    try:
        looking = [
            Substitutions(one, RULES).notify_of_begun(START + HOUR) for one in (case.database, *others)
        ]
        await asyncio.gather(*looking)
    finally:
        for other in others:
            await other.dispose()
    assert await case.whose() == expected

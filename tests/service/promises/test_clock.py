"""Course of a promise by its row and a clock: dated rightly however late, done once, never broken by a late machine."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, update

from service.journal import promise_check
from service.promises.moments import Moments, answer_by
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.people.tables import BodyRow
from store.promises import rows as promises
from store.promises.tables import PromiseEventRow, PromiseRow
from tests.service.promises.case import DAY, MONDAY, RULES, WEDNESDAY_18, Promising

TUESDAY_18, THURSDAY_18 = WEDNESDAY_18 - DAY, WEDNESDAY_18 + DAY
MINUTE = timedelta(minutes=1)


def msk(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00")


@pytest.mark.parametrize(
    ("until", "warned", "asked", "answered"),
    [
        # A working day is left at the reminder, whatever time of it the promise ends at.
        ("2026-11-25T18:00", "2026-11-24T18:00", "2026-11-25T18:00", "2026-11-26T18:00"),
        ("2026-11-25T11:00", "2026-11-24T11:00", "2026-11-25T11:00", "2026-11-26T18:00"),
        # At the end of a Friday, which is shorter: over the days off.
        ("2026-11-27T16:45", "2026-11-26T16:45", "2026-11-27T16:45", "2026-11-30T18:00"),
        # By the end of a Sunday: asked on Monday morning, and Friday is the day that is left.
        ("2026-11-29T23:59", "2026-11-26T16:45", "2026-11-30T09:00", "2026-12-01T18:00"),
        # Over New Year, whose last working day is shortened.
        ("2027-01-05T12:00", "2026-12-29T18:00", "2027-01-11T09:00", "2027-01-12T18:00"),
    ],
)
def test_moments_are_of_the_bodys_calendar(until: str, warned: str, asked: str, answered: str) -> None:
    moments = Moments.of(RULES, "roads", msk(until))
    assert (moments.warn_at, moments.ask_at) == (msk(warned), msk(asked))
    assert answer_by(RULES, "roads", moments.ask_at) == msk(answered)


async def test_each_thing_happens_once_at_its_moment(database: Database) -> None:
    case = await Promising.made(database)
    assert await case.look() == TUESDAY_18
    assert await case.look(TUESDAY_18) == WEDNESDAY_18
    assert await case.look(TUESDAY_18 + MINUTE) == WEDNESDAY_18
    assert await case.look(WEDNESDAY_18) == THURSDAY_18
    assert await case.look(WEDNESDAY_18 + MINUTE) == THURSDAY_18
    assert await case.look(THURSDAY_18) is None
    assert await case.look(THURSDAY_18 + DAY) is None
    assert await case.happened() == ["stated", "given", "warned", "asked", "broken"]
    assert await case.told() == [
        *(("promise_warning", "executor"), ("promise_question", "executor")),
        *(("promise_broken", "responsible"), ("promise_broken", "deputy")),
    ]
    row = await case.row()
    assert (row.state, row.asked_at, row.settled_at) == ("broken", WEDNESDAY_18, WEDNESDAY_18)


async def test_a_machine_that_was_away_asks_late_dates_rightly_and_breaks_nothing(database: Database) -> None:
    case = await Promising.made(database)
    back = WEDNESDAY_18 + 7 * DAY
    answered = back + DAY
    assert await case.look(back) == answered
    row = await case.row()
    assert (row.state, row.asked_at, row.answer_by) == ("asked", WEDNESDAY_18, answered)
    # What was to be reminded of is over.
    assert await case.told() == [("promise_question", "executor")]
    assert await case.look(answered) is None
    assert (await case.row()).settled_at == WEDNESDAY_18


async def test_a_day_that_has_just_been_named_is_not_reminded_of(database: Database) -> None:
    case = await Promising.made(database, until=MONDAY + timedelta(hours=4))
    assert await case.look() == MONDAY + timedelta(hours=4)
    assert await case.told() == []


async def test_a_text_that_is_published_behind_the_day_it_names_is_asked_about_at_once(
    database: Database,
) -> None:
    case = await Promising.made(database, until=MONDAY - DAY)
    assert await case.look() == MONDAY + timedelta(hours=32)
    row = await case.row()
    assert (row.state, row.asked_at) == ("asked", MONDAY)


async def test_a_promise_of_a_body_that_is_gone_is_its_successors(database: Database) -> None:
    case = await Promising.made(database)
    async with database.write() as session:
        gone = update(BodyRow).where(col(BodyRow.key) == "roads")
        await session.exec(gone.values(active=False, successor="housing"))
    await case.clock.follow(RULES)
    row = await case.row()
    assert (row.body, row.to_look) == ("housing", True)
    assert await case.happened() == ["stated", "given", "passed_on"]


async def test_what_happened_cannot_be_changed_and_what_stands_can_be_checked(database: Database) -> None:
    case = await Promising.made(database)
    await case.look(WEDNESDAY_18)
    blocking = BlockingDatabase(database.url, 1)
    try:
        assert list(promise_check.flaws(blocking, {})) == []
        for statement in (
            update(PromiseEventRow).values(person="other"),
            PromiseEventRow.__table__.delete(),  # type: ignore[attr-defined]
        ):
            with pytest.raises(DatabaseError, match="never changed"):
                async with database.write() as session:
                    await session.exec(statement)
        async with database.write() as session:
            await session.exec(update(PromiseRow).values(until=THURSDAY_18))
        assert [message for message, _ in promise_check.flaws(blocking, {})] == [1]
    finally:
        blocking.dispose()


async def test_after_a_restore_every_running_promise_is_looked_at_again(database: Database) -> None:
    case = await Promising.made(database)
    await case.look()
    async with database.write() as session:
        assert await promises.to_begin(session, case.now) == []
        assert await promises.look_again(session) == 1
        [found] = await promises.to_begin(session, case.now)
    assert (found.promise, found.is_late) == (case.id, False)
    await case.look(WEDNESDAY_18)
    async with database.read() as session:
        assert await promises.to_begin(session, WEDNESDAY_18) == []
        [late] = await promises.to_begin(session, THURSDAY_18 + MINUTE)
    assert late.is_late


async def test_an_erased_message_promises_nothing_any_more(database: Database) -> None:
    case = await Promising.made(database)
    await case.look()
    async with database.write() as session:
        await promises.forget(session, 1, TUESDAY_18.astimezone(UTC))
    assert await case.look(THURSDAY_18) is None
    row = await case.row()
    assert (row.state, row.settled_at, row.to_look) == ("dropped", TUESDAY_18, False)
    assert await case.told() == []
